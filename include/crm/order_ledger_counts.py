"""How many orders of the ledger are in which state, and how often a store took or failed on orders."""

from __future__ import annotations

from datetime import datetime

from include.crm.database import Connection, fetch_all, fetch_one
from include.crm.order_deliveries import late_before
from include.crm.order_ledger_rows import LedgerCounts, OpenCounts


def counts(crm: Connection, data_source_id: int) -> LedgerCounts:
    """How many orders of the store are in each state."""
    rows = fetch_all(crm, "order_push/counts", data_source_id=data_source_id)
    numbers = {row["state"]: row["number"] for row in rows}
    return LedgerCounts(**numbers, found_twice=sum(row["found_twice"] for row in rows))


def open_counts(crm: Connection, data_source_ids: list[int] | None = None) -> dict[int, OpenCounts]:
    """How many orders wait or need a person, by data_source_id, of all data sources or of some.

    Stores without any are missing.
    """
    rows = fetch_all(
        crm, "order_push/open_counts", data_source_ids=data_source_ids, late_before=late_before()
    )
    return {row.pop("data_source_id"): OpenCounts(**row) for row in rows}


def has_accepted_since(crm: Connection, data_source_id: int, time: datetime) -> bool:
    """Whether the store took any order after a time."""
    row = fetch_one(crm, "order_push/has_accepted_since", data_source_id=data_source_id, time=time)
    return bool(row and row["accepted"])


def accepted_since(crm: Connection, data_source_id: int, time: datetime) -> int:
    """How many orders the store took after a time; more, if some from before were looked at again."""
    row = fetch_one(crm, "order_push/accepted_since", data_source_id=data_source_id, time=time)
    return int(row["number"]) if row else 0


def failures_beside_successes(crm: Connection, data_source_id: int, order_push_id: int) -> int:
    """How often the store failed on an order, and failed again, while it took another order in between."""
    row = fetch_one(
        crm,
        "order_push/failures_beside_successes",
        data_source_id=data_source_id,
        order_push_id=order_push_id,
    )
    return int(row["number"]) if row else 0


def refused_beside_successes(
    crm: Connection, data_source_id: int, order_push_id: int, status: int | None
) -> bool:
    """Whether the store has answered an order with this status before, and has taken another one since."""
    row = fetch_one(
        crm,
        "order_push/refused_beside_successes",
        data_source_id=data_source_id,
        order_push_id=order_push_id,
        status=status,
    )
    return bool(row and row["is_alone"])
