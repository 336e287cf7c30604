"""Orders and runs of the order push, as both the page and its API show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg

from include import airflow_metadata
from include.airflow_metadata import RunStanding
from include.crm import order_ledger_pages, orders
from include.crm.data_sources import DataSource
from include.crm.order_ledger_pages import Customer, Wanted
from include.crm.order_ledger_rows import LedgerRow
from include.crm.orders import CustomerOrder, OrderLine
from include.order_push.dag_ids import ORDER_PUSH
from include.order_push.errors import NoSuchOrder
from include.order_push.order_status import OrderStatus, order_statuses
from plugins.data_sources_page.errors import NotFound
from plugins.data_sources_page.paging import Page, page_of

Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class ListedOrder:
    """A row of the ledger, and whose order it is."""

    row: LedgerRow
    customer: Customer


@dataclass(frozen=True)
class OrderView:
    """An order's status, what was ordered, and the order with its customer."""

    status: OrderStatus
    lines: list[OrderLine]
    order: CustomerOrder


def list_orders(crm: Connection, wanted: Wanted, *, before: int | None, limit: int) -> Page[ListedOrder, int]:
    """Orders of the ledger with their customers, newest first; "pending" includes those being sent."""
    rows = order_ledger_pages.page(crm, wanted, before=before, limit=limit + 1)
    customers = order_ledger_pages.customers(crm, [row.order_id for row in rows])
    listed = [ListedOrder(row, customers[row.order_id]) for row in rows]
    return page_of(listed, limit, lambda each: each.row.order_push_id)


def order_of(crm: Connection, source: DataSource, order_id: int) -> OrderView:
    """One order in full. Raises NotFound."""
    status = status_of(crm, source, order_id)
    return OrderView(status, orders.lines_of(crm, order_id), orders.read(crm, [order_id])[order_id])


def status_of(crm: Connection, source: DataSource, order_id: int) -> OrderStatus:
    """The status of an order that goes, or would go, to this store or to none. Raises NotFound."""
    try:
        statuses = order_statuses(crm, order_id)
    except NoSuchOrder as error:
        raise NotFound(error.sentence, error.next_step) from None
    for status in statuses:
        if status.store_hash in (source.store_hash, None):
            return status
    raise NotFound(f"Order {order_id} belongs to store {statuses[0].store_hash}, not to {source.store_hash}.")


def order_push_of(run_id: str) -> RunStanding:
    """A run of the order push. Raises NotFound."""
    run = airflow_metadata.run_standing(ORDER_PUSH, run_id)
    if run is None:
        raise NotFound(
            f"Airflow has no run {run_id} of the order push; it may have been deleted there.",
            "Start a new one.",
        )
    return run
