"""Who did what with a store."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends

from plugins.data_sources_page.activity import Activity, list_activity
from plugins.data_sources_page.dependencies import Crm, Source
from plugins.data_sources_page.parameters import PAGE, BeforeTime, Limit
from plugins.data_sources_page.permissions import reader

router = APIRouter(prefix="/api/data-sources", tags=["data sources"], dependencies=[Depends(reader)])


@router.get("/{store}/activity")
def show_activity(source: Source, crm: Crm, before: BeforeTime = None, limit: Limit = PAGE) -> dict[str, Any]:
    """List who did what, newest first: syncs, settings, access tokens, prices, orders."""
    page = list_activity(crm, source, before=before, limit=limit)
    return {"activities": [_as_json(each) for each in page.rows], "next": page.next}


def _as_json(done: Activity) -> dict[str, Any]:
    return {
        "at": done.at,
        "who": done.who,
        "what": done.what,
        "changes": [dict(zip(("name", "before", "after"), each, strict=True)) for each in done.changes],
        "sync_run_id": done.sync.sync_run_id if done.sync else None,
    }
