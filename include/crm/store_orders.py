"""Pushed orders as their stores have them, their shipments, and how far the stores' changes were read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

import msgspec
from psycopg.types.json import Jsonb

from include.crm.database import Connection, execute, fetch_all, fetch_one
from include.crm.store_order_rows import (
    Cursor,
    KnownOrder,
    ReadOrder,
    ShipmentChanges,
    ShipmentFacts,
    ShipmentLine,
    StoreOrderFacts,
    StoreOrderRow,
    UnshippedOrUndone,
)
from include.crm.stores_that_send import SendingStore

# Stores are looked at as long as they have unshipped orders, and for so long after the last one was pushed.
RECENT_DAYS = 90
# An unshipped order that the store has not listed for so long is looked for by its id.
UNSEEN_HOURS = 24
_JSON = msgspec.json.Encoder(decimal_format="string")
_FACTS = [field.name for field in fields(StoreOrderFacts)]


def stores(crm: Connection, store_hash: str | None = None) -> list[SendingStore]:
    """The active stores that have orders of ours to look at, by store hash, or only the given one."""
    rows = fetch_all(crm, "order_updates/stores", store_hash=store_hash, days=RECENT_DAYS)
    return [SendingStore(**row) for row in rows]


def find(
    crm: Connection, *, store_hash: str | None = None, state: UnshippedOrUndone | None = None, limit: int
) -> list[StoreOrderRow]:
    """Pushed orders as their stores have them, latest change first, at most `limit`."""
    rows = fetch_all(crm, "order_updates/find", store_hash=store_hash, state=state, limit=limit)
    return [StoreOrderRow(**{field.name: row[field.name] for field in fields(StoreOrderRow)}) for row in rows]


def known(
    crm: Connection, data_source_id: int, bigcommerce_order_ids: Sequence[int]
) -> dict[int, KnownOrder]:
    """The pushed orders among these of BigCommerce, by their id there."""
    rows = fetch_all(
        crm,
        "order_updates/known",
        data_source_id=data_source_id,
        bigcommerce_order_ids=list(bigcommerce_order_ids),
    )
    return {
        row["bigcommerce_order_id"]: KnownOrder(
            row["order_id"],
            StoreOrderFacts(**{name: row[name] for name in _FACTS}) if row["changed_at"] else None,
            row["read_again"],
            row["has_shipments"],
        )
        for row in rows
    }


def never_read(crm: Connection, data_source_id: int, since: datetime | None) -> list[int]:
    """The BigCommerce ids of orders that were pushed since a time (None: ever) and never read."""
    rows = fetch_all(crm, "order_updates/never_read", data_source_id=data_source_id, since=since)
    return [row["bigcommerce_order_id"] for row in rows]


def hinted(crm: Connection, data_source_id: int, since: datetime | None) -> list[int]:
    """The BigCommerce ids of pushed orders that hints since a time (None: ever) are about, unread since."""
    rows = fetch_all(crm, "order_updates/hinted", data_source_id=data_source_id, since=since)
    return [row["bigcommerce_order_id"] for row in rows]


def long_unseen(crm: Connection, data_source_id: int, limit: int) -> list[int]:
    """The BigCommerce ids of unshipped orders that were not read for UNSEEN_HOURS, longest first."""
    rows = fetch_all(
        crm, "order_updates/long_unseen", data_source_id=data_source_id, hours=UNSEEN_HOURS, limit=limit
    )
    return [row["bigcommerce_order_id"] for row in rows]


def save(crm: Connection, data_source_id: int, orders: Sequence[ReadOrder]) -> set[int]:
    """Keep orders as they were read, unless a later change is known; the ids of those that were kept."""
    if not orders:
        return set()
    rows = [
        {
            "order_id": order.order_id,
            "read_again": order.read_again,
            "items_left": order.items_left,
            **asdict(order.facts),
        }
        for order in orders
    ]
    saved = fetch_all(crm, "order_updates/save", data_source_id=data_source_id, orders=_json(rows))
    return {row["order_id"] for row in saved}


def save_shipments(
    crm: Connection,
    data_source_id: int,
    order_id: int,
    shipments: Sequence[ShipmentFacts],
    lines: Iterable[ShipmentLine],
) -> ShipmentChanges:
    """Keep all valid shipments of an order with their lines; any other shipment of it is void."""
    row = fetch_one(
        crm,
        "order_updates/save_shipments",
        data_source_id=data_source_id,
        order_id=order_id,
        bigcommerce_shipment_ids=[shipment.bigcommerce_shipment_id for shipment in shipments],
        shipments=_json([asdict(shipment) for shipment in shipments]),
        items=_json([asdict(line) for line in lines]),
    )
    assert row is not None
    return ShipmentChanges(**row)


def cursor(crm: Connection, data_source_id: int) -> Cursor:
    """How far the changes of a store's orders were read."""
    row = fetch_one(crm, "order_updates/cursor", data_source_id=data_source_id)
    assert row is not None
    return Cursor(**row)


def move_cursor(
    crm: Connection,
    data_source_id: int,
    *,
    read_until: datetime,
    known_change_at: datetime | None,
    looked_at: datetime | None,
) -> None:
    """Record how far the changes of a store's orders were read; `looked_at` None: not everything was."""
    execute(
        crm,
        "order_updates/move_cursor",
        data_source_id=data_source_id,
        read_until=read_until,
        known_change_at=known_change_at,
        looked_at=looked_at,
    )


def _json(rows: list[dict[str, Any]]) -> Jsonb:
    return Jsonb(rows, dumps=_JSON.encode)
