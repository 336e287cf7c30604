"""Alerts: where they go, which are sent, and a test message."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from include.monitoring import setup
from include.monitoring.alert_texts import TEXTS
from include.monitoring.settings import KINDS
from plugins.data_sources_page.alert_fields import field_of
from plugins.data_sources_page.permissions import User, reader
from plugins.data_sources_page.rendering import render

router = APIRouter(include_in_schema=False)


@router.get("/alerts", dependencies=[Depends(reader)])
def alerts(request: Request, user: User) -> HTMLResponse:
    """The form for those who may change alerts, the settings for all others; never the saved address."""
    kinds = [(field_of(kind), kind, TEXTS[kind].label) for kind in KINDS]
    return render(request, user, "alerts.html", setup=setup.current(), kinds=kinds)
