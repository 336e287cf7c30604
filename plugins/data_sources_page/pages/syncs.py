"""The history of a data source's product syncs, and one of them in full."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from include.connections import open_crm
from include.crm.sync_runs import SyncRun
from include.crm.sync_warnings import SyncWarning, WarningKind
from include.product_sync.summary import CHANGES, WARNING_KINDS, column_label, lines, number_of_warnings
from plugins.data_sources_page.api import orders, syncs
from plugins.data_sources_page.permissions import User, reader
from plugins.data_sources_page.rendering import render
from plugins.data_sources_page.stores import data_source_of

router = APIRouter(include_in_schema=False, dependencies=[Depends(reader)])

WARNINGS_SHOWN = 200  # of each kind; the API has all that are kept


class Warnings(NamedTuple):
    """Warnings of one kind: the first of them, and how many there are."""

    title: str
    number: int
    first: list[SyncWarning]


@router.get("/{store}/syncs")
def list_syncs(request: Request, user: User, store: str, before: orders.Before = None) -> HTMLResponse:
    """All syncs, newest first."""
    found = syncs.list_syncs(store, before, orders.PAGE)
    with open_crm() as crm:
        source = data_source_of(crm, store)
    return render(
        request,
        user,
        "syncs.html",
        store=store,
        source=source,
        syncs=found["syncs"],
        following=found["next"],
        is_first=before is None,
        number_of_warnings=number_of_warnings,
    )


@router.get("/{store}/syncs/{sync_run_id}")
def show_sync(request: Request, user: User, store: str, sync_run_id: syncs.SyncRunId) -> HTMLResponse:
    """One sync: what changed, what was wrong in the store, how much it asked of it."""
    sync, found = syncs.sync_of(store, sync_run_id, warnings=WARNINGS_SHOWN)
    with open_crm() as crm:
        source = data_source_of(crm, store)
    return render(
        request,
        user,
        "sync.html",
        store=store,
        source=source,
        sync=sync,
        lines=[] if sync.finished_at is None else lines(replace(sync, error=None))[1:],
        changes=sync.changes,
        change_words=CHANGES,
        column_label=column_label,
        warnings=_by_kind(sync, found),
    )


def _by_kind(run: SyncRun, found: dict[WarningKind, list[SyncWarning]]) -> list[Warnings]:
    return [
        Warnings(title, max(run.counts.get(count, 0), len(found[kind])), found[kind])
        for kind, (count, title) in WARNING_KINDS.items()
        if kind in found
    ]
