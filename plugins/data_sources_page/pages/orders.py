"""Orders on their way to the store: the ledger, one order, and how a push goes."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from include.connections import open_crm
from include.crm import order_ledger_pages
from include.crm.order_ledger_pages import MOST_COUNTED, read_id
from plugins.data_sources_page.api import orders as api
from plugins.data_sources_page.errors import NotFound
from plugins.data_sources_page.permissions import ORDER_PUSH, User, reader
from plugins.data_sources_page.rendering import render
from plugins.data_sources_page.stores import data_source_of

router = APIRouter(include_in_schema=False, dependencies=[Depends(reader)])

FILTERS = {
    None: "All",
    "pending": "Waiting",
    "uncertain": "Uncertain",
    "rejected": "Rejected",
    "pushed": "Pushed",
}


@router.get("/{store}/orders")
def list_orders(
    request: Request,
    user: User,
    store: str,
    state: api.State | None = None,
    search: api.Search = "",
    before: api.Before = None,
) -> HTMLResponse:
    """The ledger, newest first."""
    found = api.list_orders(store, state, search, before, api.PAGE)
    with open_crm() as crm:
        source = data_source_of(crm, store)
        counts = order_ledger_pages.counts(crm, source.data_source_id)
    return render(
        request,
        user,
        "orders.html",
        store=store,
        source=source,
        orders=found["orders"],
        following=found["next"],
        elsewhere=None if found["orders"] or before else _elsewhere(store, search),
        state=state,
        search=search.strip(),
        is_first=before is None,
        filters=FILTERS,
        numbers={each: _number(counts[each]) for each in counts},
        rejected=counts["rejected"],
    )


@router.get("/{store}/orders/{order_id}")
def show_order(request: Request, user: User, store: str, order_id: api.OrderId) -> HTMLResponse:
    """One order: how it stands, what was ordered, all that was tried."""
    order = api.show_order(store, order_id)
    with open_crm() as crm:
        source = data_source_of(crm, store)
    return render(
        request,
        user,
        "order.html",
        store=store,
        source=source,
        order=order,
    )


@router.get("/{store}/order-pushes/{run_id}")
def show_order_push(request: Request, user: User, store: str, run_id: str) -> HTMLResponse:
    """How a run of the order push goes, until it has ended."""
    with open_crm() as crm:
        source = data_source_of(crm, store)
    return render(request, user, "order_push.html", store=store, source=source, **_run(store, run_id))


@router.get("/{store}/order-pushes/{run_id}/state")
def order_push_state(request: Request, user: User, store: str, run_id: str) -> HTMLResponse:
    """The part of it that changes, which the page asks for over and over."""
    return render(request, user, "order_push_state.html", store=store, **_run(store, run_id))


def _run(store: str, run_id: str) -> dict[str, Any]:
    return {
        "run": api.show_order_push(store, run_id),
        "order_push": ORDER_PUSH,
    }


def _elsewhere(store: str, search: str) -> dict[str, str | int | None] | None:
    """Of an order that somebody searched for and the store's ledger does not have: where it is, or why."""
    order_id = read_id(search.strip())
    if order_id is None:
        return None
    try:
        with open_crm() as crm:
            order = api.status_of(crm, store, order_id)
    except NotFound as error:
        return {"sentence": str(error), "order_id": None}
    if order.state != "not chosen":
        return None  # only the filter by state hides it
    return {"sentence": f"Order {order_id} is not in the ledger: {order.reason}", "order_id": order_id}


def _number(count: int) -> str:
    return f"{MOST_COUNTED:,}+" if count > MOST_COUNTED else f"{count:,}"
