"""Reads what BigCommerce names in the details of an error: which product, which option, which limit.

The shapes are those of BigCommerce's samples for V2 orders ("Sample response with product options errors" and
"… with quantity errors"): `details.errors[]` with a `type` and a `product`; `details.invalid_reason`. A bare
`{"error": "…"}` occurs as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from include.outside_text import clean_html_text

_MOST_PROBLEMS = 20
_MOST_OPTIONS = 20
_LONGEST_TEXT = 300
_LARGEST_NUMBER = 2**63 - 1
_DEEPEST = 8
_FIELD = re.compile(r"field '([\w.]+)'")
_FIELDS_OF_PRODUCTS = {"product_id", "variant_id", "products", "product_options"}
_FIELDS_OF_CURRENCIES = {"default_currency_code", "currency_code"}

Subject = Literal["stock", "products", "currency", "field", ""]


@dataclass(frozen=True)
class StoreProblem:
    """One problem of a refused request; what BigCommerce does not say is empty or None.

    `type` is BigCommerce's own word: OutOfStock, ExceedsMaxQuantity, InsufficientQuantity,
    MandatoryProductOptions, InvalidProductOption, InvalidProductOptionValue, … `reason` is free text.
    """

    type: str = ""
    reason: str = ""
    product_id: int | None = None
    variant_id: int | None = None
    name: str = ""  # of the product
    sku: str = ""
    options: tuple[str, ...] = ()  # names of the options it is about
    minimum_quantity: int | None = None
    maximum_quantity: int | None = None
    inventory_level: int | None = None


def subject_of(message: str) -> Subject:
    """What a message without details is about: the stock, products, currency, another field, or unknown.

    It is read before a customer's words are hidden: somebody called Stock must not change the advice.
    """
    if "out of stock" in message.lower():
        return "stock"
    if field := _FIELD.search(message):
        if field[1] in _FIELDS_OF_CURRENCIES:
            return "currency"
        return "products" if field[1] in _FIELDS_OF_PRODUCTS else "field"
    if re.search(r"\b(options?|products?|variants?)\b", message.lower()):
        return "products"
    return "currency" if re.search(r"\bcurrenc(y|ies)\b", message.lower()) else ""


def read_problems(answer: object) -> tuple[StoreProblem, ...]:
    """The problems in a decoded error body of any shape; texts cleaned and bounded, at most 20, each once."""
    problems: dict[StoreProblem, None] = {}
    for problem in _problems(answer, _DEEPEST):
        if problem != StoreProblem():
            problems[problem] = None
        if len(problems) == _MOST_PROBLEMS:
            break
    return tuple(problems)


def _problems(answer: object, depth: int) -> Iterator[StoreProblem]:
    if depth == 0:
        return
    if isinstance(answer, list):
        for item in answer:
            yield from _problems(item, depth - 1)
    elif isinstance(answer, dict):
        if _text(answer.get("type")) and isinstance(answer.get("product"), dict):
            yield _of_product(answer)
        elif reason := _text(answer.get("invalid_reason")) or _text(answer.get("error")):
            yield StoreProblem(type=_type(answer), reason=reason)
        for name in ("details", "errors", "error"):
            if isinstance(answer.get(name), (dict, list)):
                yield from _problems(answer[name], depth - 1)


def _of_product(problem: dict[str, object]) -> StoreProblem:
    product = problem["product"]
    assert isinstance(product, dict), "the caller checked it"
    sku = product.get("sku")
    stock = sku if isinstance(sku, dict) else product
    return StoreProblem(
        type=_type(problem),
        reason=_text(problem.get("message")) or _text(problem.get("invalid_reason")),
        product_id=_number(product.get("id")),
        variant_id=_number(product.get("variant_id")),
        name=_text(product.get("name")),
        sku=_text(sku.get("sku") if isinstance(sku, dict) else sku),
        options=tuple(_options(product)),
        minimum_quantity=_number(product.get("minimum_quantity")),
        maximum_quantity=_number(product.get("maximum_quantity")),
        inventory_level=_number(stock.get("inventory_level")),
    )


def _options(product: dict[str, object]) -> list[str]:
    required = product.get("required_product_options")
    found = [*(required if isinstance(required, list) else []), product.get("product_option")]
    names = [
        _text(option.get("display_name") or option.get("name"))
        for option in found
        if isinstance(option, dict)
    ]
    return [name for name in names if name][:_MOST_OPTIONS]


def _type(problem: dict[str, object]) -> str:
    """A word without spaces; V3 gives the address of a page as `type`, which is none."""
    type_ = _text(problem.get("type"))
    return type_ if type_.isidentifier() else ""


def _text(value: object) -> str:
    return clean_html_text(value, _LONGEST_TEXT) if isinstance(value, str) else ""


def _number(value: object) -> int | None:
    """A whole number, also one written as text; anything else counts as not said."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 20:
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST_NUMBER:
        return value
    return None
