"""Campaign products: view-only, but for the override price of a variant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from decimal import Decimal
from itertools import chain
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from include import airflow_metadata
from include.connections import open_crm
from include.crm import campaign_products, override_prices
from include.crm.campaign_products import CampaignProduct, Mark, VariantRow, Wanted
from include.crm.data_sources import DataSource
from include.crm.ids import LARGEST_ID
from include.data_sources.dag_registry import dag_id_of
from include.data_sources.errors import SettingsRefused
from include.product_sync.override_price import read_override_price
from plugins.data_sources_page.csrf import same_origin
from plugins.data_sources_page.errors import NotFound
from plugins.data_sources_page.permissions import User, may_sync, reader
from plugins.data_sources_page.stores import data_source_of

router = APIRouter(prefix="/api/data-sources", tags=["campaign products"])
READING = [Depends(reader)]
OVERRIDING = [Depends(may_sync), Depends(same_origin)]
PAGE = 25
VARIANTS_SHOWN = 10

Id = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Search = Annotated[
    str,
    Query(max_length=255, description="Part of a name or SKU, how a variant's SKU begins, or an id."),
]
Show = Annotated[Mark, Query(description="overridden, removed, sku (blank or duplicate), not written (back)")]
After = Annotated[int, Query(ge=0, le=LARGEST_ID, description="`next` of the page before.")]


class OverridePrice(BaseModel):
    """What a variant is to be charged at."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    price: str = Field(
        description='In the campaign\'s currency, e.g. "12.50": a text, so that it stays exact.'
    )


@router.get("/{store}/products", dependencies=READING)
def list_products(
    store: str,
    search: Search = "",
    show: Show = "all",
    after: After = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = PAGE,
) -> dict[str, Any]:
    """Products by id, each with its first variants and `variant_count`."""
    with open_crm() as crm:
        source = data_source_of(crm, store)
        if source.campaign_id is None:
            return {"products": [], "next": None}
        wanted = Wanted(source.campaign_id, show, search)
        found = campaign_products.page(crm, wanted, after=after, limit=limit + 1)
        shown = found[:limit]
        ids = [product.campaign_product_id for product in shown]
        variants = campaign_products.variants(crm, source.data_source_id, ids, limit=VARIANTS_SHOWN)
    return {
        "products": [_with_variants(product, variants) for product in shown],
        "next": ids[-1] if len(found) > limit else None,
    }


@router.get("/{store}/products/{campaign_product_id}", dependencies=READING)
def show_product(store: str, campaign_product_id: Id) -> dict[str, Any]:
    """One product with all its variants."""
    with open_crm() as crm:
        source = data_source_of(crm, store)
        product = campaign_products.get(crm, source.campaign_id or 0, campaign_product_id)
        if product is None:
            raise NotFound(
                f"{source.store_name} has no campaign product {campaign_product_id}. "
                "Look for it in its products."
            )
        variants = campaign_products.variants(crm, source.data_source_id, [campaign_product_id])
    return _with_variants(product, variants)


@router.get("/{store}/products.csv", dependencies=READING, response_class=StreamingResponse)
def export_products(store: str, search: Search = "", show: Show = "all") -> StreamingResponse:
    """Every variant of the products found, as CSV."""
    with ExitStack() as stack:
        crm = stack.enter_context(open_crm())
        source = data_source_of(crm, store)
        blocks = campaign_products.export(crm, Wanted(source.campaign_id or 0, show, search))
        first = next(blocks, b"")  # a database that is away says so now, not within the file
        staying_open = stack.pop_all()

    def content() -> Iterator[bytes]:
        with staying_open:
            yield from chain([first], blocks)

    name = f"attachment; filename=campaign-products-{source.store_hash}.csv"
    return StreamingResponse(content(), media_type="text/csv", headers={"Content-Disposition": name})


@router.put("/{store}/variants/{variant_detail_id}/override-price", dependencies=OVERRIDING)
def override_price(store: str, variant_detail_id: Id, wanted: OverridePrice, user: User) -> dict[str, Any]:
    """Charge this price instead of the synced one, from now on and after every sync."""
    try:
        price = read_override_price(wanted.price)
    except ValueError as problem:
        raise SettingsRefused({"price": str(problem)}) from None
    return _override(store, variant_detail_id, price, user)


@router.delete("/{store}/variants/{variant_detail_id}/override-price", dependencies=OVERRIDING)
def forget_override_price(store: str, variant_detail_id: Id, user: User) -> dict[str, Any]:
    """Back to the synced price."""
    return _override(store, variant_detail_id, None, user)


@router.get("/{store}/variants/{variant_detail_id}/override-price/history", dependencies=READING)
def override_history(store: str, variant_detail_id: Id) -> list[dict[str, Any]]:
    """Who changed the override price of a variant, and when; newest first."""
    with open_crm() as crm:
        source = data_source_of(crm, store)
        return [
            _exact(vars(change))
            for change in override_prices.history(crm, source.campaign_id or 0, variant_detail_id)
        ]


def _override(store: str, variant_detail_id: int, price: Decimal | None, user: User) -> dict[str, Any]:
    with open_crm() as crm:
        source: DataSource = data_source_of(crm, store)
        variant = override_prices.set_override_price(
            crm, source.campaign_id or 0, variant_detail_id, price, user.get_name()
        )
        if variant is None:
            raise NotFound(
                f"{source.store_name} has no variant {variant_detail_id}. Look for it in its products."
            )
        # before the commit: nothing is changed that the audit log does not know
        dag_id, change = dag_id_of(store), {"variant_detail_id": variant_detail_id, "price": price}
        airflow_metadata.record_audit("bigcommerce.override_price", user.get_name(), dag_id, change)
        crm.commit()
    sold_at = f"is charged at {variant.price_in_effect:f}"
    kept = "the synced price" if price is None else "every sync keeps that"
    return {"message": f"{variant.name} {sold_at}: {kept}.", **_exact(vars(variant))}


def _with_variants(product: CampaignProduct, variants: dict[int, list[VariantRow]]) -> dict[str, Any]:
    shown = variants[product.campaign_product_id]
    return {
        **vars(product),
        "variant_count": shown[0].siblings if shown else 0,
        "variants": [_exact({k: v for k, v in vars(each).items() if k != "siblings"}) for each in shown],
    }


def _exact(row: dict[str, Any]) -> dict[str, Any]:
    """Prices as text: JSON's numbers would not stay exact."""
    return {name: f"{value:f}" if isinstance(value, Decimal) else value for name, value in row.items()}
