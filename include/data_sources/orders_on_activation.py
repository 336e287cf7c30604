"""Says which orders an activation sends, and which it does not send unless a person asks for them."""

from __future__ import annotations

from include.crm import data_sources
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.plurals import count_of


def orders_on_activation(crm: Connection, source: DataSource) -> str:
    """Sentences about the orders from before now, after an activation; empty if there are none.

    Those that waited in the ledger when the store was deactivated are sent: no paid order is lost. Those that
    were completed while it was deactivated are not: its merchant has shipped them by other means, or has not.
    """
    return " ".join(filter(None, [waiting_orders(crm, source), _earlier_orders(crm, source)]))


def waiting_orders(crm: Connection, source: DataSource) -> str:
    """Sentences about the orders that wait in the ledger of a data source; empty if there are none.

    Before an activation, they say how to keep an order back.
    """
    number, since = data_sources.waiting_orders(crm, source.data_source_id)
    if not since:
        return ""
    them, completed = ("it", "completed") if number == 1 else ("them", "the first completed")
    orders = f"{count_of(number, 'order')}, {completed} on {since:%Y-%m-%d},"
    waited = f"{orders} waited when the store was deactivated."
    if source.state == "active":
        return f"{waited} The next push sends {them}."
    return (
        f"{waited} Once the store is active again, the next push sends {them}. If the store should not have "
        f"{them}, cancel {them} in the CRM first."
    )


def _earlier_orders(crm: Connection, source: DataSource) -> str:
    number = data_sources.earlier_orders(crm, source.data_source_id)
    if not number:
        return ""
    was = "was" if number == 1 else "were"
    return (
        f"{count_of(number, 'earlier order')} {was} never sent to BigCommerce and will not be sent "
        "automatically. If the store should have them, start a backfill."
    )
