"""The history of a data source's product syncs, and one sync in full."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from include.crm.sync_warnings import SyncWarning
from include.product_sync.summary import (
    CHANGES,
    WARNING_KINDS,
    column_label,
    lines,
    number_of_changes,
    number_of_warnings,
)
from plugins.data_sources_page import sync_views
from plugins.data_sources_page.dependencies import Crm, Source
from plugins.data_sources_page.parameters import PAGE, Before, Id
from plugins.data_sources_page.permissions import User, reader
from plugins.data_sources_page.rendering import render
from plugins.data_sources_page.sync_views import SyncView

router = APIRouter(include_in_schema=False, dependencies=[Depends(reader)])

WARNINGS_SHOWN = 200  # of each kind; the API returns all that are kept


class Warnings(NamedTuple):
    """Warnings of one kind: the first of them, and how many there are."""

    title: str
    number: int
    first: list[SyncWarning]


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
        syncs=page.syncs,
        following=page.next,
        is_first=before is None,
        number_of_warnings=number_of_warnings,
    )


@router.get("/{store}/syncs/{sync_run_id}")
def show_sync(request: Request, user: User, source: Source, crm: Crm, sync_run_id: Id) -> HTMLResponse:
    """One sync: its changes, its warnings, and how many requests it made."""
    view = sync_views.sync_of(crm, source, sync_run_id, warnings=WARNINGS_SHOWN)
    sync = view.sync
    return render(
        request,
        user,
        "sync.html",
        store=source.store_hash,
        source=source,
        sync=sync,
        lines=[] if sync.finished_at is None else lines(replace(sync, error=None))[1:],
        number_of_changes=number_of_changes(sync.counts),
        change_words=CHANGES,
        column_label=column_label,
        warnings=_by_kind(view),
    )


def _by_kind(view: SyncView) -> list[Warnings]:
    return [
        Warnings(title, max(view.sync.counts.get(count, 0), len(view.warnings[kind])), view.warnings[kind])
        for kind, (count, title) in WARNING_KINDS.items()
        if kind in view.warnings
    ]
