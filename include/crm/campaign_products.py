"""A campaign's products and variants as people look at them: searched, filtered, listed and exported.

They are view-only except for the override price: include/crm/override_prices.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from include.crm.database import Connection, export_csv, fetch_all, fetch_one
from include.crm.search import beginning_with, containing, searched_text
from include.crm.write_back_value import ids_in

# What a listing shows; crm.campaign_product_mark says what each means.
Mark = Literal["all", "overridden", "removed", "sku", "not written"]


@dataclass(frozen=True)
class CampaignProduct:
    """A product of a campaign; the comments of crm.campaign_product describe the columns."""

    campaign_product_id: int
    bigcommerce_product_id: int
    name: str
    sku: str
    is_visible: bool
    removed_at: datetime | None
    changed_at: datetime


@dataclass(frozen=True)
class VariantRow:
    """A variant of a campaign product; the comments of crm.campaign_product_variant describe the columns.

    `siblings`: how many variants its product has. `is_pending`: its custom field is yet to be written.
    `override_changed_by` and `_at` are of the last change of its override price.
    """

    campaign_product_id: int
    variant_detail_id: int
    bigcommerce_variant_id: int
    sku: str
    name: str
    options: list[dict[str, str]]
    price: Decimal
    compare_at_price: Decimal | None
    override_price: Decimal | None
    price_in_effect: Decimal
    purchasing_disabled: bool
    removed_at: datetime | None
    siblings: int
    override_changed_by: str | None
    override_changed_at: datetime | None
    is_pending: bool


@dataclass(frozen=True)
class WantedProducts:
    """Which products of a campaign: those with a mark whose name, SKU or id `search` may mean."""

    campaign_id: int
    mark: Mark = "all"
    search: str = ""

    @property
    def parameters(self) -> dict[str, object]:
        """The parameters of sql/queries/campaign_products/page.sql and export.sql."""
        text = searched_text(self.search)
        number, variant_number = ids_in(text)
        return {
            "campaign_id": self.campaign_id,
            "mark": self.mark,
            "anywhere": containing(text),
            "beginning": beginning_with(text.lower()),
            "number": number,
            "variant_number": variant_number,
        }


def page(crm: Connection, wanted: WantedProducts, *, after: int = 0, limit: int) -> list[CampaignProduct]:
    """At most `limit` products with an id above `after`, by id."""
    rows = fetch_all(crm, "campaign_products/page", after=after, limit=limit, **wanted.parameters)
    return [CampaignProduct(**row) for row in rows]


def get(crm: Connection, campaign_id: int, campaign_product_id: int) -> CampaignProduct | None:
    """One product of a campaign; None if the campaign has no such product."""
    row = fetch_one(
        crm, "campaign_products/get", campaign_id=campaign_id, campaign_product_id=campaign_product_id
    )
    return CampaignProduct(**row) if row else None


def variants(
    crm: Connection, data_source_id: int, campaign_product_ids: list[int], *, limit: int | None = None
) -> dict[int, list[VariantRow]]:
    """Variants by product id, at most `limit` of each product: overridden ones first, removed ones last."""
    rows = fetch_all(
        crm,
        "campaign_products/variants",
        data_source_id=data_source_id,
        campaign_product_ids=campaign_product_ids,
        limit=limit,
    )
    found: dict[int, list[VariantRow]] = {each: [] for each in campaign_product_ids}
    for row in rows:
        found[row["campaign_product_id"]].append(VariantRow(**row))
    return found


def export(crm: Connection, wanted: WantedProducts) -> Iterator[bytes]:
    """All variants of the products wanted as CSV, in blocks, as fast as Postgres makes them."""
    return export_csv(crm, "campaign_products/export", **wanted.parameters)
