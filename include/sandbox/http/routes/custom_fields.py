"""Product custom fields of V3 (products_catalog.v3.yml): at most 200 a product, each pair only once."""

from __future__ import annotations

from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response

from include.sandbox.catalogue.records import CustomField
from include.sandbox.encoding import to_json
from include.sandbox.http.responses import json_response, read_json, sandbox_of
from include.sandbox.http.routes.catalogue import find_entry
from include.sandbox.paging import Page, envelope, list_envelope, trim
from include.sandbox.refusals import Refusal, not_found

MOST_PER_PRODUCT = 200
LIST = "/catalog/products/{product_id:int}/custom-fields"
ONE = LIST + "/{custom_field_id:int}"

router = APIRouter(prefix="/stores/{store_hash}/v3")


@router.get(LIST)
async def get_custom_fields(request: Request, product_id: int) -> Response:
    """A product's custom fields, page by page."""
    sandbox, query = sandbox_of(request), request.query_params
    fields = find_entry(sandbox.catalogue, product_id).custom_fields
    page = Page.read(query, sandbox.settings.page_cap)
    return json_response(list_envelope(page, fields, lambda each: to_json(trim(each, query))))


@router.post(LIST)
async def create_custom_field(request: Request, product_id: int) -> Response:
    """A new name and value."""
    item = await read_json(request)
    catalogue = sandbox_of(request).catalogue
    with catalogue.lock:
        fields = find_entry(catalogue, product_id).custom_fields
        if len(fields) >= MOST_PER_PRODUCT:
            raise Refusal(422, f"A product has at most {MOST_PER_PRODUCT} custom fields.")
        created = _read(item, {"id": catalogue.next_custom_field_id()}, fields)
        catalogue.put_custom_fields(product_id, [*fields, created])
    return json_response(envelope(to_json(created), {}))


@router.get(ONE)
async def get_custom_field(request: Request, product_id: int, custom_field_id: int) -> Response:
    """One custom field."""
    fields = find_entry(sandbox_of(request).catalogue, product_id).custom_fields
    return json_response(envelope(to_json(trim(_find(fields, custom_field_id), request.query_params)), {}))


@router.put(ONE)
async def update_custom_field(request: Request, product_id: int, custom_field_id: int) -> Response:
    """Change the name, the value or both."""
    item = await read_json(request)
    catalogue = sandbox_of(request).catalogue
    with catalogue.lock:
        fields = find_entry(catalogue, product_id).custom_fields
        old = _find(fields, custom_field_id)
        others = [each for each in fields if each is not old]
        changed = _read(item, msgspec.structs.asdict(old), others)
        catalogue.put_custom_fields(product_id, [changed if each is old else each for each in fields])
    return json_response(envelope(to_json(changed), {}))


@router.delete(ONE)
async def delete_custom_field(request: Request, product_id: int, custom_field_id: int) -> Response:
    """204 with no body."""
    catalogue = sandbox_of(request).catalogue
    with catalogue.lock:
        fields = find_entry(catalogue, product_id).custom_fields
        gone = _find(fields, custom_field_id)
        catalogue.put_custom_fields(product_id, [each for each in fields if each is not gone])
    return Response(status_code=204)


def _find(fields: list[CustomField], custom_field_id: int) -> CustomField:
    for each in fields:
        if each.id == custom_field_id:
            return each
    raise not_found("custom field")


def _read(item: Any, old: dict[str, Any], others: list[CustomField]) -> CustomField:
    try:
        new = msgspec.convert({**old, **item, "id": old["id"]}, CustomField)
    except (msgspec.ValidationError, TypeError) as error:
        raise Refusal(422, f"The custom field is invalid: {error}") from error
    if any((each.name, each.value) == (new.name, new.value) for each in others):
        raise Refusal(422, "The product has a custom field with this name and value already.")
    return new
