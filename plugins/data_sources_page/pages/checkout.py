"""Which variants the checkout redirect cannot carry."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from include.airflow_metadata import saved_base_url
from include.checkout.readiness import REASONS, sentences
from include.crm import checkout_readiness
from include.crm.checkout_readiness import WantedVariants
from include.data_sources.control_panel import control_panel, product_page
from plugins.data_sources_page import readiness_views
from plugins.data_sources_page.dependencies import Crm, Source
from plugins.data_sources_page.parameters import PAGE, After, ReasonFilter, VariantSearch
from plugins.data_sources_page.permissions import User, reader
from plugins.data_sources_page.rendering import render

router = APIRouter(include_in_schema=False, dependencies=[Depends(reader)])


@router.get("/{store}/checkout-readiness")
def list_unready(
    request: Request,
    user: User,
    source: Source,
    crm: Crm,
    reason: ReasonFilter = None,
    search: VariantSearch = "",
    after: After = 0,
) -> HTMLResponse:
    """The variants that the checkout redirect cannot carry, each with its reasons."""
    wanted = WantedVariants(source.campaign_id or 0, reason, search)
    page, unready = readiness_views.list_unready(crm, wanted, after=after, limit=PAGE)
    return render(
        request,
        user,
        "checkout_readiness.html",
        store=source.store_hash,
        source=source,
        wanted=wanted,
        variants=page.rows,
        following=page.next,
        is_first=after == 0,
        unready=unready,
        kinds={key: (why.title, unready.by_reason.get(key, 0)) for key, why in REASONS.items()},
        sentences=sentences,
        panel=control_panel(source.store_hash, saved_base_url(source.store_hash)),
        product_page=product_page,
    )


@router.get("/{store}/checkout-readiness/count")
def count_unready(request: Request, user: User, source: Source, crm: Crm) -> HTMLResponse:
    """How many there are, which the overview asks for when it is shown: it reads every variant."""
    unready = checkout_readiness.count(crm, source.campaign_id or 0)
    return render(request, user, "unready_count.html", store=source.store_hash, number=unready.variants)
