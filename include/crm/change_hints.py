"""crm.change_hint: hints that something changed in a store, from its webhooks or from a quick look.

A hint says only where to look: what changed is always read from the store.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

import psycopg

from include.crm.database import execute, fetch_all, fetch_one

Connection = psycopg.Connection[Any]
Subject = Literal["product", "order"]

# As the trigger of crm.change_hint notifies it.
CHANNEL = "crm_store_changed"


def keep(
    crm: Connection, data_source_id: int, subject: Subject, bigcommerce_id: int, event_hash: str
) -> bool:
    """Keep a hint; False if the event of this hash was known. The caller commits."""
    kept = execute(
        crm,
        "change_hints/keep",
        data_source_id=data_source_id,
        subject=subject,
        bigcommerce_id=bigcommerce_id,
        event_hash=event_hash,
    )
    return kept == 1


def due_products(crm: Connection, data_source_id: int) -> list[int]:
    """The BigCommerce products that hints say to look at, ascending."""
    rows = fetch_all(crm, "change_hints/due_products", data_source_id=data_source_id)
    return [row["bigcommerce_id"] for row in rows]


def settle_by_full_sync(crm: Connection, sync_run_id: int) -> None:
    """A full sync is published: the hints about products from before it read the store are handled."""
    execute(crm, "change_hints/settle_by_full_sync", sync_run_id=sync_run_id)


def settle_products(crm: Connection, sync_run_id: int, product_ids: Sequence[int]) -> None:
    """A sync of changes has done what it could for these: their hints from before it read are handled."""
    execute(crm, "change_hints/settle_products", sync_run_id=sync_run_id, product_ids=list(product_ids))


def due_orders_at(crm: Connection, data_source_id: int) -> datetime | None:
    """Now, by the database's clock, if hints say to look at orders; else None."""
    row = fetch_one(crm, "change_hints/due_orders_at", data_source_id=data_source_id)
    return row["now"] if row else None


def settle_orders(crm: Connection, data_source_id: int, before: datetime) -> None:
    """The store's orders were read after this time: earlier hints about orders are handled."""
    execute(crm, "change_hints/settle_orders", data_source_id=data_source_id, before=before)
