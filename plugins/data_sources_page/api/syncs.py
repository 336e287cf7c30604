"""The history of a data source's product syncs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Depends

from include.crm.sync_runs import SyncRun
from include.crm.sync_warnings import WARNINGS_KEPT_OF_A_KIND
from plugins.data_sources_page import sync_views
from plugins.data_sources_page.dependencies import Crm, Source
from plugins.data_sources_page.parameters import PAGE, Before, Id, Limit
from plugins.data_sources_page.permissions import reader

router = APIRouter(prefix="/api/data-sources", tags=["syncs"], dependencies=[Depends(reader)])


@router.get("/{store}/syncs")
def list_syncs(source: Source, crm: Crm, before: Before = None, limit: Limit = PAGE) -> dict[str, Any]:
    """List the syncs that have started, newest first."""
    page = sync_views.list_syncs(crm, source, before=before, limit=limit)
    return {"syncs": [_as_json(sync) for sync in page.syncs], "next": page.next}


@router.get("/{store}/syncs/{sync_run_id}")
def show_sync(source: Source, crm: Crm, sync_run_id: Id) -> dict[str, Any]:
    """Show one sync: its counts, its first 100 changes, and the first 1,000 warnings of each kind."""
    view = sync_views.sync_of(crm, source, sync_run_id, warnings=WARNINGS_KEPT_OF_A_KIND)
    return {**_as_json(view.sync), "changes": view.sync.changes, "warnings": view.warnings}


def _as_json(sync: SyncRun) -> dict[str, Any]:
    """A sync without its changes, which lists do not have."""
    row = {name: value for name, value in asdict(sync).items() if name != "changes"}
    return row | {"seconds": sync.seconds if sync.finished_at else None}
