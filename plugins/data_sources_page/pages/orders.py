"""The order ledger, one order in full, and the progress of a run of the order push."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from include.crm import order_ledger_pages
from include.crm.data_sources import DataSource
from include.crm.ids import read_id
from include.crm.order_ledger_pages import MOST_COUNTED
from include.order_push.dag_ids import ORDER_PUSH
from plugins.data_sources_page import order_views
from plugins.data_sources_page.dependencies import Connection, Crm, Source
from plugins.data_sources_page.errors import NotFound
from plugins.data_sources_page.parameters import PAGE, Before, Id, OrderSearch, OrderState, RunId
from plugins.data_sources_page.permissions import User, reader
from plugins.data_sources_page.rendering import render

router = APIRouter(include_in_schema=False, dependencies=[Depends(reader)])

FILTERS = {
    None: "All",
    "pending": "Waiting",
    "uncertain": "Unclear",
    "rejected": "Rejected",
    "pushed": "Pushed",
}


@router.get("/{store}/orders")
def list_orders(
    request: Request,
    user: User,
    source: Source,
    crm: Crm,
    state: OrderState | None = None,
    search: OrderSearch = "",
    before: Before = None,
) -> HTMLResponse:
    """The ledger, newest first."""
    page = order_views.list_orders(crm, source, state=state, search=search, before=before, limit=PAGE)
    counts = order_ledger_pages.counts(crm, source.data_source_id)
    return render(
        request,
        user,
        "orders.html",
        store=source.store_hash,
        source=source,
        orders=page.orders,
        following=page.next,
        elsewhere=None if page.orders or before else _elsewhere(crm, source, search),
        state=state,
        search=search.strip(),
        is_first=before is None,
        filters=FILTERS,
        numbers={each: _number(counts[each]) for each in counts},
        rejected=counts["rejected"],
    )


@router.get("/{store}/orders/{order_id}")
def show_order(request: Request, user: User, source: Source, crm: Crm, order_id: Id) -> HTMLResponse:
    """One order: its status, what was ordered, and every attempt to send it."""
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
    )


@router.get("/{store}/order-pushes/{run_id}")
def show_order_push(request: Request, user: User, source: Source, run_id: RunId) -> HTMLResponse:
    """The progress of a run of the order push, until it has finished."""
    return _render_run(request, user, source, run_id, "order_push.html")


@router.get("/{store}/order-pushes/{run_id}/state")
def order_push_state(request: Request, user: User, source: Source, run_id: RunId) -> HTMLResponse:
    """The part of that page that changes, which the page requests repeatedly."""
    return _render_run(request, user, source, run_id, "order_push_state.html")


def _render_run(request: Request, user: User, source: DataSource, run_id: str, template: str) -> HTMLResponse:
    values: dict[str, Any] = {
        "run": order_views.order_push_of(run_id),
        "run_id": run_id,
        "dag_id": ORDER_PUSH,
    }
    return render(request, user, template, store=source.store_hash, source=source, **values)


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


def _number(count: int) -> str:
    return f"{MOST_COUNTED:,}+" if count > MOST_COUNTED else f"{count:,}"
