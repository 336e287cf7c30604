"""Campaign products: searched, filtered, and their prices overridden."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from include.checkout.links import Item
from include.crm import override_prices
from include.crm.currencies import decimals_of
from include.crm.currency_codes import campaign_currency
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from plugins.data_sources_page import checkout_link_views, product_views
from plugins.data_sources_page.dependencies import Crm, Source
from plugins.data_sources_page.parameters import (
    PRODUCTS_PAGE,
    After,
    Id,
    LinkItems,
    ProductSearch,
    Quantity,
    Show,
    VariantId,
)
from plugins.data_sources_page.permissions import User, reader
from plugins.data_sources_page.rendering import render

router = APIRouter(include_in_schema=False, dependencies=[Depends(reader)])

FILTERS = {
    "all": "All",
    "overridden": "Overridden",
    "removed": "Removed",
    "sku": "Blank or duplicate SKU",
    "not written": "Not written back",
}


@router.get("/{store}/products")
def list_products(
    request: Request,
    user: User,
    source: Source,
    crm: Crm,
    search: ProductSearch = "",
    show: Show = "all",
    after: After = 0,
) -> HTMLResponse:
    """The products of a store's campaign, by id."""
    page = product_views.list_products(
        crm, source, search=search, show=show, after=after, limit=PRODUCTS_PAGE
    )
    return _render(
        request,
        user,
        crm,
        source,
        "products.html",
        views=page.rows,
        following=page.next,
        search=search.strip(),
        show=show,
        is_first=after == 0,
        filters=FILTERS,
    )


@router.get("/{store}/products/{campaign_product_id}")
def show_product(
    request: Request,
    user: User,
    source: Source,
    crm: Crm,
    campaign_product_id: Id,
    items: LinkItems = "",
    add: VariantId = None,
    quantity: Quantity = 1,
) -> HTMLResponse:
    """One product with all its variants, and a checkout link of `items` and the variant to `add`."""
    view = product_views.product_of(crm, source, campaign_product_id)
    added = [Item(campaign_product_id, add, quantity)] if add else []
    draft = checkout_link_views.draft_of(crm, source, items, added)
    return _render(request, user, crm, source, "product.html", view=view, draft=draft)


@router.get("/{store}/variants/{variant_detail_id}/override-history")
def override_history(
    request: Request, user: User, source: Source, crm: Crm, variant_detail_id: Id
) -> HTMLResponse:
    """Who changed a variant's override price, and when."""
    variant = product_views.variant_of(crm, source, variant_detail_id)
    return _render(
        request,
        user,
        crm,
        source,
        "override_history.html",
        changes=override_prices.history(crm, source.campaign_id or 0, variant_detail_id),
        variant=variant,
    )


def _render(
    request: Request, user: User, crm: Connection, source: DataSource, template: str, **values: Any
) -> HTMLResponse:
    currency = campaign_currency(crm, source.campaign_id)
    return render(
        request,
        user,
        template,
        store=source.store_hash,
        source=source,
        currency=currency,
        decimals=decimals_of(currency),
        **values,
    )
