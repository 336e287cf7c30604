"""A cart as JSON (responseCart in carts.sf.yml)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
from msgspec import UNSET

from include.sandbox.storefront.carts import Cart
from include.sandbox.storefront.items import Item

NO_AMOUNT = Decimal(0)
SYMBOLS = {"USD": "$"}
INCLUDES = {
    "physical": "lineItems.physicalItems.options",
    "digital": "lineItems.digitalItems.options",
}


def cart_json(cart: Cart, currency: str, include: str, base_url: str) -> dict[str, Any]:
    """`include` is the query's: items have their options only where it asks for them."""
    included = set(include.split(","))

    def items(kind: str) -> list[Item]:
        return [_sent(item, included, base_url) for item in cart.items if item.type == kind]

    return {
        "id": cart.id,
        "customerId": 0,
        "email": "",
        "currency": {
            "name": currency,
            "code": currency,
            "symbol": SYMBOLS.get(currency, currency),
            "decimalPlaces": 2,
        },
        "isTaxIncluded": False,
        "baseAmount": cart.amount,
        "discountAmount": NO_AMOUNT,
        "cartAmount": cart.amount,
        "coupons": [],
        "discounts": [],
        "lineItems": {
            "physicalItems": items("physical"),
            "digitalItems": items("digital"),
            "giftCertificates": cart.gift_certificates,
            "customItems": cart.custom_items,
        },
        "createdTime": cart.created_time,
        "updatedTime": cart.updated_time,
        "locale": cart.locale,
        "version": cart.version,
    }


def _sent(item: Item, included: set[str], base_url: str) -> Item:
    options = item.options if INCLUDES[item.type] in included else UNSET
    return msgspec.structs.replace(item, url=base_url + item.url, options=options)
