"""The history of product syncs, as both the page and its API show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg

from include import airflow_metadata
from include.crm import sync_runs, sync_warnings
from include.crm.data_sources import DataSource
from include.crm.sync_runs import SyncRun
from include.crm.sync_warnings import SyncWarning, WarningKind
from include.data_sources.dag_registry import dag_id_of
from include.data_sources.status import with_outcome
from plugins.data_sources_page.errors import NotFound

Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class SyncPage:
    """One page of the history; `next` is the `before` of the next page, None on the last."""

    syncs: list[SyncRun]
    next: int | None


@dataclass(frozen=True)
class SyncView:
    """A sync with its first warnings of each kind."""

    sync: SyncRun
    warnings: dict[WarningKind, list[SyncWarning]]


def list_syncs(crm: Connection, source: DataSource, *, before: int | None, limit: int) -> SyncPage:
    """Syncs that have started, newest first."""
    active = _active_runs(source)
    rows = sync_runs.page(crm, source.data_source_id, before=before, limit=limit + 1)
    following = rows[limit - 1].sync_run_id if len(rows) > limit else None
    return SyncPage([with_outcome(row, active) for row in rows[:limit]], following)


def sync_of(crm: Connection, source: DataSource, sync_run_id: int, *, warnings: int) -> SyncView:
    """One sync with at most `warnings` warnings of each kind. Raises NotFound."""
    active = _active_runs(source)
    try:
        sync = sync_runs.get(crm, sync_run_id)
    except LookupError:
        sync = None
    if sync is None or sync.data_source_id != source.data_source_id:
        raise NotFound(
            f"Store {source.store_hash} has no sync {sync_run_id}.", "Search for it in the sync history."
        )
    return SyncView(with_outcome(sync, active), sync_warnings.by_kind(crm, sync_run_id, warnings))


def _active_runs(source: DataSource) -> list[airflow_metadata.ActiveRun]:
    """Read before the CRM: a sync that finishes in between has recorded its outcome by then."""
    dag_id = dag_id_of(source.store_hash)
    return airflow_metadata.active_runs(dag_id).get(dag_id, [])
