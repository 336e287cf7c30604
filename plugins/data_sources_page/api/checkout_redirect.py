"""The checkout redirect of a data source: the state of its script, its check and its repair."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends

from include.checkout import steps
from include.checkout.redirect_status import redirect_status
from include.data_sources import audit
from plugins.data_sources_page.csrf import same_origin
from plugins.data_sources_page.dependencies import Crm, Source, may_contact_store
from plugins.data_sources_page.permissions import User, may_edit, reader

router = APIRouter(prefix="/api/data-sources/{store}/checkout-redirect", tags=["checkout redirect"])
CONTACTING = [Depends(may_edit), Depends(same_origin), Depends(may_contact_store)]


@router.get("", dependencies=[Depends(reader)])
def show_redirect(source: Source, crm: Crm) -> dict[str, Any]:
    """Show the state of the redirect script as of the last check, and its text to copy manually."""
    return redirect_status(crm, source).as_dict() | {"script": steps.text_for(crm, source)}


@router.post("/check", dependencies=CONTACTING)
def check_redirect(source: Source, crm: Crm) -> dict[str, Any]:
    """Ask the store for the script; install a missing one, and update an outdated one."""
    steps.check(crm, source)
    redirect = redirect_status(crm, source)
    return {"message": redirect.message} | redirect.as_dict()


@router.post("/repair", dependencies=CONTACTING)
def repair_redirect(source: Source, crm: Crm, user: User) -> dict[str, Any]:
    """Install, update or remove the script as the settings say, whatever was done to it in BigCommerce."""
    steps.repair(crm, source)
    audit.record("repair_redirect", user.get_name(), source)
    redirect = redirect_status(crm, source)
    return {"message": redirect.message} | redirect.as_dict()
