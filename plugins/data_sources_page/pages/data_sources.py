"""The list of data sources, each with its card; and the forms to activate, change and deactivate one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from include.airflow_metadata import saved_base_url
from include.connections import open_crm
from include.crm import data_sources
from include.data_sources.dag_registry import dag_id_of
from include.data_sources.lifecycle import as_entered
from include.data_sources.settings import DEFAULT_BASE_URL, ORDER_STATUSES, PERMISSION_SETS, Entered
from include.data_sources.status import overviews
from plugins.data_sources_page.permissions import User, may_edit, reader
from plugins.data_sources_page.rendering import render
from plugins.data_sources_page.stores import overview_of
from plugins.data_sources_page.trend_chart import bars

router = APIRouter(include_in_schema=False)
READING = [Depends(reader)]
EDITING = [Depends(may_edit)]
CARDS = 50


@router.get("/", dependencies=READING)
def list_data_sources(
    request: Request, user: User, search: str = "", after: Annotated[str, Query()] = ""
) -> HTMLResponse:
    """All data sources, by store hash; CARDS at a time."""
    known = overviews()
    wanted = search.strip().casefold()
    found = [
        each
        for each in known
        if wanted in f"{each.data_source.store_hash} {each.data_source.store_name}".casefold()
    ]
    shown = [each for each in found if each.data_source.store_hash > after]
    return render(
        request,
        user,
        "data_sources.html",
        overviews=shown[:CARDS],
        more=shown[CARDS - 1].data_source.store_hash if len(shown) > CARDS else None,
        search=search,
        number=len(known),
        dag_id_of=dag_id_of,
        bars=bars,
    )


@router.get("/activate", dependencies=EDITING)
def activate_form(request: Request, user: User, store: str = "") -> HTMLResponse:
    """A form for a new data source, or for one that was deactivated, with its settings."""
    held = overview_of(store).data_source if store else None
    entered = as_entered(held) if held else Entered(store_hash="")
    return _form(request, user, entered, campaign_id=held.campaign_id if held else None, is_new=True)


@router.get("/{store}", dependencies=READING)
def show_data_source(request: Request, user: User, store: str) -> HTMLResponse:
    """One data source: its card and its settings."""
    overview = overview_of(store)
    return render(
        request,
        user,
        "data_source.html",
        store=store,
        overview=overview,
        source=overview.data_source,
        order_statuses=ORDER_STATUSES,
        dag_id_of=dag_id_of,
        bars=bars,
    )


@router.get("/{store}/card", dependencies=READING)
def card(request: Request, user: User, store: str) -> HTMLResponse:
    """The card alone, which a page asks for over and over."""
    overview = overview_of(store)
    return render(request, user, "card.html", store=store, overview=overview, dag_id_of=dag_id_of, bars=bars)


@router.get("/{store}/settings", dependencies=EDITING)
def settings_form(request: Request, user: User, store: str) -> HTMLResponse:
    """A form with the settings as they are, but for the access token, which is never shown."""
    source = overview_of(store).data_source
    return _form(
        request, user, as_entered(source), campaign_id=source.campaign_id, is_new=source.state == "inactive"
    )


@router.get("/{store}/deactivate", dependencies=EDITING)
def deactivate_form(request: Request, user: User, store: str) -> HTMLResponse:
    """What deactivating will do, before it is done."""
    overview = overview_of(store)
    return render(
        request, user, "deactivate.html", store=store, overview=overview, source=overview.data_source
    )


def _form(
    request: Request, user: User, entered: Entered, *, campaign_id: int | None, is_new: bool
) -> HTMLResponse:
    with open_crm() as crm:
        gateways = data_sources.gateways(crm)
        held = data_sources.get(crm, entered.store_hash) if entered.store_hash else None
    return render(
        request,
        user,
        "settings.html",
        store=entered.store_hash or None,
        source=held,
        entered=entered,
        campaign_id=campaign_id,
        is_new=is_new,
        billers=[("", "none"), *((biller, f"{name} ({biller})") for biller, name in gateways.items())],
        order_statuses=ORDER_STATUSES,
        permission_sets=[(each, each) for each in PERMISSION_SETS],
        default_base_url=DEFAULT_BASE_URL,
        saved_base_url=saved_base_url(entered.store_hash),
    )
