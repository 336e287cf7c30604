"""Finds orders of ours in BigCommerce that the ledger does not know, so that a restored database is safe.

A CRM database that was restored from a backup has forgotten the orders that were sent since, and would send
each of them again. So before anything is sent, the store is asked for its orders above the newest one in the
ledger: one request if there are none. What is found is kept in crm.unrecorded_order, and

- an order that the CRM still has, completed at that very time, is looked up and adopted, never sent;
- another order, which the CRM gave the same id after the restore, waits for a person and is not sent;
- an order that the CRM lost is named by the reconciliation and by `after-restore`.
"""

from __future__ import annotations

from collections.abc import Iterator

from include.bigcommerce.client import StoreClient
from include.bigcommerce.order_answers import StoreOrder
from include.bigcommerce.orders import list_orders
from include.bigcommerce.timestamps import read_rfc2822_time
from include.crm import unrecorded_orders
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.crm.unrecorded_orders import Hold, OrderWithTakenId, UnrecordedOrder
from include.ledger.settlements import SETTLES_ITSELF
from include.order_push.clock_tolerance import CLOCK_TOLERANCE
from include.order_push.translate import order_id_of


class LostOrder(UnrecordedOrder):
    """An order that BigCommerce has from us and the CRM does not have."""

    @property
    def sentence(self) -> str:
        """What it is and what to do."""
        of = f" of {self.date_created:%Y-%m-%d %H:%M} UTC" if self.date_created else ""
        return (
            f"BigCommerce's order {self.bigcommerce_order_id}{of} is the CRM's order {self.order_id}, which "
            "the CRM does not have. Enter it there again under that id and with that date (completed_at)."
        )


def find_unrecorded(crm: Connection, client: StoreClient, source: DataSource, order_ids: list[int]) -> int:
    """Keep the store's orders above those of the ledger; returns how many are new to it, committed.

    `order_ids` are sent next. Raises any BigCommerceError: then nothing may be sent.
    """
    newest = unrecorded_orders.newest_recorded(crm, source.data_source_id, order_ids)
    crm.commit()
    if newest.bigcommerce_order_id:
        pages = list_orders(client, after_id=newest.bigcommerce_order_id)
    else:
        pages = list_orders(client, modified_since=newest.since - CLOCK_TOLERANCE)
    found = list(_ours(pages))
    if not found:
        return 0
    number = unrecorded_orders.add(crm, source.data_source_id, found)
    crm.commit()
    return number


def hold_unrecorded(crm: Connection, source: DataSource, worker: str) -> int:
    """Keep orders that the store already has from being sent; returns how many. The caller commits."""
    holds = [_hold(order) for order in unrecorded_orders.known(crm, source.data_source_id)]
    return unrecorded_orders.hold(crm, source.data_source_id, worker, holds) if holds else 0


def lost_orders(crm: Connection, source: DataSource) -> list[LostOrder]:
    """The orders in BigCommerce that the CRM does not have, by order id."""
    return [LostOrder(**vars(order)) for order in unrecorded_orders.lost(crm, source.data_source_id)]


def _hold(order: OrderWithTakenId) -> Hold:
    if order.is_same:
        return Hold(
            order.order_id,
            "uncertain",
            f"BigCommerce has it already, as its order {order.bigcommerce_order_id}; it is being looked up.",
            SETTLES_ITSELF,
        )
    return Hold(
        order.order_id,
        "rejected",
        f"BigCommerce has another order under this id, its order {order.bigcommerce_order_id}: the CRM gave "
        "the id out again.",
        "Compare the two orders. Place this one in the CRM again under an id never used before. Only if both "
        "are the same order, give this one that order's date (completed_at), then retry the order.",
    )


def _ours(pages: Iterator[list[StoreOrder]]) -> Iterator[UnrecordedOrder]:
    for page in pages:
        for order in page:
            if order_id := order_id_of(order.external_order_id):
                yield UnrecordedOrder(order_id, order.id, read_rfc2822_time(order.date_created))
