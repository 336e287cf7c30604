"""Saves override prices, the one thing of a variant that people set in the CRM, and keeps their history.

A sync never touches them. include/product_sync/typed_price.py reads what a person typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from include.crm.database import Connection, fetch_all, fetch_one
from include.crm.price_batch_rows import Kind, title_of


@dataclass(frozen=True)
class SavedPrice:
    """A variant right after its override price was saved; `price` is the synced one."""

    variant_detail_id: int
    sku: str
    name: str
    price: Decimal
    price_before: Decimal | None
    override_price: Decimal | None
    price_in_effect: Decimal


@dataclass(frozen=True)
class PriceChange:
    """One change of an override price; None stands for the synced price.

    `price_batch_id` and what follows are of the import, change of many prices or undo that it belongs to.
    """

    price_before: Decimal | None
    price_after: Decimal | None
    changed_by: str
    changed_at: datetime
    price_batch_id: int | None
    batch_kind: Kind | None
    batch_description: str | None

    @property
    def batch_title(self) -> str | None:
        """What people read of the batch."""
        return title_of(self.batch_kind, self.batch_description or "") if self.batch_kind else None


def set_override_price(
    crm: Connection, campaign_id: int, variant_detail_id: int, price: Decimal | None, changed_by: str
) -> SavedPrice | None:
    """Override a variant's price, or reset it to the synced one (None); None if there is no such variant.

    The same price again is no change and leaves no history.
    """
    row = fetch_one(
        crm,
        "override_prices/set",
        campaign_id=campaign_id,
        variant_detail_id=variant_detail_id,
        price=price,
        changed_by=changed_by,
    )
    return SavedPrice(**row) if row else None


def history(crm: Connection, campaign_id: int, variant_detail_id: int) -> list[PriceChange]:
    """Every change of a variant's override price, newest first."""
    rows = fetch_all(
        crm, "override_prices/history", campaign_id=campaign_id, variant_detail_id=variant_detail_id
    )
    return [PriceChange(**row) for row in rows]
