"""crm.change_hint: hints that something changed in a store, from its webhooks or from a quick look.

A hint says only where to look: what changed is always read from the store.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import psycopg

from include.crm.database import Connection, execute, fetch_all, fetch_one, query

Subject = Literal["product", "order"]

# As the trigger of crm.change_hint notifies it.
CHANNEL = "crm_store_changed"
# If more products changed than this number, and than this share of the catalogue, a full sync reads them
# instead: it also reads 250 products with each request, and knows at a glance which are unchanged.
FLOOD = {"flood": 2_000, "flood_share": 0.05}


@dataclass(frozen=True)
class DueStore:
    """An active store with something to do. `products`: how many changed, and may be synced now.

    `is_flooded`: that is too many to read them one by one.
    """

    store_hash: str
    store_name: str
    has_orders: bool
    is_quick_look_due: bool
    products: int
    is_flooded: bool


@dataclass(frozen=True)
class QuickLook:
    """`looked_until`: changes until then, by the store's clock, are known; `now` by the database's clock."""

    looked_until: datetime | None
    now: datetime


def keep(
    crm: Connection, data_source_id: int, subject: Subject, bigcommerce_id: int, event_hash: str
) -> bool:
    """Keep a hint; False if the event of this hash was known already. The caller commits.

    What was known for seconds only is looked at once more: change_hints/renew.sql says why.
    """
    kept = execute(
        crm,
        "change_hints/keep",
        data_source_id=data_source_id,
        subject=subject,
        bigcommerce_id=bigcommerce_id,
        event_hash=event_hash,
    )
    if not kept:
        execute(crm, "change_hints/renew", data_source_id=data_source_id, event_hash=event_hash)
    return kept == 1


def keep_repeated(crm: Connection, sync_run_id: int, only_product_ids: Sequence[int]) -> None:
    """Have products read together that list the same variant, where a sync of changes read only one of them.

    Call it in the transaction of the publication, after its changes are found.
    """
    execute(
        crm, "change_hints/keep_repeated", sync_run_id=sync_run_id, only_product_ids=list(only_product_ids)
    )


def due_products(crm: Connection, data_source_id: int) -> list[int]:
    """The BigCommerce products that hints say to look at, ascending."""
    rows = fetch_all(crm, "change_hints/due_products", data_source_id=data_source_id)
    return [row["bigcommerce_id"] for row in rows]


def settle_by_full_sync(crm: Connection, sync_run_id: int) -> None:
    """A full sync was published: mark the hints about products from before it read as handled."""
    execute(crm, "change_hints/settle_by_full_sync", sync_run_id=sync_run_id)


def settle_products(crm: Connection, sync_run_id: int, product_ids: Sequence[int]) -> None:
    """A sync of changes has ended: mark the hints about these products from before it read as handled."""
    execute(crm, "change_hints/settle_products", sync_run_id=sync_run_id, product_ids=list(product_ids))


def settle_orders(crm: Connection, data_source_id: int) -> None:
    """Mark the hints about orders as handled, because the store's orders are read now.

    What this reading misses, the next one finds: it goes by all hints since the last one that succeeded.
    """
    execute(crm, "change_hints/settle_orders", data_source_id=data_source_id)


def due_stores(
    crm: Connection, store_hash: str | None = None, *, lock_is_ours: bool = False
) -> list[DueStore]:
    """The stores that have something to do, by store hash, or only the given one if it has.

    `lock_is_ours`: the caller holds the lock of the store's syncs (sync_lock.py), so nobody else is at work.
    """
    wanted = {"store_hash": store_hash, "lock_is_ours": lock_is_ours, **FLOOD}
    return [DueStore(**row) for row in fetch_all(crm, "change_hints/due_stores", **wanted)]


async def has_due_stores(crm: psycopg.AsyncConnection[Any]) -> bool:
    """Whether any store has something to do, for a program that waits for notifications."""
    found = await crm.execute(
        query("change_hints/due_stores"), {"store_hash": None, "lock_is_ours": False, **FLOOD}
    )
    return await found.fetchone() is not None


def notify_waiting(crm: Connection, data_source_id: int) -> None:
    """Wake the listener when a sync of a store ends, if hints about its products wait."""
    fetch_one(crm, "change_hints/notify_waiting", data_source_id=data_source_id, channel=CHANNEL)


def mark_flooded(crm: Connection, store_hash: str) -> bool:
    """Record that a full sync of this store is triggered now; hints trigger no other within an hour.

    False if one was triggered already.
    """
    return execute(crm, "change_hints/mark_flooded", store_hash=store_hash) == 1


def begin_quick_look(crm: Connection, data_source_id: int) -> QuickLook:
    """Record that the store is asked now which products changed; returns where the last look ended."""
    row = fetch_one(crm, "change_hints/begin_quick_look", data_source_id=data_source_id)
    assert row is not None
    return QuickLook(**row)


def end_quick_look(crm: Connection, data_source_id: int, looked_until: datetime) -> None:
    """Record that all changes until then, by the store's clock, are kept as hints."""
    execute(crm, "change_hints/end_quick_look", data_source_id=data_source_id, looked_until=looked_until)
