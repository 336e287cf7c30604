"""Says, after an activation, how many earlier orders are not sent unless a person starts a backfill."""

from __future__ import annotations

from include.crm import data_sources
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.plurals import count_of


def earlier_orders(crm: Connection, source: DataSource) -> str:
    """A sentence about the orders that were completed before now and never sent; empty if there are none.

    After a store was deactivated for months, its merchant has shipped them by other means, or has not.
    """
    number = data_sources.earlier_orders(crm, source.data_source_id)
    if not number:
        return ""
    was = "was" if number == 1 else "were"
    return (
        f"{count_of(number, 'earlier order')} {was} never sent to BigCommerce and will not be sent "
        "automatically. If the store should have them, start a backfill."
    )
