"""Data sources: see, activate, change, deactivate, sync."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from include import airflow_metadata
from include.connections import open_crm
from include.crm import data_sources
from include.crm.data_sources import DataSource
from include.crm.sync_options import SYNC_OPTIONS
from include.data_sources import lifecycle
from include.data_sources.access_check import try_entered
from include.data_sources.dag_registry import dag_id_of
from include.data_sources.settings import Entered, SettingsRefused, problems_as_typed
from include.data_sources.status import overviews
from plugins.data_sources_page.csrf import same_origin
from plugins.data_sources_page.errors import Refused
from plugins.data_sources_page.permissions import User, may_edit, may_sync, reader
from plugins.data_sources_page.stores import overview_of

router = APIRouter(prefix="/api/data-sources", tags=["data sources"])
READING = [Depends(reader)]
EDITING = [Depends(may_edit), Depends(same_origin)]
SYNCING = [Depends(may_sync), Depends(same_origin)]


class Settings(BaseModel):
    """Settings of a data source; what is not given stays as it is, or has its default."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    access_token: SecretStr | None = Field(None, description="Never shown again; empty keeps the saved one.")
    biller_id: str | None = Field(None, description="billerId of the gateway list; empty for none.")
    send_initial_orders: bool | None = None
    send_rebill_orders: bool | None = None
    send_order_status: str | None = Field(None, description="A BigCommerce status, by name or id.")
    auto_sync: str | None = Field(None, description="Minutes, at least 60; empty to sync by hand only.")
    order_lookup_delay: str | None = Field(None, description="Seconds.")
    base_url: str | None = Field(None, description="Empty for BigCommerce itself.")
    custom_field_namespace: str | None = None
    custom_field_key: str | None = None
    custom_field_permission_set: str | None = None

    def changes(self) -> dict[str, Any]:
        """The fields that were given, as fields of include.data_sources.settings.Entered."""
        given = self.model_dump(exclude_unset=True, exclude={"store_hash"})
        return {
            name: value.get_secret_value() if isinstance(value, SecretStr) else "" if value is None else value
            for name, value in given.items()
        }


class StoreSettings(Settings):
    """Settings with the store they are for."""

    store_hash: str = Field(description="The hash alone, e.g. 7f5kjtkp2.")

    @property
    def entered(self) -> Entered:
        """As the person entered them."""
        return Entered(self.store_hash, **self.changes())


def _declared(name: str) -> Any:
    """An option of a sync with the default and help that include/crm/sync_options.py declares."""
    (option,) = (each for each in SYNC_OPTIONS if each.name == name)
    return Field(option.default, description=option.help)


class SyncOptions(BaseModel):
    """What one sync is to do differently."""

    model_config = ConfigDict(extra="forbid")

    dry_run: bool = _declared("dry_run")
    allow_mass_removal: bool = _declared("allow_mass_removal")
    verify_custom_fields: bool = _declared("verify_custom_fields")


@router.get("", dependencies=READING)
def list_data_sources() -> list[dict[str, Any]]:
    """All data sources and how they stand."""
    return [overview.as_dict() for overview in overviews()]


@router.get("/{store}", dependencies=READING)
def show_data_source(store: str) -> dict[str, Any]:
    """One data source and how it stands."""
    return overview_of(store).as_dict()


@router.post("/check", dependencies=EDITING)
def check_settings(settings: StoreSettings) -> dict[str, Any]:
    """What is wrong with settings as far as they are typed, by field; the store is not asked."""
    with open_crm() as crm:
        gateways = data_sources.gateways(crm)
    return {"problems": problems_as_typed(settings.entered, gateways)}


@router.post("/test", dependencies=EDITING)
def test_access(settings: StoreSettings) -> dict[str, Any]:
    """Whether the access token, as typed, may do all that the data source needs. Saves nothing."""
    problems: dict[str, str] = {}
    if settings.store_hash and not settings.entered.access_token:
        raise SettingsRefused({"access_token": "Enter the access token to test it."})
    _, _, found = try_entered(settings.entered, problems)
    if problems or found is None:
        raise SettingsRefused(problems)
    return {"message": f"{found.name} answers, and the access token may do all that is needed."}


@router.post("", dependencies=EDITING, status_code=201)
def activate(settings: StoreSettings, user: User) -> dict[str, Any]:
    """Activate a store; or bring a deactivated one back with its ids and settings.

    Until its last sync has ended, a deactivated one needs no token again.
    """
    source = lifecycle.activate(settings.store_hash, settings.changes())
    _audit("activate", user, source, settings)
    begins = (
        f"Its first sync begins by itself, then one every {source.auto_sync_minutes} minutes."
        if source.auto_sync_minutes
        else "Press Sync Products to read its products."
    )
    return {
        "message": f"{source.store_name} is activated. {begins}",
        "store_hash": source.store_hash,
        "dag_id": dag_id_of(source.store_hash),
    }


@router.patch("/{store}", dependencies=EDITING)
def update(store: str, settings: Settings, user: User) -> dict[str, Any]:
    """Change settings of an active data source."""
    overview_of(store)
    source = lifecycle.update(store, settings.changes())
    _audit("update", user, source, settings)
    return {"message": f"The settings of {source.store_name} are saved.", "store_hash": source.store_hash}


@router.post("/{store}/deactivate", dependencies=EDITING)
def deactivate(store: str, user: User) -> dict[str, Any]:
    """No scheduled syncs from now on, no orders sent; a sync under way comes to its end."""
    overview_of(store)
    source = lifecycle.deactivate(store)
    _audit("deactivate", user, source)
    ended = (
        "is deactivated; its access token is forgotten"
        if source.state == "inactive"
        else "is being deactivated: its last sync comes to its end first"
    )
    return {"message": f"{source.store_name} {ended}.", "state": source.state}


@router.post("/{store}/syncs", dependencies=SYNCING, status_code=202)
def sync_products(store: str, options: SyncOptions, user: User) -> dict[str, Any]:
    """Start a product sync: “Sync Products”."""
    overview = overview_of(store)
    if overview.data_source.state != "active":
        raise Refused(
            f"The data source of {overview.data_source.store_name} is deactivated: activate it first."
        )
    if overview.status in ("Submitted", "In Progress"):
        raise Refused(
            f"A sync of {overview.data_source.store_name} is {overview.status} already. "
            "Wait until it has ended."
        )
    dag_id = dag_id_of(store)
    run_id = airflow_metadata.start_run(dag_id, options.model_dump(), user.get_name())
    airflow_metadata.record_audit("bigcommerce.sync", user.get_name(), dag_id, options.model_dump())
    dry = " as a dry run: nothing will be written" if options.dry_run else ""
    return {
        "message": f"The sync of {overview.data_source.store_name} is submitted{dry}.",
        "dag_id": dag_id,
        "dag_run_id": run_id,
    }


def _audit(action: str, user: User, source: DataSource, settings: Settings | None = None) -> None:
    """What was set, but never the access token: only that there was one."""
    given = settings.changes() if settings else {}
    if given.pop("access_token", ""):
        given["access_token"] = "entered"  # noqa: S105
    airflow_metadata.record_audit(
        f"bigcommerce.{action}", user.get_name(), dag_id_of(source.store_hash), given
    )
