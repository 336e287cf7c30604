"""The history of a data source's product syncs, with all their changes and warnings."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Depends, Response

from include.crm import sync_changes, sync_warnings
from include.crm.sync_run_rows import SyncRun
from plugins.data_sources_page import sync_views
from plugins.data_sources_page.dependencies import Crm, Source
from plugins.data_sources_page.exports import Export
from plugins.data_sources_page.parameters import (
    PAGE,
    After,
    Before,
    ChangeFilter,
    ChangeSearch,
    Id,
    Limit,
    WarningFilter,
    WarningSearch,
)
from plugins.data_sources_page.permissions import reader

router = APIRouter(prefix="/api/data-sources", tags=["syncs"], dependencies=[Depends(reader)])


@router.get("/{store}/syncs")
def list_syncs(source: Source, crm: Crm, before: Before = None, limit: Limit = PAGE) -> dict[str, Any]:
    """List the syncs that have started, newest first."""
    page = sync_views.list_syncs(crm, source, before=before, limit=limit)
    return {"syncs": [_as_json(sync) for sync in page.rows], "next": page.next}


@router.get("/{store}/syncs/{sync_run_id}")
def show_sync(source: Source, crm: Crm, sync_run_id: Id) -> dict[str, Any]:
    """Show one sync with its counts; `changes` and `warnings` list what they count."""
    return _as_json(sync_views.sync_of(crm, source, sync_run_id))


@router.get("/{store}/syncs/{sync_run_id}/changes")
def list_changes(
    source: Source,
    crm: Crm,
    sync_run_id: Id,
    change: ChangeFilter = None,
    search: ChangeSearch = "",
    after: After = 0,
    limit: Limit = PAGE,
) -> dict[str, Any]:
    """List what a sync changed, or a dry run would change, with the values before and after."""
    sync_views.sync_of(crm, source, sync_run_id)
    wanted = sync_changes.WantedChanges(sync_run_id, change, search)
    page = sync_views.list_changes(crm, wanted, after=after, limit=limit)
    return {"changes": page.rows, "next": page.next}


@router.get("/{store}/syncs/{sync_run_id}/changes.csv", response_class=Response)
def export_changes(
    source: Source,
    crm: Crm,
    export: Export,
    sync_run_id: Id,
    change: ChangeFilter = None,
    search: ChangeSearch = "",
) -> Response:
    """Export the changes as CSV: a line for each value that differs, and one for each new or removed row."""
    sync_views.sync_of(crm, source, sync_run_id)
    wanted = sync_changes.WantedChanges(sync_run_id, change, search)
    name = f"sync-{sync_run_id}-changes-{source.store_hash}.csv"
    return export.csv(name, lambda reading: sync_changes.export(reading, wanted))


@router.get("/{store}/syncs/{sync_run_id}/warnings")
def list_warnings(
    source: Source,
    crm: Crm,
    sync_run_id: Id,
    kind: WarningFilter = None,
    search: WarningSearch = "",
    after: After = 0,
    limit: Limit = PAGE,
) -> dict[str, Any]:
    """List what a sync found wrong in the store, each with the next step."""
    sync_views.sync_of(crm, source, sync_run_id)
    wanted = sync_warnings.WantedWarnings(sync_run_id, kind, search)
    page = sync_views.list_warnings(crm, wanted, after=after, limit=limit)
    return {"warnings": page.rows, "next": page.next}


@router.get("/{store}/syncs/{sync_run_id}/warnings.csv", response_class=Response)
def export_warnings(
    source: Source,
    crm: Crm,
    export: Export,
    sync_run_id: Id,
    kind: WarningFilter = None,
    search: WarningSearch = "",
) -> Response:
    """Export the warnings as CSV."""
    sync_views.sync_of(crm, source, sync_run_id)
    wanted = sync_warnings.WantedWarnings(sync_run_id, kind, search)
    name = f"sync-{sync_run_id}-warnings-{source.store_hash}.csv"
    return export.csv(name, lambda reading: sync_warnings.export(reading, wanted))


def _as_json(sync: SyncRun) -> dict[str, Any]:
    return asdict(sync) | {"seconds": sync.seconds if sync.finished_at else None}
