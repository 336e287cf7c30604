"""The webhooks of a data source: their state and their check."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends

from include.store_hooks import steps
from include.store_hooks.health import hook_health
from plugins.data_sources_page.csrf import same_origin
from plugins.data_sources_page.dependencies import Crm, Source, may_contact_store
from plugins.data_sources_page.permissions import may_edit, reader

router = APIRouter(prefix="/api/data-sources/{store}/webhooks", tags=["webhooks"])


@router.get("", dependencies=[Depends(reader)])
def show_webhooks(source: Source, crm: Crm) -> dict[str, Any]:
    """Show whether changes in the store arrive at once, and when BigCommerce last called."""
    return hook_health(crm, source).as_dict()


@router.post("/check", dependencies=[Depends(may_edit), Depends(same_origin), Depends(may_contact_store)])
def check_webhooks(source: Source, crm: Crm) -> dict[str, Any]:
    """Ask the store for the webhooks; make again what is missing, inactive or not as it should be."""
    steps.check(crm, source)
    health = hook_health(crm, source)
    return {"message": health.message} | health.as_dict()
