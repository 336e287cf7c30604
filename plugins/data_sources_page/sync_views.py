"""The history of product syncs, as both the page and its API show it."""

from __future__ import annotations

from include import airflow_metadata
from include.crm import sync_changes, sync_history, sync_runs, sync_warnings
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.crm.sync_changes import Change
from include.crm.sync_run_rows import SyncRun
from include.crm.sync_warnings import ListedWarning
from include.dag_ids import dag_id_of
from include.data_sources.status import with_outcome
from plugins.data_sources_page.errors import NotFound
from plugins.data_sources_page.paging import Page, page_of


def list_syncs(crm: Connection, source: DataSource, *, before: int | None, limit: int) -> Page[SyncRun, int]:
    """Syncs that have started, newest first."""
    active = _active_runs(source)
    rows = sync_history.page(crm, source.data_source_id, before=before, limit=limit + 1)
    return page_of([with_outcome(row, active) for row in rows], limit, lambda row: row.sync_run_id)


def sync_of(crm: Connection, source: DataSource, sync_run_id: int) -> SyncRun:
    """One sync of the data source. Raises NotFound."""
    active = _active_runs(source)
    try:
        sync = sync_runs.get(crm, sync_run_id)
    except LookupError:
        sync = None
    if sync is None or sync.data_source_id != source.data_source_id:
        raise NotFound(
            f"Store {source.store_hash} has no sync {sync_run_id}.", "Search for it in the sync history."
        )
    return with_outcome(sync, active)


def list_changes(
    crm: Connection, wanted: sync_changes.WantedChanges, *, after: int, limit: int
) -> Page[Change, int]:
    """What a sync changed, in the order of its list."""
    rows = sync_changes.page(crm, wanted, after=after, limit=limit + 1)
    return page_of(rows, limit, lambda row: row.place)


def list_warnings(
    crm: Connection, wanted: sync_warnings.WantedWarnings, *, after: int, limit: int
) -> Page[ListedWarning, int]:
    """What a sync found wrong in the store."""
    rows = sync_warnings.page(crm, wanted, after=after, limit=limit + 1)
    return page_of(rows, limit, lambda row: row.sync_warning_id)


def _active_runs(source: DataSource) -> list[str]:
    """Read before the CRM: a sync that finishes in between has recorded its outcome by then."""
    dag_id = dag_id_of(source.store_hash)
    return airflow_metadata.active_runs(dag_id).get(dag_id, [])
