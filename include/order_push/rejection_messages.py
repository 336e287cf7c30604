"""The reason and the next step for an order that BigCommerce refused, in words for people.

BigCommerce names the problem by a `type`, with the product, the limit and the options in the details; the
next step follows from that type. Older messages are only text: there, their subject decides.
"""

from __future__ import annotations

from collections.abc import Sequence

from include.bigcommerce.errors import RequestRefused
from include.bigcommerce.store_problems import StoreProblem, Subject
from include.ledger.settlements import said
from include.order_push.translation_errors import RETRY
from include.plurals import count_of

_RESTOCK = f"Restock it in BigCommerce, {RETRY} Or cancel the order in the CRM."
_SYNC = f"Sync the store's products, {RETRY}"
_SOMEWHERE = f"Correct it in the CRM or in BigCommerce, {RETRY}"
_NEXT_STEPS = {
    "OutOfStock": _RESTOCK,
    "ExceedsMaxQuantity": f"Raise the product's maximum purchase quantity in BigCommerce, {RETRY}",
    "InsufficientQuantity": f"Lower the product's minimum purchase quantity in BigCommerce, {RETRY}",
    "MandatoryProductOptions": (
        "Make the option optional in BigCommerce, or set a default value for it in the CRM; " + RETRY
    ),
    "InvalidProductOption": _SYNC,
    "InvalidProductOptionValue": f"In the CRM, set a default value that the option has, {RETRY}",
}
_ABOUT_OPTIONS = {"MandatoryProductOptions", "InvalidProductOption", "InvalidProductOptionValue"}
_BY_SUBJECT: dict[Subject, str] = {
    "stock": _RESTOCK,
    "products": _SYNC,
    "field": f"Correct it in the CRM, {RETRY}",
    "": _SOMEWHERE,
}
_MOST_NAMED = 5


def rejection(error: RequestRefused, currency_code: str) -> tuple[str, str]:
    """Reason and next step for an order in this currency."""
    typed = [problem for problem in error.problems if problem.type]
    if typed:
        sentences = [_sentence(problem) for problem in typed[:_MOST_NAMED]]
        if more := len(typed) - len(sentences):
            sentences.append(f"There {'is' if more == 1 else 'are'} {count_of(more, 'more problem')}.")
        steps = dict.fromkeys(_NEXT_STEPS.get(problem.type, _SOMEWHERE) for problem in typed)
        return f"BigCommerce refused the order. {' '.join(sentences)}", " ".join(steps)
    step = _BY_SUBJECT.get(error.subject) or (
        f"In BigCommerce, under Settings > Currencies, let shoppers pay in {currency_code}, the currency of "
        f"the order, {RETRY}"
    )
    return f"BigCommerce refused the order: {said(error)}", step


def is_about_options(error: RequestRefused) -> bool:
    """Whether the options that we know of the order's products may be out of date."""
    types = {problem.type for problem in error.problems if problem.type}
    return bool(types & _ABOUT_OPTIONS) or (not types and error.subject == "products")


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
    options = _named(problem.options)
    if problem.type == "MandatoryProductOptions":
        return f"{product} needs a value for {options or 'its required options'}."
    if problem.type == "InvalidProductOption":
        return f"{product} does not have {options or 'an option of the order'}."
    if problem.type == "InvalidProductOptionValue":
        return f"{product} does not have the value that the order gives {options or 'an option'}."
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


def _named(options: Sequence[str]) -> str:
    """E.g. the options "CPU" and "Video memory"; empty if there are none."""
    *first, last = [f'"{option}"' for option in options] or [""]
    return f"the options {', '.join(first)} and {last}" if first else last and f"the option {last}"
