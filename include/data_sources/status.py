"""The status of a data source as users see it: Submitted, In Progress, Completed or Failed; on time or late.

Only Airflow knows that a sync is Submitted: its run is queued, or its first task has not started. Later
crm.sync_run has the status, except for the end of a sync that nobody could record: its DAG run is gone.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any

from include import airflow_metadata
from include.airflow_metadata import DagStatus
from include.crm import data_sources, order_ledger_counts, store_hooks, sync_history
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.crm.order_ledger_rows import OpenCounts
from include.crm.sync_run_rows import SyncRun
from include.crm.sync_runs import STOPPED_FROM_OUTSIDE
from include.dag_ids import PRODUCT_SYNC_PREFIX, dag_id_of
from include.data_sources.dag_registry import DAG_FILE
from include.store_hooks.health import HookHealth, health_of

# For so long after an activation, each look at a store has Airflow parse the DAG that it does not list yet.
ASKING_FOR_DAG = timedelta(minutes=5)


@dataclass(frozen=True)
class Overview:
    """A data source and what a person wants to know about it at a glance.

    `sync` is the newest sync that has started, `completed` the newest that brought the campaign up to date,
    `submitted` how many syncs are queued, `dag` the DAG as Airflow has it (None until Airflow lists it),
    `orders` how many orders wait or need a person, `trend` the last syncs, oldest first (empty in the list of
    all), `hooks` whether changes in the store arrive at once. `is_late` is defined by crm.late_data_source.
    """

    data_source: DataSource
    biller_name: str | None
    sync: SyncRun | None
    completed: SyncRun | None
    submitted: int
    is_late: bool
    dag: DagStatus | None
    orders: OpenCounts
    trend: list[SyncRun]
    hooks: HookHealth

    @property
    def status(self) -> str:
        """One word for the user; empty if there was never a sync."""
        return status_word(self.sync.status if self.sync else "", self.submitted)

    @property
    def next_sync_at(self) -> datetime | None:
        """When the next automatic sync is due; None if there is none."""
        source = self.data_source
        is_active = source.state == "active" and not source.is_paused
        return next_run_at(self.dag) if is_active and source.auto_sync_minutes else None

    def as_dict(self) -> dict[str, Any]:
        """For JSON: the data source's columns, and its syncs."""
        return {
            **asdict(self.data_source),
            "dag_id": dag_id_of(self.data_source.store_hash),
            "dag": asdict(self.dag) if self.dag else None,
            "status": self.status,
            "submitted": self.submitted,
            "is_late": self.is_late,
            "next_sync_at": self.next_sync_at,
            "latest_sync": _as_json(self.sync),
            "completed_sync": _as_json(self.completed),
            "orders": asdict(self.orders),
            "webhooks": self.hooks.as_dict(),
        }


def overviews(crm: Connection) -> list[Overview]:
    """All data sources, by store hash, without their trend. Raises the errors of both databases."""
    active, dags = _in_airflow(PRODUCT_SYNC_PREFIX)
    return _overviews(crm, data_sources.list_all(crm), active, dags)


def overviews_of(crm: Connection, data_source_ids: list[int]) -> dict[int, Overview]:
    """Some data sources by data_source_id. Raises the errors of both databases."""
    active, dags = _in_airflow(PRODUCT_SYNC_PREFIX)
    sources = data_sources.list_all(crm, data_source_ids)
    found = _overviews(crm, sources, active, dags, data_source_ids)
    return {each.data_source.data_source_id: each for each in found}


def overview_of(crm: Connection, store_hash: str) -> Overview:
    """The data source of one store. Raises NoDataSource and the errors of both databases."""
    active, dags = _in_airflow(dag_id_of(store_hash))
    source = data_sources.required(crm, store_hash)
    return _overviews(crm, [source], active, dags, [source.data_source_id])[0]


def status_word(newest: str, submitted: int) -> str:
    """What the newest sync and the number of queued ones come to."""
    return "Submitted" if submitted and newest != "In Progress" else newest


def was_stopped(status: str, dag_run_id: str | None, active: list[str]) -> bool:
    """Whether a sync is open although its DAG run is gone; a sync at a command line has no DAG run."""
    return status in ("Submitted", "In Progress") and dag_run_id not in (None, *active)


def next_run_at(dag: DagStatus | None) -> datetime | None:
    """When Airflow starts the next scheduled run of a DAG."""
    return None if dag is None or dag.is_paused else dag.next_run_at


def with_outcome(sync: SyncRun, active: list[str]) -> SyncRun:
    """The sync, but Failed if it was stopped.

    `active` are the ids of active runs, which were read before the sync: one that finishes in between has
    recorded its outcome.
    """
    if not was_stopped(sync.status, sync.dag_run_id, active):
        return sync
    return replace(
        sync, status="Failed", error=sync.error or STOPPED_FROM_OUTSIDE, action=sync.action or "start_again"
    )


def _in_airflow(dag_id_prefix: str) -> tuple[dict[str, list[str]], dict[str, DagStatus]]:
    return airflow_metadata.active_runs(dag_id_prefix), airflow_metadata.dag_statuses(dag_id_prefix)


def _ask_for_missing_dags(sources: list[DataSource], dags: dict[str, DagStatus]) -> None:
    """Have the DAG file parsed again for a store whose DAG should be there by now.

    Airflow forgets a request to parse a file that it is parsing at that moment, and the next parse would come
    up to 30 s later.
    """
    recent = datetime.now(timezone.utc) - ASKING_FOR_DAG
    for source in sources:
        if (
            source.state == "active"
            and source.updated_at > recent
            and dag_id_of(source.store_hash) not in dags
        ):
            airflow_metadata.request_reparse(DAG_FILE)
            return


def _overviews(
    crm: Connection,
    sources: list[DataSource],
    active: dict[str, list[str]],
    dags: dict[str, DagStatus],
    data_source_ids: list[int] | None = None,
) -> list[Overview]:
    """`data_source_ids` limits what is read to some data sources; only then is their trend read."""
    _ask_for_missing_dags(sources, dags)
    syncs = sync_history.latest_of_each(crm, data_source_ids)
    completed = sync_history.latest_completed_of_each(crm, data_source_ids)
    late = data_sources.late(crm, data_source_ids)
    gateways = data_sources.gateways(crm)
    orders = order_ledger_counts.open_counts(crm, data_source_ids)
    trends = {} if data_source_ids is None else sync_history.trends(crm, data_source_ids)
    hooks = store_hooks.of_each(crm, data_source_ids)
    found = []
    for source in sources:
        dag_id, key = dag_id_of(source.store_hash), source.data_source_id
        runs, sync = active.get(dag_id, []), syncs.get(key)
        started = sync.dag_run_id if sync else None
        overview = Overview(
            data_source=source,
            biller_name=gateways.get(source.biller_id or 0),
            sync=with_outcome(sync, runs) if sync else None,
            completed=completed.get(key),
            submitted=sum(run_id != started for run_id in runs),
            is_late=key in late,
            dag=dags.get(dag_id),
            orders=orders.get(key, OpenCounts()),
            trend=trends.get(key, []),
            hooks=health_of(source, hooks.get(key)),
        )
        found.append(overview)
    return found


def _as_json(sync: SyncRun | None) -> dict[str, Any] | None:
    return asdict(sync) if sync else None
