"""Orders and runs of the order push, as both the page and its API show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from include import airflow_metadata
from include.airflow_metadata import RunStatus
from include.crm import order_ledger_pages, orders
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.crm.order_ledger_pages import Customer, WantedOrders
from include.crm.order_ledger_rows import LedgerRow
from include.crm.orders import CustomerOrder, OrderLine
from include.dag_ids import ORDER_PUSH
from include.order_push.dry_run import PlannedOrder, plan
from include.order_push.errors import NoSuchOrder
from include.order_push.order_status import OrderStatus, order_statuses
from include.order_push.run_request import request_in_conf
from include.order_push.selection import to_be_sent
from plugins.data_sources_page.errors import NotFound
from plugins.data_sources_page.paging import Page, page_of

MOST_PLANNED = 1_000


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


def list_orders(
    crm: Connection, wanted: WantedOrders, *, before: int | None, limit: int
) -> Page[ListedOrder, int]:
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


def dry_run_of(
    crm: Connection,
    source: DataSource,
    run: RunStatus,
    *,
    show: Literal["all", "rejected"],
    after: int,
    limit: int,
) -> Page[PlannedOrder, int]:
    """The store's orders that a dry run is about, by id from `after` on, as they stand now.

    At most MOST_PLANNED orders are worked out at once, so a page of rejected ones may be short and still
    have a next.
    """
    request = request_in_conf(run.conf)
    if not request.dry_run or run.conf.get("store") not in (None, "", source.store_hash):
        return Page([], None)
    order_ids = [each for each in to_be_sent(crm, source, request) if each > after]
    found: list[PlannedOrder] = []
    for planned in plan(crm, source, order_ids[:MOST_PLANNED]):
        if planned.problem or show == "all":
            found.append(planned)
        if len(found) > limit:
            return page_of(found, limit, lambda each: each.order.order_id)
    return Page(found, order_ids[MOST_PLANNED - 1] if len(order_ids) > MOST_PLANNED else None)


def order_push_of(run_id: str) -> RunStatus:
    """A run of the order push. Raises NotFound."""
    run = airflow_metadata.run_status(ORDER_PUSH, run_id)
    if run is None:
        raise NotFound(
            f"Airflow has no run {run_id} of the order push; it may have been deleted there.",
            "Start a new one.",
        )
    return run
