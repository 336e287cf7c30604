"""The list of stores as people see it: with the status that Airflow adds, filtered, searched and sorted.

Filtering works on all stores in memory, because half of a status is in Airflow's database: a thousand stores
take some milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, NamedTuple

from include import airflow_metadata
from include.airflow_metadata import DagStatus
from include.crm import store_list
from include.crm.database import Connection
from include.crm.store_list import StoreRow
from include.crm.sync_runs import STOPPED_FROM_OUTSIDE
from include.dag_ids import PRODUCT_SYNC_PREFIX, dag_id_of
from include.data_sources.status import next_run_at, status_word, was_stopped
from include.errors import Action
from include.product_sync.summary import number_of_changes, number_of_warnings

_NEVER = datetime.min.replace(tzinfo=timezone.utc)


class ListedStore(NamedTuple):
    """A row of the list.

    `status` is Submitted, In Progress, Completed, Failed or Cancelled; empty if there was never a sync.
    `error` is why the newest sync failed, `dag` the DAG as Airflow has it (None until Airflow lists it).
    """

    row: StoreRow
    status: str
    error: str
    dag: DagStatus | None

    @property
    def is_active(self) -> bool:
        """Whether it is neither deactivated nor paused."""
        return self.row.state == "active" and self.row.paused_at is None

    @property
    def is_running(self) -> bool:
        """Whether a sync is queued or under way."""
        return self.status in ("Submitted", "In Progress")

    @property
    def action(self) -> Action:
        """The click that helps after a failed sync; one that was stopped from outside is started again."""
        was_stopped = self.status == "Failed" and self.row.sync_status != "Failed"
        return "start_again" if was_stopped else self.row.action or ""

    @property
    def next_sync_at(self) -> datetime | None:
        """When the next automatic sync is due; None if there is none."""
        return next_run_at(self.dag) if self.is_active and self.row.auto_sync_minutes else None

    @property
    def changes(self) -> int:
        """How many products and variants the last completed sync changed."""
        return number_of_changes(self.row.counts)

    @property
    def warnings(self) -> int:
        """How many warnings the last completed sync has."""
        return number_of_warnings(self.row.counts)

    @property
    def urgency(self) -> int:
        """0 for the store that needs a person most; stores that nobody waits for come last."""
        if self.row.state != "active":
            return 6
        if self.row.paused_at is not None:
            return 5
        needs = (
            self.status == "Failed",
            self.row.is_late,
            self.row.rejected + self.row.refunds_rejected + self.row.found_twice > 0,
            self.is_running,
        )
        return needs.index(True) if True in needs else 4


GROUPS: Mapping[str, Callable[[ListedStore], bool]] = {
    "failed": lambda store: store.is_active and store.status == "Failed",
    "running": lambda store: store.is_running,
    "late": lambda store: store.row.is_late,
    "rejected": lambda store: store.row.state == "active" and store.row.rejected > 0,
    "paused": lambda store: store.row.state == "active" and store.row.paused_at is not None,
}

# How each column sorts; stores that are equal in it come by name.
COLUMNS: Mapping[str, Callable[[ListedStore], Any]] = {
    "status": lambda store: store.urgency,
    "store": lambda _: 0,
    "last-sync": lambda store: store.row.completed_at or _NEVER,
    "changes": lambda store: store.changes,
    "warnings": lambda store: store.warnings,
    "waiting": lambda store: store.row.waiting + store.row.uncertain,
    "rejected": lambda store: store.row.rejected,
    "freshness": lambda store: (not store.row.is_late, store.row.auto_sync_minutes is None),
    "next-sync": lambda store: (store.next_sync_at is None, store.next_sync_at or _NEVER),
}
PROBLEMS_FIRST = "status"


@dataclass(frozen=True)
class WantedStores:
    """The stores that a person wants to see, and their order: a column, with "-" before it for descending."""

    group: str = ""
    search: str = ""
    tag: str = ""
    sort: str = PROBLEMS_FIRST


def all_stores(crm: Connection) -> list[ListedStore]:
    """All data sources, by store hash. Raises the errors of both databases."""
    # Airflow first: a sync that finishes in between has recorded its outcome by then
    active = airflow_metadata.active_runs(PRODUCT_SYNC_PREFIX)
    dags = airflow_metadata.dag_statuses(PRODUCT_SYNC_PREFIX)
    found = []
    for row in store_list.read(crm):
        dag_id = dag_id_of(row.store_hash)
        status, error = _status(row, active.get(dag_id, []))
        found.append(ListedStore(row, status, error, dags.get(dag_id)))
    return found


def select(stores: list[ListedStore], wanted: WantedStores) -> list[ListedStore]:
    """Those that are wanted, in the wanted order. An unknown group or column is none."""
    belongs = GROUPS.get(wanted.group)
    words = wanted.search.casefold().split()
    tag = wanted.tag.casefold()
    found = [
        store
        for store in stores
        if (belongs is None or belongs(store))
        and (not tag or tag in (each.casefold() for each in store.row.tags))
        and (not words or all(word in _searched(store) for word in words))
    ]
    column = COLUMNS.get(wanted.sort.removeprefix("-"), COLUMNS[PROBLEMS_FIRST])
    found.sort(key=lambda store: (store.row.store_name.casefold(), store.row.store_hash))
    if wanted.sort == "-store":
        found.reverse()
    found.sort(key=column, reverse=wanted.sort.startswith("-"))
    return found


def counts(stores: list[ListedStore]) -> dict[str, int]:
    """How many stores each group has."""
    return {group: sum(map(belongs, stores)) for group, belongs in GROUPS.items()}


def tags(stores: list[ListedStore]) -> list[str]:
    """All tags in use, each once whatever its capitals."""
    known = {tag.casefold(): tag for store in reversed(stores) for tag in reversed(store.row.tags)}
    return [known[folded] for folded in sorted(known)]


def _searched(store: ListedStore) -> str:
    return "\n".join((store.row.store_hash, store.row.store_name, *store.row.tags)).casefold()


def _status(row: StoreRow, active: list[str]) -> tuple[str, str]:
    """As include/data_sources/status.py has it, and the error of a sync that failed."""
    newest, error = row.sync_status or "", row.error or ""
    if was_stopped(newest, row.dag_run_id, active):
        newest, error = "Failed", error or STOPPED_FROM_OUTSIDE
    status = status_word(newest, sum(run_id != row.dag_run_id for run_id in active))
    if status != "Failed":
        return status, ""
    return ("Cancelled", "") if row.cancelled_by else (status, error)
