"""The order ledger, one order in full, and the progress of a run of the order push."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from include.airflow_metadata import saved_base_url
from include.crm import data_sources, order_ledger_pages
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.crm.ids import read_id
from include.crm.order_ledger_pages import MOST_COUNTED
from include.dag_ids import ORDER_PUSH
from include.data_sources.control_panel import control_panel
from include.order_push.errors import UnclearRequest
from plugins.data_sources_page import order_views
from plugins.data_sources_page.dependencies import Crm, Source, Visible
from plugins.data_sources_page.errors import NotFound
from plugins.data_sources_page.order_filters import Filters, OrderFilters
from plugins.data_sources_page.paging import Page
from plugins.data_sources_page.parameters import PAGE, After, Before, Id, RunId, ShowPlanned
from plugins.data_sources_page.permissions import User, may_see_orders
from plugins.data_sources_page.rendering import render

router = APIRouter(include_in_schema=False, dependencies=[Depends(may_see_orders)])

FILTERS = {
    None: "All",
    "pending": "Waiting",
    "uncertain": "Unclear",
    "rejected": "Rejected",
    "pushed": "Pushed",
    "dismissed": "Dismissed",
}
MARKS = {
    "not shipped": "Not shipped",
    "late": "Not shipped for days",
    "refund rejected": "Refund rejected",
    "differs": "Differs from BigCommerce",
}


@router.get("/orders")
def list_all_orders(
    request: Request, user: User, crm: Crm, visible: Visible, filters: Filters, before: Before = None
) -> HTMLResponse:
    """The orders of all stores, newest first, and why they were rejected."""
    return _render_list(request, user, crm, filters, before, visible)


@router.get("/{store}/orders")
def list_orders(
    request: Request, user: User, source: Source, crm: Crm, filters: Filters, before: Before = None
) -> HTMLResponse:
    """The same for one store."""
    return _render_list(
        request, user, crm, replace(filters, store=source.store_hash), before, {source.store_hash}, source
    )


def _render_list(
    request: Request,
    user: User,
    crm: Connection,
    filters: OrderFilters,
    before: int | None,
    visible: set[str],
    source: DataSource | None = None,
) -> HTMLResponse:
    problem = ""
    try:
        wanted = filters.wanted(crm, visible)
        page = order_views.list_orders(crm, wanted, before=before, limit=PAGE)
    except UnclearRequest as error:  # is said at the fields, which keep what was entered
        problem = str(error)
        wanted = replace(filters, from_time="", to_time="").wanted(crm, visible)
        page = Page([], None)
    found_nothing = not (page.rows or before or problem)
    counts = order_ledger_pages.counts(crm, wanted.data_source_ids)
    is_grouped = not problem and before is None and filters.state in (None, "rejected", "dismissed")
    shown = f"{quote(source.store_hash, safe='')}/orders" if source else "orders"
    return render(
        request,
        user,
        "orders.html",
        store=source.store_hash if source else None,
        source=source,
        sources=[] if source else [s for s in data_sources.names(crm) if s.store_hash in visible],
        orders=page.rows,
        following=page.next,
        groups=order_ledger_pages.groups(crm, wanted) if is_grouped else [],
        group_state=filters.state or "rejected",
        elsewhere=_elsewhere(crm, source, filters.search) if source and found_nothing else None,
        filters=filters,
        path=shown,
        at=lambda **changes: (replace(filters, store="") if source else filters).address(shown, **changes),
        export=filters.address("api/orders.csv"),
        is_first=before is None,
        problem=problem,
        status=UnclearRequest.http_status if problem else 200,
        state_names=FILTERS,
        mark_names=MARKS,
        numbers={each: _number(counts[each]) for each in counts},
        panel=_panel(source) if source else None,
    )


@router.get("/{store}/orders/{order_id}")
def show_order(request: Request, user: User, source: Source, crm: Crm, order_id: Id) -> HTMLResponse:
    """One order: its status, what was ordered, and all that happened to it."""
    view = order_views.order_of(crm, source, order_id)
    return render(
        request,
        user,
        "order.html",
        store=source.store_hash,
        source=source,
        order_status=view.status,
        order=view.status.order,
        row=view.status.row,
        lines=view.lines,
        customer=view.order,
        panel=_panel(source),
    )


@router.get("/{store}/order-pushes/{run_id}")
def show_order_push(
    request: Request,
    user: User,
    source: Source,
    crm: Crm,
    run_id: RunId,
    show: ShowPlanned = "all",
    after: After = 0,
) -> HTMLResponse:
    """The progress of a run of the order push, until it has finished; of a dry run, its orders."""
    run = order_views.order_push_of(run_id)
    page = order_views.dry_run_of(crm, source, run, show=show, after=after, limit=PAGE)
    same_orders = {name: run.conf[name] for name in ("from", "to", "order_ids") if run.conf.get(name)}
    return _render_run(
        request,
        user,
        source,
        run_id,
        "order_push.html",
        run=run,
        planned=page,
        show=show,
        is_first=not after,
        same_orders=same_orders,
    )


@router.get("/{store}/order-pushes/{run_id}/state")
def order_push_state(request: Request, user: User, source: Source, run_id: RunId) -> HTMLResponse:
    """The part of that page that changes, which the page requests repeatedly."""
    run = order_views.order_push_of(run_id)
    return _render_run(request, user, source, run_id, "order_push_state.html", run=run)


def _render_run(
    request: Request, user: User, source: DataSource, run_id: str, template: str, **values: Any
) -> HTMLResponse:
    return render(
        request,
        user,
        template,
        store=source.store_hash,
        source=source,
        run_id=run_id,
        dag_id=ORDER_PUSH,
        **values,
    )


def _elsewhere(crm: Connection, source: DataSource, search: str) -> dict[str, str | int | None] | None:
    """Why an order that somebody searched for is not in the store's ledger; None if it is, or has no id."""
    order_id = read_id(search.strip())
    if order_id is None:
        return None
    try:
        order = order_views.status_of(crm, source, order_id)
    except NotFound as error:
        return {"sentence": str(error), "order_id": None}
    if order.state != "not chosen":
        return None  # only the filter by state hides it
    return {"sentence": f"Order {order_id} is not in the ledger: {order.reason}", "order_id": order_id}


def _panel(source: DataSource) -> str | None:
    return control_panel(source.store_hash, saved_base_url(source.store_hash))


def _number(count: int) -> str:
    return f"{MOST_COUNTED:,}+" if count > MOST_COUNTED else f"{count:,}"
