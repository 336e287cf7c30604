"""The history of a data source's product syncs."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path

from include.connections import open_crm
from include.crm import sync_runs, sync_warnings
from include.crm.ids import LARGEST_ID
from include.crm.sync_runs import SyncRun
from include.crm.sync_warnings import WARNINGS_KEPT_OF_A_KIND, SyncWarning, WarningKind
from plugins.data_sources_page.api.orders import PAGE, Before, Limit
from plugins.data_sources_page.errors import NotFound
from plugins.data_sources_page.permissions import reader
from plugins.data_sources_page.stores import data_source_of, overview_of

router = APIRouter(prefix="/api/data-sources", tags=["syncs"], dependencies=[Depends(reader)])

SyncRunId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


@router.get("/{store}/syncs")
def list_syncs(store: str, before: Before = None, limit: Limit = PAGE) -> dict[str, Any]:
    """Syncs that have begun, newest first."""
    with open_crm() as crm:
        source = data_source_of(crm, store)
        rows = sync_runs.page(crm, source.data_source_id, before=before, limit=limit + 1)
    following = rows[limit - 1].sync_run_id if len(rows) > limit else None
    return {"syncs": [as_json(_as_it_stands(store, row)) for row in rows[:limit]], "next": following}


@router.get("/{store}/syncs/{sync_run_id}")
def show_sync(store: str, sync_run_id: SyncRunId) -> dict[str, Any]:
    """One sync: its counts, its first 100 changes, and of each kind of warning the first 1,000."""
    run, warnings = sync_of(store, sync_run_id, warnings=WARNINGS_KEPT_OF_A_KIND)
    return {**as_json(run), "changes": run.changes, "warnings": warnings}


def as_json(run: SyncRun) -> dict[str, Any]:
    """A sync without its changes, which a list has none of."""
    row = {name: value for name, value in asdict(run).items() if name != "changes"}
    return row | {"seconds": run.seconds if run.finished_at else None}


def sync_of(
    store: str, sync_run_id: int, *, warnings: int
) -> tuple[SyncRun, dict[WarningKind, list[SyncWarning]]]:
    """A sync with so many `warnings` of each kind, by kind. Raises NotFound."""
    with open_crm() as crm:
        data_source_of(crm, store)
        try:
            run = sync_runs.get(crm, sync_run_id)
        except LookupError:
            run = None
        if run is None or run.store_hash != store:
            raise NotFound(f"There is no sync {sync_run_id} of store {store}. Look for it in its history.")
        found = sync_warnings.by_kind(crm, sync_run_id, warnings)
    return _as_it_stands(store, run), found


def _as_it_stands(store: str, run: SyncRun) -> SyncRun:
    """A sync that was ended without anybody recording it says so; of one under way Airflow is asked."""
    if not run.is_open:
        return run
    newest = overview_of(store).sync
    if newest is None or newest.sync_run_id != run.sync_run_id:
        return run
    return replace(run, status=newest.status, error=newest.error)
