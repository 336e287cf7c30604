"""How a data source stands, in the words of the user's side: Submitted, In Progress, …; on time or late.

Submitted is known to Airflow alone (its run is queued, or its first task has not begun); all after that is in
crm.sync_run, except for the end of a sync that nobody could record: that is seen by its DAG run having ended.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any

from include import airflow_metadata
from include.airflow_metadata import DagStanding
from include.connections import open_crm
from include.crm import data_sources, order_ledger, sync_runs
from include.crm.data_sources import LATE_AFTER, DataSource
from include.crm.sync_runs import STOPPED_FROM_OUTSIDE, SyncRun
from include.data_sources.dag_registry import DAG_ID_PREFIX, dag_id_of


@dataclass(frozen=True)
class Overview:
    """A data source and all that a person wants to know of it at a glance.

    `sync` is the newest sync that has begun, `completed` the newest that brought the campaign up to date,
    `submitted` how many syncs wait to begin, `dag` how Airflow has its DAG (None: not shown yet), `orders`
    the numbers of orders that wait or need someone, `trend` its last syncs, oldest first.
    """

    data_source: DataSource
    biller_name: str | None
    sync: SyncRun | None
    completed: SyncRun | None
    submitted: int
    dag: DagStanding | None
    orders: dict[str, int]
    trend: list[SyncRun]

    @property
    def status(self) -> str:
        """The one word for the user; empty if there never was a sync."""
        if self.sync and self.sync.status == "In Progress":
            return "In Progress"
        if self.submitted:
            return "Submitted"
        return self.sync.status if self.sync else ""

    @property
    def is_late(self) -> bool:
        """Whether an automatic sync should long have been Completed: after LATE_AFTER times autoSync.

        The time counts from when its settings last changed, too: a store that was deactivated for a month is
        not late as it comes back. sql/queries/monitoring/problems.sql says the same for all at once.
        """
        minutes = self.data_source.auto_sync_minutes
        if minutes is None or self.data_source.state != "active":
            return False
        last = self.data_source.updated_at
        if self.completed and self.completed.finished_at:
            last = max(last, self.completed.finished_at)
        return bool(datetime.now(timezone.utc) - last > LATE_AFTER * timedelta(minutes=minutes))

    @property
    def next_sync_at(self) -> datetime | None:
        """When the next automatic sync is due; None if there is none."""
        if self.dag is None or self.dag.is_paused or self.data_source.state != "active":
            return None
        return self.dag.next_run_at if self.data_source.auto_sync_minutes else None

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
            "orders": self.orders,
        }


def overviews(store_hash: str | None = None) -> list[Overview]:
    """All data sources, or that of one store, by store hash. Raises psycopg.OperationalError."""
    # before the CRM is asked: a sync that ends in between has recorded its end by then
    prefix = dag_id_of(store_hash) if store_hash else DAG_ID_PREFIX
    active = airflow_metadata.active_runs(prefix)
    dags = airflow_metadata.dag_standings(prefix)
    with open_crm() as crm:
        known = data_sources.list_all(crm)
        syncs = sync_runs.latest_of_each(crm)
        completed = sync_runs.latest_completed_of_each(crm)
        gateways = data_sources.gateways(crm)
        orders = order_ledger.open_counts(crm)
        trends = sync_runs.trends(crm)
    return [
        _overview(
            each,
            active.get(dag_id_of(each.store_hash), []),
            biller_name=gateways.get(each.biller_id or 0),
            sync=syncs.get(each.data_source_id),
            completed=completed.get(each.data_source_id),
            dag=dags.get(dag_id_of(each.store_hash)),
            orders=asdict(orders[each.data_source_id]) if each.data_source_id in orders else {},
            trend=trends.get(each.data_source_id, []),
        )
        for each in known
        if store_hash in (None, each.store_hash)
    ]


def _overview(data_source: DataSource, active: list[airflow_metadata.ActiveRun], **known: Any) -> Overview:
    sync = known.pop("sync")
    begun = sync.dag_run_id if sync else None
    return Overview(
        data_source=data_source,
        sync=_as_it_ended(sync, active) if sync else None,
        submitted=sum(run.run_id != begun for run in active),
        **known,
    )


def _as_json(sync: SyncRun | None) -> dict[str, Any] | None:
    """Without the changes, which no list of syncs has."""
    return {name: value for name, value in asdict(sync).items() if name != "changes"} if sync else None


def _as_it_ended(sync: SyncRun, active: list[airflow_metadata.ActiveRun]) -> SyncRun:
    """A sync as it is, or Failed if it is open and its DAG run is not; one of the command line has none."""
    if not sync.is_open or sync.dag_run_id in (None, *(run.run_id for run in active)):
        return sync
    return replace(sync, status="Failed", error=sync.error or STOPPED_FROM_OUTSIDE)
