"""Data sources: list, show, activate, change, deactivate, sync."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header

from include.checkout.redirect_status import redirect_status
from include.crm import data_sources
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.crm.sync_options import SyncOptions as SyncOptionValues
from include.dag_ids import dag_id_of
from include.data_sources import audit, lifecycle, pausing
from include.data_sources.access_check import check_entered
from include.data_sources.errors import SettingsRefused
from include.data_sources.orders_on_activation import orders_on_activation
from include.data_sources.settings_check import problems_as_typed
from include.data_sources.status import overviews
from include.data_sources.syncing import cancel_sync, start_sync
from plugins.data_sources_page.api.settings_body import Settings, StoreSettings, SyncOptions
from plugins.data_sources_page.csrf import same_origin
from plugins.data_sources_page.dependencies import (
    Crm,
    Source,
    StoreOverview,
    Visible,
    may_contact_store,
)
from plugins.data_sources_page.permissions import User, may_edit, may_sync, reader

router = APIRouter(prefix="/api/data-sources", tags=["data sources"])
READING = [Depends(reader)]
EDITING = [Depends(may_edit), Depends(same_origin)]
CONTACTING = [*EDITING, Depends(may_contact_store)]
SYNCING = [Depends(may_sync), Depends(same_origin)]


@router.get("", dependencies=READING)
def list_data_sources(crm: Crm, visible: Visible) -> list[dict[str, Any]]:
    """List all data sources with their status."""
    return [each.as_dict() for each in overviews(crm) if each.data_source.store_hash in visible]


@router.get("/{store}", dependencies=READING)
def show_data_source(overview: StoreOverview) -> dict[str, Any]:
    """Show one data source with its status."""
    return overview.as_dict()


@router.post("/check", dependencies=EDITING)
def check_settings(settings: StoreSettings, crm: Crm) -> dict[str, Any]:
    """Check settings while they are typed: the problems by field. The store is not contacted."""
    return {"problems": problems_as_typed(settings.entered, data_sources.gateways(crm))}


@router.post("/test", dependencies=CONTACTING)
def test_access(settings: StoreSettings) -> dict[str, Any]:
    """Check with the store that the access token has all required scopes. Saves nothing."""
    problems: dict[str, str] = {}
    access = check_entered(settings.entered, problems, all_scopes=True)
    if access is None:
        raise SettingsRefused(problems)
    return {"message": f"Connected to {access.store.name}. The token has all required scopes."}


@router.post("", dependencies=CONTACTING, status_code=201)
def activate(settings: StoreSettings, crm: Crm, user: User) -> dict[str, Any]:
    """Activate a store, or activate a deactivated one again with its ids and settings.

    The token has to be entered again only after the last sync of the deactivated data source has finished.
    """
    source = lifecycle.activate(crm, settings.store_hash, settings.changes())
    audit.record("activate", user.get_name(), source, settings.changes())
    first_sync = (
        f"Its first sync starts automatically, and then one every {source.auto_sync_minutes} minutes."
        if source.auto_sync_minutes
        else "Select Sync Products to import its products."
    )
    activated = f"{source.store_name} is activated. {first_sync} {orders_on_activation(crm, source)}".rstrip()
    return {
        "message": _with_redirect(crm, source, activated),
        "store_hash": source.store_hash,
        "dag_id": dag_id_of(source.store_hash),
    }


@router.patch("/{store}", dependencies=CONTACTING)
def update(
    source: Source, settings: Settings, crm: Crm, user: User, if_match: Annotated[str, Header()] = ""
) -> dict[str, Any]:
    """Change settings of an active data source.

    With the header If-Match and the `updated_at` that you have read, a change that somebody else made since
    is not overwritten: the answer is 412 and says in `conflict` what is saved now.
    """
    changed = lifecycle.update(crm, source, settings.changes(), version=if_match)
    audit.record("update", user.get_name(), changed, settings.changes(), before=source)
    next_step = (
        " Sync its products to use the new access token." if settings.changes().get("access_token") else ""
    )
    message = _with_redirect(crm, changed, f"Settings of {changed.store_name} saved.{next_step}")
    return {"message": message, "store_hash": changed.store_hash}


# not CONTACTING: a deactivation is never refused because other stores are being contacted
@router.post("/{store}/deactivate", dependencies=EDITING)
def deactivate(source: Source, crm: Crm, user: User) -> dict[str, Any]:
    """Stop scheduled syncs and the sending of orders; a running sync may finish.

    It is saved before the store is contacted. If the script of the checkout redirect cannot be removed then,
    the answer says so.
    """
    changed = lifecycle.deactivate(crm, source)
    audit.record("deactivate", user.get_name(), changed)
    outcome = (
        "is deactivated, and its access token is deleted"
        if changed.state == "inactive"
        else "will be deactivated when its last sync has finished"
    )
    message = _with_redirect(crm, changed, f"{changed.store_name} {outcome}.")
    return {"message": message, "state": changed.state}


@router.post("/{store}/pause", dependencies=EDITING)
def pause(source: Source, crm: Crm, user: User) -> dict[str, Any]:
    """Stop scheduled syncs and the sending of orders until the data source is resumed; the token is kept."""
    changed = pausing.pause(crm, source, user.get_name())
    return {"message": f"{changed.store_name} is paused. Its orders wait.", "paused_at": changed.paused_at}


@router.post("/{store}/resume", dependencies=EDITING)
def resume(source: Source, crm: Crm, user: User) -> dict[str, Any]:
    """End a pause. A sync that is due starts at once, and the next order push sends what waited."""
    changed = pausing.resume(crm, source, user.get_name())
    return {"message": f"{changed.store_name} is resumed.", "paused_at": None}


@router.post("/{store}/syncs", dependencies=SYNCING, status_code=202)
def sync_products(overview: StoreOverview, options: SyncOptions, user: User) -> dict[str, Any]:
    """Start a product sync."""
    source = overview.data_source
    run_id = start_sync(source, overview.status, SyncOptionValues(**options.model_dump()), user.get_name())
    queued = (
        "Dry run queued; it will start shortly and write nothing."
        if options.dry_run
        else "Sync queued; it will start shortly."
    )
    return {"message": queued, "dag_id": dag_id_of(source.store_hash), "dag_run_id": run_id}


@router.post("/{store}/syncs/cancel", dependencies=SYNCING)
def cancel_product_sync(source: Source, crm: Crm, user: User) -> dict[str, Any]:
    """Cancel the product sync that is queued or running; what it has published by then stays."""
    cancel_sync(crm, source, user.get_name())
    return {"message": f"The sync of {source.store_name} is cancelled."}


def _with_redirect(crm: Connection, source: DataSource, message: str) -> str:
    """The message, and how the script of the checkout redirect stands, unless that was and is off."""
    redirect = redirect_status(crm, source)
    return message if redirect.state == "off" else f"{message} {redirect.message}"
