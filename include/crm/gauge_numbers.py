"""The numbers that gauges show, of every data source and its orders right now: one query for each."""

from __future__ import annotations

from dataclasses import dataclass

from include.crm.database import Connection, fetch_all
from include.crm.reversal_ledger_rows import Kind


@dataclass(frozen=True)
class SyncState:
    """The last syncs (dry runs ignored) and the last reconciliation of one store that is not deactivated.

    `status`: of the newest sync. `is_failing`: the last finished sync failed. `is_late`: its scheduled sync
    is overdue. Numbers are None where there was no completed sync, or no reconciliation.
    """

    store_hash: str
    status: str | None
    is_failing: bool
    is_late: bool
    seconds_since_completed: float | None
    last_sync_seconds: float | None
    findings: int | None


@dataclass(frozen=True)
class OpenOrders:
    """Orders of one store that are not in BigCommerce yet, by state.

    `new`: no push has seen them. `found_twice` orders are also counted as
    `uncertain`. `oldest_waiting_seconds`: 0 if no order waits.
    """

    store_hash: str
    new: int
    pending: int
    sending: int
    uncertain: int
    rejected: int
    found_twice: int
    oldest_waiting_seconds: float


@dataclass(frozen=True)
class OpenReversals:
    """Refunds or cancellations (`kind`) of one store's pushed orders that are not settled, by state."""

    store_hash: str
    kind: Kind
    pending: int
    sending: int
    uncertain: int
    rejected: int


def store_states(crm: Connection) -> list[SyncState]:
    """Every data source that is not deactivated."""
    return [SyncState(**row) for row in fetch_all(crm, "monitoring/store_states")]


def open_orders(crm: Connection) -> list[OpenOrders]:
    """Every store that sends orders, or still has some that are not in BigCommerce."""
    return [OpenOrders(**row) for row in fetch_all(crm, "monitoring/open_orders")]


def open_reversals(crm: Connection) -> list[OpenReversals]:
    """Both kinds, of every store that mirrors them, or still has some that are not settled."""
    return [OpenReversals(**row) for row in fetch_all(crm, "monitoring/open_reversals")]
