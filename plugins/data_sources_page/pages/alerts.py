"""Alerts: where they go, which are sent, and a test message."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from include.monitoring import setup
from include.monitoring.settings import KINDS
from plugins.data_sources_page.alert_fields import field_of
from plugins.data_sources_page.permissions import User, reader
from plugins.data_sources_page.rendering import render

router = APIRouter(include_in_schema=False)

LABELS = {
    "sync failing": "A product sync failed",
    "sync late": "An automatic sync is overdue",
    "orders rejected": "Orders were rejected",
    "orders found twice": "Orders are in BigCommerce more than once",
    "orders uncertain": "Orders have been unclear for too long",
    "orders waiting": "Orders have been waiting for too long",
    "orders differ": "A reconciliation found differences",
    "orders undone": "Orders were refunded, cancelled or deleted only in BigCommerce",
    "orders not shipped": "Orders have not been shipped for days",
    "refunds rejected": "Refunds or cancellations were rejected",
    "refunds waiting": "Refunds or cancellations have been waiting for too long",
    "webhooks": "BigCommerce does not tell the CRM about changes in a store",
    "checkout redirect": "The script of the checkout redirect is missing, disabled or outdated",
}


@router.get("/alerts", dependencies=[Depends(reader)])
def alerts(request: Request, user: User) -> HTMLResponse:
    """The form for those who may change alerts, the settings for all others; never the saved address."""
    kinds = [(field_of(kind), kind, LABELS[kind]) for kind in KINDS]
    return render(request, user, "alerts.html", setup=setup.current(), kinds=kinds)
