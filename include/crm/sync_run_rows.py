"""A row of crm.sync_run, and the DAG run that it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timezone
from typing import Any, Literal

from include.errors import Action

Status = Literal["Submitted", "In Progress", "Completed", "Failed"]


@dataclass(frozen=True)
class DagRunReference:
    """The Airflow DAG run that a sync belongs to; without values, a sync started from the command line."""

    dag_id: str | None = None
    run_id: str | None = None
    url: str | None = None
    trigger: str = "command line"
    started_by: str = ""


@dataclass(frozen=True)
class SyncRun:
    """A row of crm.sync_run with the store's hash; the columns' comments in sql/migrations describe them.

    `counts` are numbers by name, e.g. variants_new. `started_by` is the name of a person, if one started it.
    """

    sync_run_id: int
    data_source_id: int
    store_hash: str
    dag_id: str | None
    dag_run_id: str | None
    dag_run_url: str | None
    trigger: str
    started_by: str
    dry_run: bool
    allow_mass_removal: bool
    verify_custom_fields: bool
    remove_at_most: int | None
    status: Status
    step: str
    error: str | None
    action: Action
    summary: str
    submitted_at: datetime
    started_at: datetime | None
    published_at: datetime | None
    finished_at: datetime | None
    products_total: int
    products_pulled: int
    custom_fields_total: int
    custom_fields_written: int
    requests: int
    requests_least: int
    counts: dict[str, int]

    @property
    def is_open(self) -> bool:
        """Whether it is Submitted or In Progress."""
        return self.status in ("Submitted", "In Progress")

    @property
    def seconds(self) -> float | None:
        """From its start to its end, or until now; None if it has not started."""
        if self.started_at is None:
            return None
        return ((self.finished_at or datetime.now(timezone.utc)) - self.started_at).total_seconds()


def sync_run(row: Mapping[str, Any]) -> SyncRun:
    """A sync of the columns it knows: a migration may have added some that a running process does not."""
    return SyncRun(**{each.name: row[each.name] for each in fields(SyncRun)})
