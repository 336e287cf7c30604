"""Campaign products: view-only except for the override price of a variant."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from include import airflow_metadata
from include.crm import campaign_products, override_prices
from include.crm.campaign_products import WantedProducts
from include.crm.currencies import money_in_words
from include.crm.currency_codes import campaign_currency
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.dag_ids import dag_id_of
from include.product_sync.errors import PriceNotConfirmed, PriceRefused
from include.product_sync.typed_price import consequence, read_override_price
from plugins.data_sources_page import product_views
from plugins.data_sources_page.csrf import same_origin
from plugins.data_sources_page.dependencies import Crm, Source
from plugins.data_sources_page.exact_json import exact_json
from plugins.data_sources_page.exports import Export
from plugins.data_sources_page.parameters import PRODUCTS_PAGE, After, Id, ProductLimit, ProductSearch, Show
from plugins.data_sources_page.permissions import User, may_sync, reader
from plugins.data_sources_page.product_views import ProductView

router = APIRouter(prefix="/api/data-sources", tags=["campaign products"])
READING = [Depends(reader)]
OVERRIDING = [Depends(may_sync), Depends(same_origin)]


class OverridePrice(BaseModel):
    """The price to charge for a variant."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    price: str = Field(description='In the campaign\'s currency, e.g. "12.50": text, so that it stays exact.')
    confirmed: bool = Field(
        False, description="That a price of 0, or with more decimals than the currency has, is meant."
    )


@router.get("/{store}/products", dependencies=READING)
def list_products(
    source: Source,
    crm: Crm,
    search: ProductSearch = "",
    show: Show = "all",
    after: After = 0,
    limit: ProductLimit = PRODUCTS_PAGE,
) -> dict[str, Any]:
    """List products by id, each with its first variants and `variant_count`."""
    page = product_views.list_products(crm, source, search=search, show=show, after=after, limit=limit)
    return {"products": [_as_json(view) for view in page.rows], "next": page.next}


@router.get("/{store}/products/{campaign_product_id}", dependencies=READING)
def show_product(source: Source, crm: Crm, campaign_product_id: Id) -> dict[str, Any]:
    """Show one product with all its variants."""
    return _as_json(product_views.product_of(crm, source, campaign_product_id))


@router.get("/{store}/products.csv", dependencies=READING, response_class=Response)
def export_products(
    export: Export, source: Source, search: ProductSearch = "", show: Show = "all"
) -> Response:
    """Export every variant of the products found as CSV."""
    wanted = WantedProducts(source.campaign_id or 0, show, search)
    return export.csv(
        f"campaign-products-{source.store_hash}.csv", lambda crm: campaign_products.export(crm, wanted)
    )


@router.put("/{store}/variants/{variant_detail_id}/override-price", dependencies=OVERRIDING)
def override_price(
    source: Source, crm: Crm, variant_detail_id: Id, wanted: OverridePrice, user: User
) -> dict[str, Any]:
    """Charge this price instead of the synced one; syncs do not change it."""
    try:
        price = read_override_price(wanted.price)
    except ValueError as problem:
        raise PriceRefused({"price": str(problem)}) from None
    unusual = consequence(price, campaign_currency(crm, source.campaign_id))
    if unusual and not wanted.confirmed:
        raise PriceNotConfirmed(unusual)
    return _override(crm, source, variant_detail_id, price, user)


@router.delete("/{store}/variants/{variant_detail_id}/override-price", dependencies=OVERRIDING)
def reset_override_price(source: Source, crm: Crm, variant_detail_id: Id, user: User) -> dict[str, Any]:
    """Reset a variant to its synced price."""
    return _override(crm, source, variant_detail_id, None, user)


@router.get("/{store}/variants/{variant_detail_id}/override-price/history", dependencies=READING)
def override_history(source: Source, crm: Crm, variant_detail_id: Id) -> list[dict[str, Any]]:
    """Show who changed a variant's override price, and when; newest first."""
    changes = override_prices.history(crm, source.campaign_id or 0, variant_detail_id)
    return [exact_json(change) for change in changes]


def _override(
    crm: Connection, source: DataSource, variant_detail_id: int, price: Decimal | None, user: User
) -> dict[str, Any]:
    variant = override_prices.set_override_price(
        crm, source.campaign_id or 0, variant_detail_id, price, user.get_name()
    )
    if variant is None:
        raise product_views.no_variant(source, variant_detail_id)
    # before the commit: every change is in the audit log
    change = {
        "variant_detail_id": variant_detail_id,
        "sku": variant.sku,
        "name": variant.name,
        "price_before": variant.price_before,
        "price": price,
    }
    dag_id = dag_id_of(source.store_hash)
    airflow_metadata.record_audit("bigcommerce.override_price", user.get_name(), dag_id, change)
    amount = money_in_words(variant.price_in_effect, campaign_currency(crm, source.campaign_id))
    crm.commit()
    message = (
        f"Reset to synced price: {amount}."
        if price is None
        else f"Override saved: {amount}. Syncs won't change it."
    )
    return {"message": message, **exact_json(variant)}


def _as_json(view: ProductView) -> dict[str, Any]:
    variants = [exact_json(each) for each in view.variants]
    for each in variants:
        del each["siblings"]
    return {**vars(view.product), "variant_count": view.variant_count, "variants": variants}
