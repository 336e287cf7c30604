"""The variants that a checkout link names, as the CRM's checkout needs them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from include.crm.database import Connection, fetch_all


@dataclass(frozen=True)
class CheckoutVariant:
    """A variant with its product and campaign.

    `price` is charged for one, in `currency_code`: the override price if there is one, else the synced price.
    `is_removed`: BigCommerce no longer has it, or its product. `unset_option`: an option that every order
    must give and that has no default value; empty if there is none.
    """

    campaign_id: int
    currency_code: str
    campaign_product_id: int
    variant_detail_id: int
    product_name: str
    sku: str
    name: str
    options: list[dict[str, str]]
    price: Decimal
    is_removed: bool
    purchasing_disabled: bool
    unset_option: str


def read(crm: Connection, variant_detail_ids: Collection[int]) -> dict[int, CheckoutVariant]:
    """Those of the variants that exist, by variant_detail_id."""
    rows = fetch_all(crm, "checkout/variants", variant_detail_ids=list(variant_detail_ids))
    return {row["variant_detail_id"]: CheckoutVariant(**row) for row in rows}
