"""Hints that something changed in a shop, and what its campaign has."""

from __future__ import annotations

from itertools import count
from typing import Any

from include.crm import change_hints
from tests.support.shop import Shop

_numbers = count()


def hint(shop: Shop, *product_ids: int) -> None:
    """The store says that these products changed."""
    for product_id in product_ids:
        event = f"event {next(_numbers)}"
        change_hints.keep(shop.crm, shop.source.data_source_id, "product", product_id, event)
    shop.crm.commit()


def due_products(shop: Shop) -> list[int]:
    """The products whose hints are not handled."""
    shop.crm.rollback()
    return change_hints.due_products(shop.crm, shop.source.data_source_id)


def published(shop: Shop) -> list[dict[str, Any]]:
    """What the campaign has, without our ids and times."""
    return shop.rows(
        """SELECT bigcommerce_product_id, product.name, product.sku, is_visible, bigcommerce_variant_id,
                  variant.sku AS variant_sku, variant.name AS variant_name, options, price, override_price,
                  compare_at_price, purchasing_disabled,
                  product.removed_at IS NULL AND variant.removed_at IS NULL AS is_sold
           FROM crm.campaign_product product
           JOIN crm.campaign_product_variant variant USING (campaign_product_id)
           ORDER BY bigcommerce_product_id, bigcommerce_variant_id"""
    )
