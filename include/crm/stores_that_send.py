"""The stores that send orders, and those of them that have something to do now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from include.crm.database import Connection, fetch_all, query

# The database notifies it when an order completes.
NEW_ORDERS_CHANNEL = "crm_order_due"
# Older orders that are not in the ledger wait for the next scheduled run, which looks at all of them.
NEW_WITHIN_SECONDS = 3600.0


@dataclass(frozen=True)
class SendingStore:
    """An active store that sends orders, or that still has orders to look up."""

    store_hash: str
    store_name: str


def sending_stores(crm: Connection, store_hash: str | None = None) -> list[SendingStore]:
    """All stores that send orders or have some to look up, by store hash, or only the given one."""
    return [SendingStore(**row) for row in fetch_all(crm, "order_push/sending_stores", store_hash=store_hash)]


def due_stores(
    crm: Connection,
    *,
    within_seconds: float = 0,
    order_ids: list[int] | None = None,
    from_time: datetime | None = None,
    to_time: datetime | None = None,
) -> list[SendingStore]:
    """The stores that have something to do, by store hash.

    That is: orders that are due now or within so many seconds, or that are requested by id or by time.
    """
    rows = fetch_all(
        crm,
        "order_push/due_stores",
        within_seconds=within_seconds,
        order_ids=order_ids or [],
        from_time=from_time,
        to_time=to_time,
    )
    return [SendingStore(**row) for row in rows]


def stores_with_new_orders(crm: Connection) -> list[SendingStore]:
    """The stores with orders that completed lately and are not in the ledger yet."""
    rows = fetch_all(crm, "order_push/new_order_stores", within_seconds=NEW_WITHIN_SECONDS)
    return [SendingStore(**row) for row in rows]


async def has_new_orders(crm: psycopg.AsyncConnection[Any]) -> bool:
    """Whether there are such orders, for a program that waits for notifications about them."""
    found = await crm.execute(query("order_push/new_order_stores"), {"within_seconds": NEW_WITHIN_SECONDS})
    return await found.fetchone() is not None
