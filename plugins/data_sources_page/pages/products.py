"""Campaign products: searched, filtered, and their prices overridden."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from include.connections import open_crm
from include.crm.order_stores import campaign_currency
from plugins.data_sources_page.api import products as api
from plugins.data_sources_page.permissions import User, reader
from plugins.data_sources_page.rendering import render
from plugins.data_sources_page.stores import data_source_of

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
    store: str,
    search: api.Search = "",
    show: api.Show = "all",
    after: api.After = 0,
) -> HTMLResponse:
    """The products of a store's campaign, by id."""
    found = api.list_products(store, search, show, after, api.PAGE)
    return _render(
        request,
        user,
        "products.html",
        store,
        products=found["products"],
        following=found["next"],
        search=search.strip(),
        show=show,
        is_first=after == 0,
        filters=FILTERS,
    )


@router.get("/{store}/products/{campaign_product_id}")
def show_product(request: Request, user: User, store: str, campaign_product_id: api.Id) -> HTMLResponse:
    """One product with all its variants."""
    product = api.show_product(store, campaign_product_id)
    return _render(request, user, "product.html", store, product=product)


@router.get("/{store}/variants/{variant_detail_id}/override-history")
def override_history(request: Request, user: User, store: str, variant_detail_id: api.Id) -> HTMLResponse:
    """Who changed a variant's override price, and when."""
    return _render(
        request,
        user,
        "override_history.html",
        store,
        changes=api.override_history(store, variant_detail_id),
        variant_detail_id=variant_detail_id,
    )


def _render(request: Request, user: User, template: str, store: str, **values: Any) -> HTMLResponse:
    with open_crm() as crm:
        source = data_source_of(crm, store)
        currency = campaign_currency(crm, source.campaign_id)
    return render(
        request,
        user,
        template,
        store=store,
        source=source,
        currency=currency,
        decimal=Decimal,
        **values,
    )
