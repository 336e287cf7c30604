"""Orders that BigCommerce has from us and the ledger does not know of: how a restored database is safe.

A CRM database that was restored from a backup has forgotten which orders were sent since. Sent again, each
would be an order twice. So before anything is sent, the store is asked for its orders above the newest one
that the ledger knows: one request, if there is none. What is found is kept in crm.unrecorded_order, and

- the order that the CRM still has, completed at that very time, is looked up and adopted, never sent;
- another order, which the CRM gave the same id after the restore, is put before people, and not sent;
- an order that the CRM lost is named: by the reconciliation, and by `after-restore`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import psycopg

from include.bigcommerce.client import StoreClient
from include.bigcommerce.orders import StoreOrder, list_orders
from include.crm.data_sources import DataSource
from include.crm.database import execute, fetch_all, fetch_one
from include.order_push.translate import order_id_of
from include.order_push.worker import CLOCK_DIFFERENCE

Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class LostOrder:
    """An order that BigCommerce has from us and the CRM does not."""

    order_id: int
    bigcommerce_order_id: int
    date_created: datetime | None

    @property
    def sentence(self) -> str:
        """What it is and what to do."""
        of = f" of {self.date_created:%Y-%m-%d %H:%M} UTC" if self.date_created else ""
        return (
            f"BigCommerce's order {self.bigcommerce_order_id}{of} is the CRM's order {self.order_id}, which "
            "the CRM does not have. Enter it there again under that id and with that date (completed_at)."
        )


def find_unrecorded(crm: Connection, client: StoreClient, source: DataSource, order_ids: list[int]) -> int:
    """Keep what the store has above all that the ledger knows; how many orders that are new to it, committed.

    `order_ids` are to be sent next. Raises any BigCommerceError: then nothing may be sent.
    """
    known = fetch_one(
        crm, "order_push/newest_recorded", data_source_id=source.data_source_id, order_ids=order_ids
    )
    crm.commit()
    assert known is not None
    if newest := known["bigcommerce_order_id"]:
        pages = list_orders(client, after_id=newest)
    else:
        pages = list_orders(client, modified_since=known["since"] - CLOCK_DIFFERENCE)
    found = list(_ours(pages))
    if not found:
        return 0
    number = execute(
        crm,
        "order_push/add_unrecorded",
        data_source_id=source.data_source_id,
        bigcommerce_order_ids=[order.id for order, _ in found],
        order_ids=[order_id for _, order_id in found],
        dates_created=[_date(order) for order, _ in found],
    )
    crm.commit()
    return number


def hold_unrecorded(crm: Connection, source: DataSource, worker: str) -> int:
    """Keep from being sent what the store has already; how many orders. The caller commits."""
    return execute(crm, "order_push/hold_unrecorded", data_source_id=source.data_source_id, worker=worker)


def lost_orders(crm: Connection, source: DataSource) -> list[LostOrder]:
    """The orders among them that the CRM does not have, by order id."""
    rows = fetch_all(crm, "order_push/lost_orders", data_source_id=source.data_source_id)
    return [LostOrder(**row) for row in rows]


def _ours(pages: Iterator[list[StoreOrder]]) -> Iterator[tuple[StoreOrder, int]]:
    for page in pages:
        for order in page:
            if order_id := order_id_of(order.external_order_id):
                yield order, order_id


def _date(order: StoreOrder) -> datetime | None:
    try:
        return parsedate_to_datetime(order.date_created or "")
    except ValueError:
        return None
