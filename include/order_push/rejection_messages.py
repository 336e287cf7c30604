"""The reason and the next step for an order that BigCommerce refused, in words for people.

BigCommerce names the problem by a `type`, with the product, the limit and the options in the details; the
next step follows from that type. Older messages are only text: there, the field that it names decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from include.bigcommerce.errors import RequestRefused
from include.bigcommerce.store_problems import StoreProblem
from include.order_push.translation_errors import RETRY

_RESTOCK = f"Restock it in BigCommerce, {RETRY} Or cancel the order in the CRM."
_SYNC = f"Sync the store's products, {RETRY}"
_IN_CRM = f"Correct it in the CRM, {RETRY}"
_SOMEWHERE = f"Correct it in the CRM or in BigCommerce, {RETRY}"
_NEXT_STEPS = {
    "OutOfStock": _RESTOCK,
    "ExceedsMaxQuantity": f"Raise the product's maximum purchase quantity in BigCommerce, {RETRY}",
    "InsufficientQuantity": f"Lower the product's minimum purchase quantity in BigCommerce, {RETRY}",
    "MandatoryProductOptions": (
        "Make the option optional in BigCommerce, or set a default value for it in the CRM; " + RETRY
    ),
    "InvalidProductOption": _SYNC,
    "InvalidProductOptionValue": _SYNC,
}
_FIELDS_OF_PRODUCTS = {"product_id", "variant_id", "products", "product_options"}
_FIELD = re.compile(r"field '([\w.]+)'")
_MOST_NAMED = 5


def rejection(error: RequestRefused) -> tuple[str, str]:
    """Reason and next step."""
    typed = [problem for problem in error.problems if problem.type]
    if typed:
        sentences = [_sentence(problem) for problem in typed[:_MOST_NAMED]]
        if len(typed) > _MOST_NAMED:
            sentences.append(f"There are {len(typed) - _MOST_NAMED} more problems.")
        steps = dict.fromkeys(_NEXT_STEPS.get(problem.type, _SOMEWHERE) for problem in typed)
        return f"BigCommerce refused the order. {' '.join(sentences)}", " ".join(steps)
    said = error.detail or f"it gave no reason (status {error.status})"
    return f"BigCommerce refused the order: {said}", _step_by_text(error)


def _sentence(problem: StoreProblem) -> str:
    product = _product(problem)
    if problem.type == "OutOfStock":
        left = f": {problem.inventory_level:,} left" if problem.inventory_level else ""
        return f"{product} is out of stock{left}."
    if problem.type == "ExceedsMaxQuantity":
        limit = f" {problem.maximum_quantity:,} pieces" if problem.maximum_quantity is not None else ""
        return f"The quantity of {product} exceeds its maximum{limit and ' of' + limit}."
    if problem.type == "InsufficientQuantity":
        limit = f" {problem.minimum_quantity:,} pieces" if problem.minimum_quantity is not None else ""
        return f"The quantity of {product} is below its minimum{limit and ' of' + limit}."
    options = _quoted(problem.options)
    if problem.type == "MandatoryProductOptions":
        return f"{product} needs a value for the option{options or 's'}."
    if problem.type == "InvalidProductOption":
        return f"{product} does not have the option{options}."
    if problem.type == "InvalidProductOptionValue":
        return f"{product} does not have this value of the option{options}."
    reason = f": {problem.reason}" if problem.reason else ""
    return f"{product} cannot be ordered ({problem.type}){reason}".rstrip(".") + "."


def _product(problem: StoreProblem) -> str:
    names = [f'"{problem.name}"'] if problem.name else []
    if problem.sku:
        names.append(f"(SKU {problem.sku})" if names else f"SKU {problem.sku}")
    if not names and problem.product_id:
        names.append(f"BigCommerce's product {problem.product_id}")
    if not names and problem.variant_id:
        names.append(f"BigCommerce's variant {problem.variant_id}")
    return " ".join(names) or "A product"


def _quoted(options: Iterable[str]) -> str:
    named = ", ".join(f'"{option}"' for option in options)
    return f" {named}" if named else ""


def _step_by_text(error: RequestRefused) -> str:
    said = error.detail.lower()
    if "out of stock" in said:
        return _RESTOCK
    if field := _FIELD.search(error.detail):
        return _SYNC if field[1] in _FIELDS_OF_PRODUCTS else _IN_CRM
    if re.search(r"\b(options?|products?|variants?)\b", said):
        return _SYNC
    return _SOMEWHERE
