"""The history of a data source's product syncs, and one of them in full."""

from __future__ import annotations

from typing import Any, NamedTuple

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from include.connections import open_crm
from include.product_sync.summary import lines, number_of_warnings
from plugins.data_sources_page.api import orders, syncs
from plugins.data_sources_page.permissions import User, reader
from plugins.data_sources_page.rendering import render
from plugins.data_sources_page.stores import data_source_of

router = APIRouter(include_in_schema=False, dependencies=[Depends(reader)])

WARNINGS_SHOWN = 200  # of each kind; the API has all that are kept
# What each kind of warning is called in a sync's counts, and what it means.
KINDS = {
    "blank SKU": ("blank_skus", "Blank SKUs"),
    "duplicate SKU": ("duplicate_skus", "Variants with duplicate SKUs"),
    "quarantined": ("quarantined", "Rows left out of the import"),
    "custom field refused": ("custom_fields_refused", "Custom fields that BigCommerce refused"),
}


class Warnings(NamedTuple):
    """Warnings of one kind: the first of them, and how many there are."""

    title: str
    number: int
    first: list[dict[str, Any]]


class Difference(NamedTuple):
    """One field of a product or variant before and after a sync."""

    name: str
    before: object
    after: object


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
    sync = syncs.sync_of(store, sync_run_id, warnings=WARNINGS_SHOWN)
    with open_crm() as crm:
        source = data_source_of(crm, store)
    return render(
        request,
        user,
        "sync.html",
        store=store,
        source=source,
        sync=sync,
        lines=[] if sync["finished_at"] is None else lines({**sync, "error": None})[1:],
        changes=[{**change, "differences": differences(change)} for change in sync["changes"]],
        warnings=_by_kind(sync),
    )


def differences(change: dict[str, Any]) -> list[Difference]:
    """What of a change of crm.sync_run.changes is another than before; of a new or removed one nothing."""
    before, after = change["before"], change["after"]
    if not before or not after:
        return []
    return [
        Difference(name, before.get(name), after[name]) for name in after if before.get(name) != after[name]
    ]


def _by_kind(sync: dict[str, Any]) -> list[Warnings]:
    return [
        Warnings(
            title, max(sync["counts"].get(count, 0), len(sync["warnings"][kind])), sync["warnings"][kind]
        )
        for kind, (count, title) in KINDS.items()
        if kind in sync["warnings"]
    ]
