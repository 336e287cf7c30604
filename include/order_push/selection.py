"""Which orders of a store a push works on."""

from __future__ import annotations

from include.crm import order_ledger
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.crm.session import end_if_idle
from include.order_push.run_request import PushRequest

# Orders that are being added are locked until the commit: the CRM can change them, but not lock them itself.
LOCKED_SECONDS = 10


def to_be_sent(crm: Connection, source: DataSource, request: PushRequest) -> list[int]:
    """Ids of the requested orders and, unless it is a dry run of certain orders, of all that wait."""
    requested = chosen(crm, source, request) if request.is_selective else []
    if request.dry_run and request.is_selective:
        return requested
    return sorted({*requested, *order_ledger.waiting(crm, source.data_source_id)})


def chosen(crm: Connection, source: DataSource, request: PushRequest) -> list[int]:
    """Ids of the requested orders that can be sent and are not pushed."""
    return order_ledger.chosen(
        crm,
        source.data_source_id,
        order_ids=list(request.order_ids),
        from_time=request.from_time,
        to_time=request.to_time,
    )


def add_to_ledger(crm: Connection, source: DataSource, request: PushRequest) -> list[int]:
    """Add the requested orders, or else every new one, to the ledger; rejected ones wait again.

    Returns the ids of requested orders that could not be added, because the CRM has locked them. Other new
    orders that it has locked are added by the next push. The caller commits at once.
    """
    end_if_idle(crm, LOCKED_SECONDS)
    if not request.is_selective:
        order_ledger.select_new(crm, source.data_source_id, request.requested_by)
        return []
    order_ids = chosen(crm, source, request)
    order_ledger.request(crm, source.data_source_id, order_ids, request.requested_by)
    return order_ledger.not_added(crm, source.data_source_id, order_ids)
