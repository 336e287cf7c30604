"""How a data source's product sync stands, in the words of the user's side: Submitted, In Progress, …

Submitted is known to Airflow alone (its run is queued, or its first task has not begun); all after that is in
crm.sync_run, except for the end of a sync that nobody could record: that is seen by its DAG run having ended.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from include import airflow_metadata
from include.connections import open_crm
from include.crm import data_sources
from include.crm.data_sources import DataSource
from include.crm.sync_runs import STOPPED_FROM_OUTSIDE
from include.data_sources.registry import DAG_ID_PREFIX, dag_id_of


@dataclass(frozen=True)
class Overview:
    """A data source, the newest of its syncs that has begun, and how many are Submitted behind it."""

    data_source: DataSource
    biller_name: str | None
    sync: dict[str, Any] | None
    submitted: int

    @property
    def status(self) -> str:
        """The one word for the user; empty if there never was a sync."""
        if self.sync and self.sync["status"] == "In Progress":
            return "In Progress"
        if self.submitted:
            return "Submitted"
        return str(self.sync["status"]) if self.sync else ""

    def as_dict(self) -> dict[str, Any]:
        """For JSON: the data source's columns, and its syncs."""
        return {
            **asdict(self.data_source),
            "dag_id": dag_id_of(self.data_source.store_hash),
            "status": self.status,
            "submitted": self.submitted,
            "latest_sync": self.sync,
        }


def overviews(store_hash: str | None = None) -> list[Overview]:
    """All data sources, or that of one store, by store hash. Raises psycopg.OperationalError."""
    # before the CRM is asked: a sync that ends in between has recorded its end by then
    active = airflow_metadata.active_runs(DAG_ID_PREFIX)
    with open_crm() as crm:
        known = data_sources.list_all(crm)
        syncs = data_sources.latest_syncs(crm)
        gateways = data_sources.gateways(crm)
    shown = [each for each in known if store_hash in (None, each.store_hash)]
    return [
        _overview(each, gateways, syncs.get(each.data_source_id), active.get(dag_id_of(each.store_hash), []))
        for each in shown
    ]


def _overview(
    data_source: DataSource,
    gateways: dict[int, str],
    sync: dict[str, Any] | None,
    active: list[airflow_metadata.ActiveRun],
) -> Overview:
    begun = sync["dag_run_id"] if sync else None
    return Overview(
        data_source=data_source,
        biller_name=gateways.get(data_source.biller_id or 0),
        sync=_as_it_ended(sync, active) if sync else None,
        submitted=sum(run.run_id != begun for run in active),
    )


def _as_it_ended(sync: dict[str, Any], active: list[airflow_metadata.ActiveRun]) -> dict[str, Any]:
    """A sync as it is, or Failed if it is open and its DAG run is not; one of the command line has none."""
    is_open = sync["status"] in ("Submitted", "In Progress")
    if not is_open or sync["dag_run_id"] in (None, *(run.run_id for run in active)):
        return sync
    return {**sync, "status": "Failed", "error": sync["error"] or STOPPED_FROM_OUTSIDE}
