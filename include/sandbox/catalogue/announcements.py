"""The events with which webhooks hear of changed variants and of sales: the scope of each, and its data."""

from __future__ import annotations

from typing import Any

from include.sandbox.catalogue.records import Product, Variant
from include.sandbox.webhooks.events import product_data, sku_data, sold_data


def variant_event(what: str, variant: Variant) -> tuple[str, dict[str, Any]]:
    """The only variant of a simple product has no SKU of its own: its changes are the product's."""
    if variant.sku_id is None:
        return "store/product/updated", product_data(variant.product_id)
    return f"store/sku/{what}", sku_data(variant.sku_id, variant.product_id, variant.id)


def sale_event(product: Product, variant: Variant, quantity: int) -> tuple[str, dict[str, Any]]:
    """Stock was sold, of the variant or of the product: where the store tracks it."""
    sku_id = variant.sku_id if product.inventory_tracking == "variant" else None
    what = "product" if sku_id is None else "sku"
    return f"store/{what}/inventory/order/updated", sold_data(product.id, quantity, sku_id, variant.id)
