"""Who did what with a store."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from plugins.data_sources_page.activity import list_activity
from plugins.data_sources_page.dependencies import Crm, Source
from plugins.data_sources_page.parameters import PAGE, BeforeTime
from plugins.data_sources_page.permissions import User, reader
from plugins.data_sources_page.rendering import render

router = APIRouter(include_in_schema=False, dependencies=[Depends(reader)])


@router.get("/{store}/activity")
def show_activity(
    request: Request, user: User, source: Source, crm: Crm, before: BeforeTime = None
) -> HTMLResponse:
    """All activity, newest first."""
    page = list_activity(crm, source, before=before, limit=PAGE)
    return render(
        request,
        user,
        "activity.html",
        store=source.store_hash,
        source=source,
        activities=page.rows,
        following=page.next,
        is_first=before is None,
    )
