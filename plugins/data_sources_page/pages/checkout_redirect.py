"""The checkout redirect of a data source: whether its script is in the store, and the script to copy."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from include.checkout import steps
from include.checkout.redirect_status import SCRIPT_MANAGER, redirect_status
from include.data_sources.settings import BY_NAME
from plugins.data_sources_page.dependencies import Crm, Source
from plugins.data_sources_page.permissions import User, reader
from plugins.data_sources_page.rendering import render

router = APIRouter(include_in_schema=False, dependencies=[Depends(reader)])


@router.get("/{store}/checkout-redirect")
def show_redirect(request: Request, user: User, source: Source, crm: Crm) -> HTMLResponse:
    """How the script stands since the last check."""
    return render(
        request,
        user,
        "checkout_redirect.html",
        store=source.store_hash,
        source=source,
        declared=BY_NAME,
        redirect=redirect_status(crm, source),
        script=steps.text_for(crm, source),
        script_manager=SCRIPT_MANAGER,
    )
