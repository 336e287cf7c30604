"""The variants that the checkout redirect cannot carry, as both the page and its API show them."""

from __future__ import annotations

from include.crm import checkout_readiness
from include.crm.checkout_readiness import Unready, UnreadyVariant, WantedVariants
from include.crm.database import Connection
from plugins.data_sources_page.paging import Page, page_of


def list_unready(
    crm: Connection, wanted: WantedVariants, *, after: int, limit: int
) -> tuple[Page[UnreadyVariant, int], Unready]:
    """Those wanted, by variant, and how many there are in all."""
    rows, unready = checkout_readiness.page(crm, wanted, after=after, limit=limit + 1)
    return page_of(rows, limit, lambda row: row.variant_detail_id), unready
