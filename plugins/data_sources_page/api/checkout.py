"""Checkout links, and which variants they cannot carry."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Depends

from include.checkout import links
from include.checkout.link_builder import make_checkout_link
from include.checkout.readiness import REASONS
from include.crm.checkout_readiness import UnreadyVariant, WantedVariants
from plugins.data_sources_page import readiness_views
from plugins.data_sources_page.dependencies import Crm, Source
from plugins.data_sources_page.parameters import PAGE, After, Limit, LinkItems, ReasonFilter, VariantSearch
from plugins.data_sources_page.permissions import reader

router = APIRouter(prefix="/api/data-sources", tags=["checkout"], dependencies=[Depends(reader)])


@router.get("/{store}/checkout-link")
def make_link(source: Source, crm: Crm, items: LinkItems) -> dict[str, Any]:
    """Make the checkout link of some variants, and say what the checkout will charge for them."""
    made = make_checkout_link(crm, source, links.read_items(items))
    return {"link": made.link, "total": f"{made.basket.total:f}", "currency": made.basket.currency_code}


@router.get("/{store}/checkout-readiness")
def list_unready(
    source: Source,
    crm: Crm,
    reason: ReasonFilter = None,
    search: VariantSearch = "",
    after: After = 0,
    limit: Limit = PAGE,
) -> dict[str, Any]:
    """List the variants that the checkout redirect cannot carry, each with its reasons and next steps."""
    wanted = WantedVariants(source.campaign_id or 0, reason, search)
    page, counted = readiness_views.list_unready(crm, wanted, after=after, limit=limit)
    return {
        "count": counted.variants,
        "count_by_reason": counted.by_reason,
        "variants": [_as_json(each) for each in page.rows],
        "next": page.next,
    }


def _as_json(variant: UnreadyVariant) -> dict[str, Any]:
    reasons = [{"reason": each, "sentence": REASONS[each].sentence} for each in variant.reasons]
    return {**asdict(variant), "reasons": reasons}
