"""The same action for several stores at once; one that cannot take part does not hold up the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from include.crm import data_sources
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.crm.sync_options import SyncOptions
from include.data_sources import pausing
from include.data_sources.syncing import start_sync
from include.errors import ActionableError
from include.plurals import count_of
from plugins.data_sources_page.csrf import same_origin
from plugins.data_sources_page.dependencies import Crm, visible_store
from plugins.data_sources_page.parameters import StoreHash
from plugins.data_sources_page.permissions import User, access_of, may_edit, may_sync_stores
from plugins.data_sources_page.store_list import all_stores

router = APIRouter(prefix="/api/bulk-actions", tags=["several stores"], dependencies=[Depends(same_origin)])

MOST_STORES = 200
NOT_ALLOWED = "Your role in Airflow does not allow this for the store."


class Stores(BaseModel):
    """The store hashes of the stores to act on."""

    model_config = ConfigDict(extra="forbid")

    stores: Annotated[list[StoreHash], Field(min_length=1, max_length=MOST_STORES)]


class StoresToSync(Stores):
    """The stores to sync, and whether each custom field is compared with the store."""

    verify_custom_fields: bool = False


@router.post("/syncs", dependencies=[Depends(may_sync_stores)], status_code=202)
def sync_stores(chosen: StoresToSync, crm: Crm, user: User) -> dict[str, Any]:
    """Start a product sync of each store."""
    status = {each.row.store_hash: each.status for each in all_stores(crm)}
    options = SyncOptions(verify_custom_fields=chosen.verify_custom_fields)

    def sync(source: DataSource) -> None:
        if not access_of(user, source.store_hash).may_sync:
            raise PermissionError
        start_sync(source, status.get(source.store_hash, ""), options, user.get_name())

    return _for_each(crm, user, chosen, sync, "Sync queued for {}.")


@router.post("/pause", dependencies=[Depends(may_edit)])
def pause_stores(chosen: Stores, crm: Crm, user: User) -> dict[str, Any]:
    """Pause each store."""
    return _for_each(
        crm, user, chosen, lambda source: pausing.pause(crm, source, user.get_name()), "{} paused."
    )


@router.post("/resume", dependencies=[Depends(may_edit)])
def resume_stores(chosen: Stores, crm: Crm, user: User) -> dict[str, Any]:
    """Resume each store."""
    return _for_each(
        crm, user, chosen, lambda source: pausing.resume(crm, source, user.get_name()), "{} resumed."
    )


def _for_each(
    crm: Connection, user: User, chosen: Stores, act: Callable[[DataSource], object], done: str
) -> dict[str, Any]:
    """Act on each store; the answer counts those that took part, and says why the others did not."""
    failures = []
    store_hashes = list(dict.fromkeys(chosen.stores))
    for store_hash in store_hashes:
        name = store_hash
        try:
            source = data_sources.required(crm, visible_store(store_hash, user))
            name = source.store_name
            act(source)
        except PermissionError:
            failures.append({"store_hash": store_hash, "store_name": name, "reason": NOT_ALLOWED})
        except ActionableError as problem:
            crm.rollback()
            failures.append({"store_hash": store_hash, "store_name": name, "reason": str(problem)})
    number = len(store_hashes) - len(failures)
    message = done.format(count_of(number, "store"))
    if failures:
        message += f" {len(failures):,} could not: see below."
    return {"message": message, "done": number, "failures": failures}
