"""Previews and batches of price changes, as both the pages and the API show them."""

from __future__ import annotations

from dataclasses import dataclass

from include.crm import price_batches
from include.crm.currencies import decimals_of
from include.crm.currency_codes import campaign_currency
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.crm.price_batch_rows import BatchRow, PriceBatch, Show
from include.product_sync.price_changes import consequences
from plugins.data_sources_page.errors import NotFound, Refused
from plugins.data_sources_page.paging import Page, page_of


@dataclass(frozen=True)
class BatchView:
    """A batch with one page of its rows; `next` is the `after` of the next page, None on the last.

    `consequences`: what needs a confirmation before it is applied.
    """

    batch: PriceBatch
    rows: list[BatchRow]
    next: int | None
    currency: str
    consequences: str


def campaign_of(source: DataSource) -> int:
    """The campaign whose prices can be changed. Raises Refused before the first sync has created it."""
    if source.campaign_id is None:
        raise Refused(f"{source.store_name} has no campaign products yet.", "Start its first product sync.")
    return source.campaign_id


def batch_of(
    crm: Connection, source: DataSource, price_batch_id: int, *, show: Show, after: int, limit: int
) -> BatchView:
    """A preview or an applied batch. Raises NotFound."""
    batch = price_batches.get(crm, source.campaign_id or 0, price_batch_id)
    if batch is None:
        raise NotFound(
            f"{source.store_name} has no price change {price_batch_id}, or its preview has expired.",
            "Make a new preview.",
        )
    currency = campaign_currency(crm, source.campaign_id)
    found = price_batches.rows(
        crm, batch, show=show, decimals=decimals_of(currency), after=after, limit=limit + 1
    )
    page = page_of(found, limit, lambda row: row.variant_detail_id)
    return BatchView(batch, page.rows, page.next, currency, consequences(batch, currency))


def list_batches(
    crm: Connection, source: DataSource, *, before: int | None, limit: int
) -> Page[PriceBatch, int]:
    """Applied batches, newest first."""
    found = price_batches.page(crm, source.campaign_id or 0, before=before, limit=limit + 1)
    return page_of(found, limit, lambda batch: batch.price_batch_id)
