"""crm.order_push, the order ledger: the state of each order on its way to BigCommerce, and who holds it.

pending ──claim──▶ (lease) ──mark_sending──▶ sending ──▶ pushed
   ▲                                            ├──────▶ rejected ──retry──▶ pending, ──dismiss──▶ dismissed
   │                                            ├──────▶ pending  (not processed: throttled, no access)
   └────── not found, more than once ◀── uncertain ◀────┘ (no clear answer, or a crash)
                                            └── found once ──▶ pushed
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from datetime import datetime
from typing import Any

from include.crm.database import Connection, execute, fetch_all, fetch_one
from include.crm.order_ledger_rows import (
    Attempt,
    Claim,
    LedgerRow,
    RequestedBy,
    Settlement,
    State,
)

_ROW = [field.name for field in fields(LedgerRow)]


def select_new(crm: Connection, data_source_id: int, requested_by: RequestedBy = "schedule") -> int:
    """Add every new order that the settings ask for to the ledger; returns how many.

    Orders that the CRM held back when they were due, and no longer does, are in the ledger: they wait again.
    """
    released = fetch_all(crm, "order_push/completed_again", data_source_id=data_source_id)
    queue_again(
        crm,
        [row["order_push_id"] for row in released],
        requested_by=requested_by,
        worker=requested_by,
        detail="The CRM no longer holds it back.",
    )
    return execute(crm, "order_push/select_new", data_source_id=data_source_id, requested_by=requested_by)


def chosen(
    crm: Connection,
    data_source_id: int,
    *,
    order_ids: list[int],
    from_time: datetime | None,
    to_time: datetime | None,
) -> list[int]:
    """Ids of the orders, named or completed in [from_time, to_time), that can be sent and are not pushed."""
    rows = fetch_all(
        crm,
        "order_push/chosen",
        data_source_id=data_source_id,
        order_ids=order_ids,
        from_time=from_time,
        to_time=to_time,
    )
    return [row["order_id"] for row in rows]


def request(crm: Connection, data_source_id: int, order_ids: list[int], requested_by: RequestedBy) -> int:
    """Add orders to the ledger, or queue rejected ones again; returns how many.

    Orders on their way are left alone, and so is a new order that a transaction of the CRM has locked.
    """
    which: dict[str, Any] = {"data_source_id": data_source_id, "order_ids": order_ids}
    rejected = [row["order_push_id"] for row in fetch_all(crm, "order_push/rejected", **which)]
    again = queue_again(crm, rejected, requested_by=requested_by, worker=requested_by)
    return len(again) + execute(crm, "order_push/add", **which, requested_by=requested_by)


def not_added(crm: Connection, data_source_id: int, order_ids: list[int]) -> list[int]:
    """Which of these orders are not in the ledger."""
    rows = fetch_all(crm, "order_push/not_added", data_source_id=data_source_id, order_ids=order_ids)
    return [row["order_id"] for row in rows]


def queue_again(
    crm: Connection, order_push_ids: list[int], *, requested_by: RequestedBy, worker: str, detail: str = ""
) -> list[int]:
    """Queue rejected orders, and those that wait for a decision, once more; returns the orders' ids."""
    if not order_push_ids:
        return []
    rows = fetch_all(
        crm,
        "order_push/queue_again",
        order_push_ids=order_push_ids,
        requested_by=requested_by,
        worker=worker,
        detail=detail,
    )
    return [row["order_id"] for row in rows]


def claim(
    crm: Connection,
    data_source_id: int,
    worker: str,
    *,
    limit: int,
    lease_seconds: float,
    except_ids: Collection[int] = (),
) -> list[Claim]:
    """Claim rows that are due; no other worker gets them until the lease ends.

    `except_ids` are the order_push_ids of rows that are left alone.
    """
    rows = fetch_all(
        crm,
        "order_push/claim",
        data_source_id=data_source_id,
        worker=worker,
        limit=limit,
        lease_seconds=lease_seconds,
        except_ids=list(except_ids),
    )
    return [Claim(**row) for row in sorted(rows, key=lambda row: (row["attempts"], row["order_push_id"]))]


def mark_sending(crm: Connection, held: Claim, worker: str, *, lease_seconds: float) -> bool:
    """Record that the order is about to be sent; commit before sending. False if the lease has ended."""
    row = fetch_one(
        crm,
        "order_push/mark_sending",
        order_push_id=held.order_push_id,
        worker=worker,
        lease_seconds=lease_seconds,
    )
    return row is not None


def settle(crm: Connection, held: Claim, worker: str, settlement: Settlement) -> bool:
    """Record the outcome of a claim and its history; False if another worker holds it by now."""
    row = fetch_one(
        crm,
        "order_push/settle",
        order_push_id=held.order_push_id,
        worker=worker,
        bigcommerce_order_id=settlement.bigcommerce_id,
        **vars(settlement),
    )
    return row is not None


def waiting(crm: Connection, data_source_id: int) -> list[int]:
    """Ids of the orders that a scheduled run would send: those that wait in the ledger, and new ones."""
    rows = fetch_all(crm, "order_push/waiting", data_source_id=data_source_id)
    return [row["order_id"] for row in rows]


def mark_found_twice(crm: Connection, held: Claim, worker: str, settlement: Settlement) -> None:
    """Record that BigCommerce has the order more than once, in any state and with any worker."""
    execute(
        crm,
        "order_push/mark_found_twice",
        order_push_id=held.order_push_id,
        worker=worker,
        reason=settlement.reason,
        next_step=settlement.next_step,
        detail=settlement.detail,
    )


def newest_before(crm: Connection, data_source_id: int, time: datetime) -> int:
    """The highest BigCommerce id of an order that was pushed before a time; 0 if there is none."""
    row = fetch_one(crm, "order_push/newest_before", data_source_id=data_source_id, time=time)
    return int(row["bigcommerce_order_id"] or 0) if row else 0


def release(crm: Connection, worker: str) -> None:
    """Give back the rows that a worker claimed and did not work on."""
    execute(crm, "order_push/release", worker=worker)


def seconds_until_due(crm: Connection, data_source_id: int) -> float | None:
    """Seconds until the next open row may be worked on; None if nothing is open."""
    row = fetch_one(crm, "order_push/next_due", data_source_id=data_source_id)
    return None if row is None else float(row["seconds"])


def find(
    crm: Connection,
    *,
    store_hash: str | None = None,
    state: State | None = None,
    order_ids: list[int] | None = None,
    order_push_ids: list[int] | None = None,
    limit: int | None = None,
) -> list[LedgerRow]:
    """Rows of the ledger, newest first, at most `limit`."""
    rows = fetch_all(
        crm,
        "order_push/find",
        store_hash=store_hash,
        state=state,
        order_ids=order_ids,
        order_push_ids=order_push_ids,
        limit=limit,
    )
    return [LedgerRow(**{name: row[name] for name in _ROW}) for row in rows]


def history(crm: Connection, order_push_id: int) -> list[Attempt]:
    """Every decision about one order, oldest first."""
    return [Attempt(**row) for row in fetch_all(crm, "order_push/history", order_push_id=order_push_id)]


def order_of(crm: Connection, data_source_id: int, bigcommerce_order_id: int) -> int | None:
    """The order that was pushed to the store as this order of BigCommerce; None if there is none."""
    row = fetch_one(
        crm, "order_push/order_of", data_source_id=data_source_id, bigcommerce_order_id=bigcommerce_order_id
    )
    return int(row["order_id"]) if row else None
