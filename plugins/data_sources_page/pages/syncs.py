"""The history of a data source's product syncs, and one sync in full: its changes and its warnings."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from include.airflow_metadata import saved_base_url
from include.crm import change_pauses, sync_changes, sync_history, sync_warnings
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.crm.sync_run_rows import SyncRun
from include.data_sources.control_panel import control_panel, product_page
from include.product_sync.summary import (
    CHANGES,
    WARNING_KINDS,
    WOULD_CHANGE,
    column_label,
    lines,
    number_of_changes,
    number_of_warnings,
)
from plugins.data_sources_page import sync_views
from plugins.data_sources_page.dependencies import Crm, Source
from plugins.data_sources_page.parameters import (
    PAGE,
    After,
    Before,
    ChangeFilter,
    ChangeSearch,
    Id,
    WarningFilter,
    WarningSearch,
)
from plugins.data_sources_page.permissions import User, reader
from plugins.data_sources_page.rendering import render

router = APIRouter(include_in_schema=False, dependencies=[Depends(reader)])


@router.get("/{store}/syncs")
def list_syncs(request: Request, user: User, source: Source, crm: Crm, before: Before = None) -> HTMLResponse:
    """All syncs, newest first."""
    page = sync_views.list_syncs(crm, source, before=before, limit=PAGE)
    return render(
        request,
        user,
        "syncs.html",
        store=source.store_hash,
        source=source,
        syncs=page.rows,
        following=page.next,
        is_first=before is None,
        number_of_warnings=number_of_warnings,
        number_of_changes=number_of_changes,
    )


@router.get("/{store}/syncs/{sync_run_id}")
def show_sync(
    request: Request,
    user: User,
    source: Source,
    crm: Crm,
    sync_run_id: Id,
    change: ChangeFilter = None,
    search: ChangeSearch = "",
    after: After = 0,
) -> HTMLResponse:
    """One sync: what it did, and everything that it changed."""
    sync = sync_views.sync_of(crm, source, sync_run_id)
    wanted = sync_changes.WantedChanges(sync_run_id, change, search)
    page = sync_views.list_changes(crm, wanted, after=after, limit=PAGE)
    return render(
        request,
        user,
        "sync.html",
        **_about(crm, source, sync),
        wanted=wanted,
        changes=page.rows,
        following=page.next,
        is_first=after == 0,
        column_label=column_label,
        words=WOULD_CHANGE if sync.dry_run else CHANGES,
        kinds={kind: (word, number_of_changes(sync.counts, kind)) for kind, word in CHANGES.items()},
    )


@router.get("/{store}/syncs/{sync_run_id}/warnings")
def show_warnings(
    request: Request,
    user: User,
    source: Source,
    crm: Crm,
    sync_run_id: Id,
    kind: WarningFilter = None,
    search: WarningSearch = "",
    after: After = 0,
) -> HTMLResponse:
    """One sync: what it did, and everything that it found wrong in the store."""
    sync = sync_views.sync_of(crm, source, sync_run_id)
    wanted = sync_warnings.WantedWarnings(sync_run_id, kind, search)
    page = sync_views.list_warnings(crm, wanted, after=after, limit=PAGE)
    kinds = {each: (title, sync.counts.get(count, 0)) for each, (count, title) in WARNING_KINDS.items()}
    return render(
        request,
        user,
        "sync_warnings.html",
        **_about(crm, source, sync),
        wanted=wanted,
        warnings=page.rows,
        following=page.next,
        is_first=after == 0,
        kinds=kinds,
        kept=sync_warnings.WARNINGS_KEPT_OF_A_KIND,
        beyond=any(number > sync_warnings.WARNINGS_KEPT_OF_A_KIND for _, number in kinds.values()),
    )


def _about(crm: Connection, source: DataSource, sync: SyncRun) -> dict[str, Any]:
    """What both pages of a sync show above their list."""
    return {
        "store": source.store_hash,
        "source": source,
        "sync": sync,
        "is_newest": sync_history.latest(crm, source.store_hash)[0].sync_run_id == sync.sync_run_id,
        "pause": change_pauses.get(crm, source.data_source_id),
        "lines": [] if sync.finished_at is None else lines(replace(sync, error=None))[1:],
        "changes_in_all": number_of_changes(sync.counts),
        "warnings_in_all": number_of_warnings(sync.counts),
        "panel": control_panel(source.store_hash, saved_base_url(source.store_hash)),
        "product_page": product_page,
    }
