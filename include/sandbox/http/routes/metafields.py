"""Variant metafields, in batches and one by one (product-variants_catalog.v3.yml)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

from include.sandbox.catalogue.records import Metafield
from include.sandbox.encoding import to_json
from include.sandbox.http.responses import json_response, read_json, sandbox_of
from include.sandbox.paging import Page, envelope, list_envelope, refuse_unknown, trim
from include.sandbox.refusals import STATUS_CODES_PAGE, Refusal

BATCH = "/catalog/variants/metafields"
OF_VARIANT = "/catalog/products/{product_id:int}/variants/{variant_id:int}/metafields"
ONE = OF_VARIANT + "/{metafield_id:int}"
FILTERS = ("key", "key:in", "namespace", "namespace:in")
PARAMETERS = {*FILTERS, "direction", "include_fields", "page", "limit"}

router = APIRouter(prefix="/stores/{store_hash}/v3")


@router.get(BATCH)
async def get_all(request: Request) -> Response:
    """Every variant's metafields, page by page."""
    return _list(request)


@router.post(BATCH)
async def create_batch(request: Request) -> Response:
    """Each item makes one metafield; what fails is named by its place in the batch."""
    return await _batch(request, sandbox_of(request).catalogue.metafields.create)


@router.put(BATCH)
async def update_batch(request: Request) -> Response:
    """Each item names the metafield's id and what changes."""
    metafields = sandbox_of(request).catalogue.metafields

    def update(item: Any) -> Metafield:
        if not isinstance(item, dict) or not isinstance(item.get("id"), int):
            raise Refusal(422, "id is required")
        return metafields.update(item["id"], item)

    return await _batch(request, update)


@router.delete(BATCH)
async def delete_batch(request: Request) -> Response:
    """The body is a list of metafield ids."""
    metafields = sandbox_of(request).catalogue.metafields

    def delete(item: Any) -> int:
        if not isinstance(item, int):
            raise Refusal(422, "A metafield id is a whole number")
        metafields.delete(item)
        return item

    return await _batch(request, delete)


@router.get(OF_VARIANT)
async def get_of_variant(request: Request, variant_id: int) -> Response:
    """One variant's metafields; the product's id in the path counts for nothing, says the official file."""
    return _list(request, variant_id)


@router.post(OF_VARIANT)
async def create_one(request: Request, variant_id: int) -> Response:
    """409 where it is already there."""
    item = await read_json(request)
    if not isinstance(item, dict):
        raise Refusal(400, "Input is invalid")
    return _one(sandbox_of(request).catalogue.metafields.create({**item, "resource_id": variant_id}))


@router.get(ONE)
async def get_one(request: Request, variant_id: int, metafield_id: int) -> Response:
    """One metafield of the variant."""
    return _one(sandbox_of(request).catalogue.metafields.get(metafield_id, variant_id), request)


@router.put(ONE)
async def update_one(request: Request, variant_id: int, metafield_id: int) -> Response:
    """Change one metafield of the variant."""
    metafields = sandbox_of(request).catalogue.metafields
    metafields.get(metafield_id, variant_id)
    return _one(metafields.update(metafield_id, await read_json(request)))


@router.delete(ONE)
async def delete_one(request: Request, variant_id: int, metafield_id: int) -> Response:
    """204 with no body."""
    metafields = sandbox_of(request).catalogue.metafields
    metafields.get(metafield_id, variant_id)
    metafields.delete(metafield_id)
    return Response(status_code=204)


def _list(request: Request, variant_id: int | None = None) -> Response:
    sandbox, query = sandbox_of(request), request.query_params
    refuse_unknown(query, PARAMETERS)
    page = Page.read(query, sandbox.settings.page_cap)
    filters = {name: query[name] for name in FILTERS if name in query}
    found = sandbox.catalogue.metafields.find(filters, variant_id)
    ordered = found[::-1] if query.get("direction") == "desc" else found
    return json_response(list_envelope(page, ordered, lambda each: to_json(_shown(each, request))))


def _one(metafield: Metafield, request: Request | None = None) -> Response:
    return json_response(envelope(to_json(_shown(metafield, request)), {}))


def _shown(metafield: Metafield, request: Request | None) -> Any:
    query = request.query_params if request else {}
    return trim(metafield, query) if query.keys() & {"include_fields", "exclude_fields"} else metafield


def _refuse(reason: str, _item: Any) -> Metafield:
    raise Refusal(422, reason)


async def _batch(request: Request, act: Callable[[Any], Metafield | int]) -> Response:
    """Act on each item; 422 with both what was written and what was not, where anything failed."""
    items = await read_json(request)
    settings = sandbox_of(request).settings
    if not isinstance(items, list):
        raise Refusal(400, "Input is invalid")
    if len(items) > settings.largest_batch:
        raise Refusal(
            settings.too_large_status,
            f"A batch has at most {settings.largest_batch} items.",
            {"batch": "too large"},
        )
    written: list[Metafield | int] = []
    failed: dict[str, str] = {}
    if settings.metafield_refusal and request.method != "DELETE":
        act = partial(_refuse, settings.metafield_refusal)
    metafields = sandbox_of(request).catalogue.metafields
    with metafields.all_or_nothing() if settings.whole_batch_statuses else nullcontext():
        for index, item in enumerate(items):
            try:
                written.append(act(item))
            except Refusal as refusal:  # noqa: PERF203 - one bad item does not stop the others
                if refusal.status in settings.whole_batch_statuses:
                    raise
                failed[str(index)] = refusal.title
    error = {"status": 422, "title": "Bulk operation has failed", "type": STATUS_CODES_PAGE, "errors": failed}
    answer = {
        "data": written,
        "errors": [error] if failed else [],
        "meta": {"total": len(items), "success": len(written), "failed": len(failed)},
    }
    return json_response(to_json(answer), 422 if failed else 200)
