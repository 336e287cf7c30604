"""Products, variants and the summary of V3 (products_catalog.v3.yml, product-variants_catalog.v3.yml)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from include.sandbox.catalogue.catalogue import Catalogue
from include.sandbox.catalogue.filters import matching_product_ids
from include.sandbox.catalogue.records import CatalogueEntry, Variant
from include.sandbox.catalogue.rendering import product_json, read_includes, variant_json
from include.sandbox.encoding import to_json
from include.sandbox.http.responses import json_response, sandbox_of
from include.sandbox.paging import Page, envelope, list_envelope, refuse_unknown, trim
from include.sandbox.refusals import not_found
from include.sandbox.store.sandbox import Sandbox

CAPPED_INCLUDES = {"options", "modifiers"}  # "results are limited to 10 per page", official file
CAPPED_PAGE = 10

VARIANT_PARAMETERS = {
    "id",
    "sku",
    "upc",
    "product_id:in",
    "include_fields",
    "exclude_fields",
    "page",
    "limit",
}

GATEWAY_TIMEOUT = "<html><head><title>504 Gateway Time-out</title></head><body></body></html>"

MODIFIER_PARAMETERS = {"include_fields", "exclude_fields", "page", "limit"}

router = APIRouter(prefix="/stores/{store_hash}/v3/catalog")


@router.get("/products")
async def get_products(request: Request) -> Response:
    """One page of the products that the filters leave, in the order that was requested."""
    sandbox, query = sandbox_of(request), request.query_params
    includes = read_includes(query)
    cap = sandbox.settings.page_cap
    page = Page.read(query, min(cap, CAPPED_PAGE) if CAPPED_INCLUDES & set(includes) else cap)
    catalogue = sandbox.catalogue
    with catalogue.lock:
        ids = catalogue.invalid_content.listed(matching_product_ids(catalogue, query))
        if too_heavy(sandbox, len(page.cut(ids))):
            return HTMLResponse(GATEWAY_TIMEOUT, 504)
        body = list_envelope(
            page,
            ids,
            lambda each: product_json(catalogue.entry(each), includes, query, catalogue.invalid_content),
        )
    sandbox.products_page_made()
    return json_response(body)


@router.get("/products/{product_id:int}")
async def get_product(request: Request, product_id: int) -> Response:
    """One product, 404 where there is none."""
    includes = read_includes(request.query_params)
    catalogue = sandbox_of(request).catalogue
    entry = find_entry(catalogue, product_id)
    return json_response(
        envelope(product_json(entry, includes, request.query_params, catalogue.invalid_content), {})
    )


@router.get("/products/{product_id:int}/variants")
async def get_variants_of_product(request: Request, product_id: int) -> Response:
    """One product's variants, page by page."""
    return _variants(request, find_entry(sandbox_of(request).catalogue, product_id).variants)


@router.get("/products/{product_id:int}/variants/{variant_id:int}")
async def get_variant(request: Request, product_id: int, variant_id: int) -> Response:
    """One variant of the product, 404 where it has none such."""
    catalogue = sandbox_of(request).catalogue
    for variant in find_entry(catalogue, product_id).variants:
        if variant.id == variant_id:
            return json_response(
                envelope(variant_json(variant, request.query_params, catalogue.invalid_content), {})
            )
    raise not_found("variant")


@router.get("/products/{product_id:int}/modifiers")
async def get_modifiers(request: Request, product_id: int) -> Response:
    """One product's modifiers, page by page."""
    sandbox, query = sandbox_of(request), request.query_params
    refuse_unknown(query, MODIFIER_PARAMETERS)
    entry = find_entry(sandbox.catalogue, product_id)
    page = Page.read(query, sandbox.settings.page_cap)
    return json_response(list_envelope(page, entry.modifiers, lambda each: to_json(trim(each, query))))


@router.get("/products/{product_id:int}/modifiers/{modifier_id:int}")
async def get_modifier(request: Request, product_id: int, modifier_id: int) -> Response:
    """One modifier of the product, 404 where it has none such."""
    for modifier in find_entry(sandbox_of(request).catalogue, product_id).modifiers:
        if modifier.id == modifier_id:
            return json_response(envelope(to_json(trim(modifier, request.query_params)), {}))
    raise not_found("modifier")


@router.get("/variants")
async def get_variants(request: Request) -> Response:
    """All variants of the store. There is no order and no id range to ask for."""
    catalogue, query = sandbox_of(request).catalogue, request.query_params
    refuse_unknown(query, VARIANT_PARAMETERS)
    with catalogue.lock:
        variants = catalogue.memo.recall("all variants", lambda: list(catalogue.all_variants()))
    if "id" in query:
        variants = [each for each in variants if str(each.id) == query["id"]]
    for field in ("sku", "upc"):
        if field in query:
            variants = [each for each in variants if getattr(each, field) == query[field]]
    if "product_id:in" in query:
        wanted = set(query["product_id:in"].split(","))
        variants = [each for each in variants if str(each.product_id) in wanted]
    return _variants(request, variants)


@router.get("/summary")
async def get_summary(request: Request) -> Response:
    """How many variants there are, what they cost, how old they are."""
    catalogue = sandbox_of(request).catalogue
    with catalogue.lock:
        summary = catalogue.memo.recall("summary", lambda: _summary(catalogue))
    return json_response(envelope(to_json(summary), {}))


def too_heavy(sandbox: Sandbox, products: int) -> bool:
    """Whether a page of so many products takes longer than the gateway in front of the store waits."""
    heaviest = sandbox.settings.heaviest_page
    return heaviest is not None and products > heaviest


def find_entry(catalogue: Catalogue, product_id: int) -> CatalogueEntry:
    """Raises Refusal 404 where the product is not in the store."""
    try:
        return catalogue.entry(product_id)
    except KeyError as error:
        raise not_found("product") from error


def _variants(request: Request, variants: list[Variant]) -> Response:
    sandbox, query = sandbox_of(request), request.query_params
    page = Page.read(query, sandbox.settings.page_cap)
    invalid = sandbox.catalogue.invalid_content
    return json_response(list_envelope(page, variants, lambda each: variant_json(each, query, invalid)))


def _summary(catalogue: Catalogue) -> dict[str, Any]:
    variants = list(catalogue.all_variants())
    prices = [variant.calculated_price for variant in variants if variant.calculated_price is not None]
    products = [catalogue.product(each) for each in catalogue.product_ids]
    dates = [product.date_created for product in products]
    categories = Counter(category for product in products for category in product.categories)
    return {
        "inventory_count": sum(variant.inventory_level or 0 for variant in variants),
        "variant_count": len(variants),
        "inventory_value": sum(
            (variant.inventory_level or 0) * (variant.calculated_price or 0) for variant in variants
        ),
        "highest_variant_price": max(prices, default=0),
        "average_variant_price": round(sum(prices) / len(prices), 8) if prices else 0,
        "lowest_variant_price": str(min(prices, default=0)),
        "oldest_variant_date": min(dates, default=""),
        "newest_variant_date": max(dates, default=""),
        "primary_category_id": categories.most_common(1)[0][0] if categories else 0,
        "primary_category_name": "Shop All",
    }
