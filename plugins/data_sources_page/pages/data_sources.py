"""One data source with its card; and the forms to activate, change and deactivate one."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from include.airflow_metadata import saved_base_url
from include.crm import change_pauses, data_sources, store_overview
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.data_sources.address_readers import DEFAULT_BASE_URL
from include.data_sources.orders_on_activation import waiting_orders
from include.data_sources.saved_settings import as_entered, version_of
from include.data_sources.setting_readers import ORDER_STATUSES
from include.data_sources.settings import BY_NAME, SECTIONS, SETTINGS, SettingsInput
from plugins.data_sources_page.activity import list_activity
from plugins.data_sources_page.dependencies import Crm, Source, StoreOverview, visible_store
from plugins.data_sources_page.permissions import User, may_edit, reader
from plugins.data_sources_page.rendering import render
from plugins.data_sources_page.store_charts import store_charts

router = APIRouter(include_in_schema=False)
READING = [Depends(reader)]
EDITING = [Depends(may_edit)]
ACTIVITIES = 10  # on the overview


@router.get("/activate", dependencies=EDITING)
def activate_form(request: Request, user: User, crm: Crm, store: str = "") -> HTMLResponse:
    """The form for a new data source, or for a deactivated one, filled in with its settings."""
    held = data_sources.required(crm, visible_store(store, user)) if store else None
    return _form(request, user, crm, held, is_new=True)


@router.get("/{store}", dependencies=READING)
def show_data_source(request: Request, user: User, overview: StoreOverview, crm: Crm) -> HTMLResponse:
    """One data source: its status, key figures, charts, activity and settings."""
    source = overview.data_source
    orders = store_overview.orders_by_day(crm, source.data_source_id)
    syncs = store_overview.syncs_by_day(crm, source.data_source_id)
    activity = list_activity(crm, source, before=None, limit=ACTIVITIES)
    return render(
        request,
        user,
        "data_source.html",
        store=overview.data_source.store_hash,
        overview=overview,
        source=overview.data_source,
        order_statuses=ORDER_STATUSES,
        declared=BY_NAME,
        overrides=store_overview.count_overrides(crm, source.campaign_id),
        days=store_overview.DAYS,
        pushed=sum(day.pushed for day in orders),
        charts=store_charts(orders, syncs),
        activities=activity.rows,
        more_activity=activity.next is not None,
        hooks=overview.hooks,
        pause=change_pauses.get(crm, source.data_source_id),
    )


@router.get("/{store}/card", dependencies=READING)
def card(request: Request, user: User, overview: StoreOverview) -> HTMLResponse:
    """The card alone, which the page requests repeatedly."""
    return render(request, user, "card.html", store=overview.data_source.store_hash, overview=overview)


@router.get("/{store}/settings", dependencies=EDITING)
def settings_form(request: Request, user: User, source: Source, crm: Crm) -> HTMLResponse:
    """The form with the current settings, except for the access token, which is never shown."""
    return _form(request, user, crm, source, is_new=source.state == "inactive")


@router.get("/{store}/deactivate", dependencies=EDITING)
def deactivate_form(request: Request, user: User, overview: StoreOverview) -> HTMLResponse:
    """What deactivating will do, for the user to confirm."""
    source = overview.data_source
    return render(request, user, "deactivate.html", store=source.store_hash, overview=overview, source=source)


def _form(
    request: Request, user: User, crm: Connection, held: DataSource | None, *, is_new: bool
) -> HTMLResponse:
    gateways = data_sources.gateways(crm)
    return render(
        request,
        user,
        "settings.html",
        store=held.store_hash if held else None,
        source=held,
        entered=as_entered(held) if held else SettingsInput(),
        version=version_of(held) if held else "",
        is_new=is_new,
        waiting=waiting_orders(crm, held) if held and is_new else "",
        settings=SETTINGS,
        sections=SECTIONS,
        billers=[("", "none"), *((biller, f"{name} ({biller})") for biller, name in gateways.items())],
        saved_base_url=(saved_base_url(held.store_hash) if held else "") or DEFAULT_BASE_URL,
    )
