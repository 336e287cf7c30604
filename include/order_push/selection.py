"""Which orders of a store a push works on."""

from __future__ import annotations

from typing import Any

import psycopg

from include.crm import order_ledger
from include.crm.data_sources import DataSource
from include.order_push.run_request import PushRequest

Connection = psycopg.Connection[Any]


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


def add_to_ledger(crm: Connection, source: DataSource, request: PushRequest) -> None:
    """Add the requested orders, or else every new one, to the ledger; rejected ones wait again."""
    if request.is_selective:
        order_ids = chosen(crm, source, request)
        order_ledger.request(crm, source.data_source_id, order_ids, request.requested_by)
    else:
        order_ledger.select_new(crm, source.data_source_id, request.requested_by)
