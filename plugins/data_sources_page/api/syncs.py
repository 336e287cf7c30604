"""The history of a data source's product syncs."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path

from include.connections import open_crm
from include.crm import sync_runs
from include.crm.order_ledger_pages import LARGEST_ID
from plugins.data_sources_page.api.orders import PAGE, Before, Limit
from plugins.data_sources_page.errors import NotFound
from plugins.data_sources_page.permissions import reader
from plugins.data_sources_page.stores import data_source_of, overview_of

router = APIRouter(prefix="/api/data-sources", tags=["syncs"], dependencies=[Depends(reader)])

SyncRunId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
UNDER_WAY = ("Submitted", "In Progress")
WARNINGS = 1_000  # of each kind; no more are kept


@router.get("/{store}/syncs")
def list_syncs(store: str, before: Before = None, limit: Limit = PAGE) -> dict[str, Any]:
    """Syncs that have begun, newest first."""
    with open_crm() as crm:
        source = data_source_of(crm, store)
        rows = sync_runs.page(crm, source.data_source_id, before=before, limit=limit + 1)
    following = rows[limit - 1]["sync_run_id"] if len(rows) > limit else None
    return {"syncs": [_as_it_stands(store, row) for row in rows[:limit]], "next": following}


@router.get("/{store}/syncs/{sync_run_id}")
def show_sync(store: str, sync_run_id: SyncRunId) -> dict[str, Any]:
    """One sync: its counts, its first 100 changes, and of each kind of warning the first 1,000."""
    return sync_of(store, sync_run_id, warnings=WARNINGS)


def sync_of(store: str, sync_run_id: int, *, warnings: int) -> dict[str, Any]:
    """A sync with so many `warnings` of each kind, by kind. Raises NotFound."""
    with open_crm() as crm:
        data_source_of(crm, store)
        try:
            run = sync_runs.get(crm, sync_run_id)
        except LookupError:
            run = None
        if run is None or run["store_hash"] != store:
            raise NotFound(f"There is no sync {sync_run_id} of store {store}. Look for it in its history.")
        found = sync_runs.warnings_by_kind(crm, sync_run_id, warnings)
    return {**_as_it_stands(store, run), "warnings": found}


def _as_it_stands(store: str, run: dict[str, Any]) -> dict[str, Any]:
    """A sync that was ended without anybody recording it says so; of one under way Airflow is asked."""
    if run["status"] not in UNDER_WAY:
        return run
    newest = overview_of(store).sync
    if newest is None or newest["sync_run_id"] != run["sync_run_id"]:
        return run
    return {**run, "status": newest["status"], "error": newest["error"]}
