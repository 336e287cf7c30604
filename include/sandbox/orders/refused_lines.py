"""Problems with an order's lines, in BigCommerce's own shapes.

The shapes are those of the samples in BigCommerce's documentation of POST /v2/orders ("sample response with
inventory error", "… with product options errors"): `details.errors[]`, each with its type, the
product, and the limit or the missing options.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from include.sandbox.catalogue.modifiers import Modifier
from include.sandbox.catalogue.records import Product, Variant
from include.sandbox.orders.records import HOST

Problem = dict[str, Any]

OPTIONS_INVALID = "The options of one or more products are invalid."
NO_STOCK = "Quantities of one or more products are out of stock or did not meet quantity requirements."


def unknown_product(product_id: int) -> Problem:
    """The store has no such product."""
    return {"type": "InvalidProduct", "product": {"id": product_id, **_place(f"/products/{product_id}")}}


def unknown_option(product: Product, value: int) -> Problem:
    """The product has no such variant or modifier."""
    return {"type": "InvalidProductOption", "product": _shown(product, value=value)}


def unknown_value(product: Product, modifier: Modifier, value: str) -> Problem:
    """The modifier has no such value."""
    option = {**_option(product, modifier.id, modifier.display_name), "value": value}
    return {"type": "InvalidProductOptionValue", "product": _shown(product, product_option=option)}


def missing_options(product: Product, options: Sequence[tuple[int, str]]) -> Problem:
    """Required options, each an id and a name, were not chosen."""
    required = [_option(product, *each) for each in options]
    return {"type": "MandatoryProductOptions", "product": _shown(product, required_product_options=required)}


def wrong_quantity(product: Product, variant: Variant, quantity: int) -> Problem | None:
    """The problem with this quantity; None if the store can deliver it."""
    if quantity < product.order_quantity_minimum:
        limit = {"minimum_quantity": product.order_quantity_minimum}
        return {"type": "InsufficientQuantity", "product": _shown(product, **limit)}
    if 0 < product.order_quantity_maximum < quantity:
        limit = {"maximum_quantity": product.order_quantity_maximum}
        return {"type": "ExceedsMaxQuantity", "product": _shown(product, **limit)}
    if product.inventory_tracking == "product" and product.inventory_level < quantity:
        level = {"inventory_level": product.inventory_level}
        return {"type": "OutOfStock", "product": _shown(product, **level)}
    if product.inventory_tracking == "variant" and (variant.inventory_level or 0) < quantity:
        sku = {
            "id": variant.sku_id or variant.id,
            "sku": variant.sku,
            **_place(f"/products/{product.id}/skus/{variant.sku_id or variant.id}"),
            "inventory_level": variant.inventory_level or 0,
        }
        return {"type": "OutOfStock", "product": _shown(product, sku=sku)}
    return None


def _shown(product: Product, **more: Any) -> dict[str, Any]:
    return {"id": product.id, "name": product.name, **more, **_place(f"/products/{product.id}")}


def _option(product: Product, option_id: int, name: str) -> dict[str, Any]:
    path = f"/products/{product.id}/options/{option_id}"
    return {"id": option_id, "option_id": option_id, "display_name": name, **_place(path)}


def _place(path: str) -> dict[str, str]:
    return {"url": f"{HOST}{path}.json", "resource": path}
