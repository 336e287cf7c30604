"""What happened to one data source in the last days, for the charts of its overview."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from include.crm.database import Connection, fetch_all, fetch_one

DAYS = 30


@dataclass(frozen=True)
class OrderDay:
    """Orders pushed, and orders rejected and not fixed since, on a day in UTC."""

    day: date
    pushed: int
    rejected: int


@dataclass(frozen=True)
class SyncDay:
    """Syncs of a day in UTC; `products` and `variants` after its last published sync, None without one."""

    day: date
    completed: int
    failed: int
    median_seconds: float | None
    longest_seconds: float | None
    products: int | None
    variants: int | None


def orders_by_day(crm: Connection, data_source_id: int) -> list[OrderDay]:
    """The last DAYS days, oldest first."""
    rows = fetch_all(crm, "store_overview/orders_by_day", data_source_id=data_source_id, days=DAYS)
    return [OrderDay(**row) for row in rows]


def syncs_by_day(crm: Connection, data_source_id: int) -> list[SyncDay]:
    """The last DAYS days, oldest first."""
    rows = fetch_all(crm, "store_overview/syncs_by_day", data_source_id=data_source_id, days=DAYS)
    return [SyncDay(**row) for row in rows]


def count_overrides(crm: Connection, campaign_id: int | None) -> int:
    """How many variants that are sold have an override price."""
    row = fetch_one(crm, "store_overview/count_overrides", campaign_id=campaign_id)
    return int(row["number"]) if row else 0
