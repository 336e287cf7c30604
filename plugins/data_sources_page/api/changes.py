"""Changes in a store that could not be synced: when the next attempt is, and an attempt now."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Depends

from include.crm import change_pauses
from include.store_changes.retry import retry_now
from plugins.data_sources_page.csrf import same_origin
from plugins.data_sources_page.dependencies import Crm, Source
from plugins.data_sources_page.permissions import User, may_sync, reader

router = APIRouter(prefix="/api/data-sources/{store}/changes", tags=["webhooks"])


@router.get("", dependencies=[Depends(reader)])
def show_changes(source: Source, crm: Crm) -> dict[str, Any]:
    """Show why changes in the store wait for another attempt, and until when; `pause` is null if none do."""
    pause = change_pauses.get(crm, source.data_source_id)
    return {"pause": asdict(pause) if pause else None}


@router.post("/retry", dependencies=[Depends(may_sync), Depends(same_origin)])
def retry_changes(source: Source, crm: Crm, user: User) -> dict[str, Any]:
    """Sync the changes in the store now that could not be synced so far."""
    return {"message": retry_now(crm, source, user.get_name())}
