"""How a data source's product sync stands, in the words of the user's side: Submitted, In Progress, …

Submitted is known to Airflow alone (its run is queued, or its first task has not begun); all after that is in
crm.sync_run.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from include import airflow_metadata
from include.connections import open_crm
from include.crm import data_sources
from include.crm.data_sources import DataSource
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
    with open_crm() as crm:
        known = data_sources.list_all(crm)
        syncs = data_sources.latest_syncs(crm)
        gateways = data_sources.gateways(crm)
    active = airflow_metadata.active_runs(DAG_ID_PREFIX)
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
        sync=sync,
        submitted=sum(run.run_id != begun for run in active),
    )
