"""crm.order_push: where each order stands on its way to BigCommerce, and who holds it.

pending ──claim──▶ (lease) ──mark_sending──▶ sending ──▶ pushed
   ▲                                            ├──────▶ rejected ──retry──▶ pending
   │                                            ├──────▶ pending  (not processed: throttled, no access)
   └────── not found, more than once ◀── uncertain ◀────┘ (no clear answer, or a crash)
                                            └── found once ──▶ pushed
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import psycopg

from include.crm.database import execute, fetch_all, fetch_one

Connection = psycopg.Connection[Any]
State = Literal["pending", "sending", "pushed", "rejected", "uncertain"]
RequestedBy = Literal["schedule", "backfill", "manual"]
Outcome = Literal["pushed", "adopted", "rejected", "uncertain", "waits", "not found", "found twice"]


@dataclass(frozen=True)
class Claim:
    """A row of the ledger that a worker holds: `pending` is to be sent, `uncertain` to be looked up."""

    order_push_id: int
    order_id: int
    state: State
    sent_at: datetime | None
    attempts: int
    lookups: int


@dataclass(frozen=True)
class Settlement:
    """What became of a claim, and why; delay_seconds: to the next attempt, None = not by itself."""

    state: State
    action: Literal["send", "look up", "translate"]
    outcome: Outcome
    delay_seconds: float | None = 0.0
    bigcommerce_order_id: int | None = None
    reason: str | None = None
    next_step: str | None = None
    status: int | None = None
    detail: str = ""
    lookups: int = 0


def select_new(crm: Connection, data_source_id: int) -> int:
    """Put every order into the ledger that the settings ask for and that is not there yet; how many."""
    return execute(crm, "order_push/select_new", data_source_id=data_source_id)


def chosen(
    crm: Connection,
    data_source_id: int,
    *,
    order_ids: list[int],
    from_time: datetime | None,
    to_time: datetime | None,
) -> list[int]:
    """Ids of the orders, completed in [from_time, to_time) or named, that should go and have not gone."""
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
    """Put orders into the ledger, or rejected ones back to pending; how many."""
    row = fetch_one(
        crm,
        "order_push/request",
        data_source_id=data_source_id,
        order_ids=order_ids,
        requested_by=requested_by,
    )
    assert row is not None
    return int(row["number"])


def claim(
    crm: Connection, data_source_id: int, worker: str, *, limit: int, lease_seconds: float
) -> list[Claim]:
    """Take rows that are due; nobody else gets them while the lease lasts."""
    rows = fetch_all(
        crm,
        "order_push/claim",
        data_source_id=data_source_id,
        worker=worker,
        limit=limit,
        lease_seconds=lease_seconds,
    )
    return [Claim(**row) for row in sorted(rows, key=lambda row: (row["attempts"], row["order_push_id"]))]


def mark_sending(crm: Connection, held: Claim, worker: str, *, lease_seconds: float) -> bool:
    """Say that the order is about to be sent, to be committed before it is; False if the lease has ended."""
    row = fetch_one(
        crm,
        "order_push/mark_sending",
        order_push_id=held.order_push_id,
        worker=worker,
        lease_seconds=lease_seconds,
    )
    return row is not None


def settle(crm: Connection, held: Claim, worker: str, settlement: Settlement) -> bool:
    """Record what became of a claim, with its history; False if another worker holds it by now."""
    row = fetch_one(
        crm, "order_push/settle", order_push_id=held.order_push_id, worker=worker, **vars(settlement)
    )
    return row is not None


def release(crm: Connection, worker: str) -> None:
    """Give back what a worker claimed and did not come to."""
    execute(crm, "order_push/release", worker=worker)


def counts(crm: Connection, data_source_id: int) -> dict[str, int]:
    """Orders by state, and as `doubled` those uncertain ones that BigCommerce has more than once."""
    rows = fetch_all(crm, "order_push/counts", data_source_id=data_source_id)
    found = {row["state"]: row["number"] for row in rows}
    return found | {"doubled": sum(row["doubled"] for row in rows)}


def open_counts(crm: Connection) -> dict[int, dict[str, int]]:
    """Of each data_source_id that has some: orders `waiting`, `uncertain`, `doubled`, `rejected`."""
    rows = fetch_all(crm, "order_push/open_counts")
    return {row.pop("data_source_id"): row for row in rows}


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
    limit: int | None = None,
) -> list[dict[str, Any]]:
    """Rows of the ledger with their store and the order's type and total, newest first; at most `limit`."""
    return fetch_all(
        crm, "order_push/find", store_hash=store_hash, state=state, order_ids=order_ids, limit=limit
    )


def history(crm: Connection, order_push_id: int) -> list[dict[str, Any]]:
    """Every decision about one order, oldest first: at, worker, action, outcome, status, detail."""
    return fetch_all(crm, "order_push/history", order_push_id=order_push_id)


def retry(crm: Connection, order_ids: list[int], *, store_hash: str | None = None, worker: str) -> list[int]:
    """Send rejected orders again, look those up again that were found twice; the ids that it applied to."""
    rows = fetch_all(crm, "order_push/retry", order_ids=order_ids, store_hash=store_hash, worker=worker)
    return [row["order_id"] for row in rows]
