"""Why a product or a variant cannot be used, in words for the people who look after the store.

Decoders name a place such as `$.variants[0].price`. People read which value it is, what is wrong with it, and
what to do in BigCommerce.
"""

from __future__ import annotations

import re
from typing import Literal

from include.bigcommerce.contract import locate
from include.bigcommerce.errors import BigCommerceError, UnexpectedResponse

Kind = Literal["product", "variant"]

# What somebody types in the control panel; BigCommerce makes everything else.
_TYPED = {
    "name": "name",
    "sku": "SKU",
    "price": "price",
    "option_display_name": "option name",
    "label": "option value",
}
_MADE = {
    "id": "id",
    "product_id": "product id",
    "calculated_price": "calculated price",
    "is_visible": "visibility",
    "purchasing_disabled": "switch for purchases",
    "variants": "list of variants",
    "option_values": "list of options",
}
ENTER_AGAIN = "enter it again in BigCommerce and sync again."
SAVE_AGAIN = "save the product again in BigCommerce and sync again, or ask BigCommerce's support."
# The bounds of an id mean nothing to people.
_BOUNDS = re.compile(r"is not a whole number [<>]=.*")


def reason_of(error: Exception, kind: Kind) -> str:
    """One sentence about what a decoder of a product or variant refused."""
    where, problem = locate(error)
    field = re.sub(r"\[.*", "", where.rpartition(".")[2])
    problem = _BOUNDS.sub("is not valid", problem)
    owner = "A variant" if kind == "product" and ".variants[" in where else f"The {kind}"
    if field in _TYPED:
        return f"{owner}'s {_TYPED[field]} {problem}; {ENTER_AGAIN}"
    if field in _MADE:
        return f"{owner}'s {_MADE[field]} {problem}; {SAVE_AGAIN}"
    return f"What BigCommerce sends about this {kind} {problem}; {SAVE_AGAIN}"


def reason_unreadable(failure: BigCommerceError) -> str:
    """The reason for a product that the store cannot even send."""
    if isinstance(failure, UnexpectedResponse):
        return f"BigCommerce's answer about this product is not valid JSON; {SAVE_AGAIN}"
    answer = f"HTTP {failure.status}" if failure.status else failure.detail
    return f"BigCommerce fails when this product is read ({answer}); {SAVE_AGAIN}"
