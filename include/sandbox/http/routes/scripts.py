"""Scripts of the app that asks (scripts.v3.yml)."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from include.sandbox.encoding import to_json
from include.sandbox.http.responses import json_response, read_json, sandbox_of
from include.sandbox.paging import Page, envelope, list_envelope, refuse_unknown
from include.sandbox.refusals import NO_ACCESS, Refusal
from include.sandbox.store.access import CHECKOUT_CONTENT
from include.sandbox.storefront.scripts import CHECKOUT_PAGES, Script

SORTS = ("name", "description", "date_created", "date_modified")
PARAMETERS = {"page", "limit", "sort", "direction", "channel_id:in"}

router = APIRouter(prefix="/stores/{store_hash}/v3/content/scripts")


@router.get("")
async def get_scripts(request: Request) -> Response:
    """The app's scripts, page by page."""
    sandbox, query = sandbox_of(request), request.query_params
    refuse_unknown(query, PARAMETERS)
    page = Page.read(query, sandbox.settings.page_cap)
    scripts = sandbox.scripts.of_app(_channels(query.get("channel_id:in", "")))
    if "sort" in query:
        if query["sort"] not in SORTS:
            raise Refusal(422, f"The scripts cannot be sorted by {query['sort']}.", {"sort": "invalid"})
        scripts.sort(key=lambda each: str(getattr(each, query["sort"])))
    if query.get("direction") == "desc":
        scripts.reverse()
    return json_response(list_envelope(page, scripts))


@router.post("")
async def create_script(request: Request) -> Response:
    """422 where a field is invalid, or the app has ten scripts already."""
    item = await read_json(request)
    _check_scope(request, item)
    return _one(sandbox_of(request).scripts.create(item))


@router.get("/{script_uuid}")
async def get_script(request: Request, script_uuid: str) -> Response:
    """404 where the app has no such script."""
    return _one(sandbox_of(request).scripts.get(script_uuid))


@router.put("/{script_uuid}")
async def update_script(request: Request, script_uuid: str) -> Response:
    """Fields that are not sent stay as they are."""
    scripts, item = sandbox_of(request).scripts, await read_json(request)
    _check_scope(request, item, scripts.get(script_uuid))
    return _one(scripts.update(script_uuid, item))


@router.delete("/{script_uuid}")
async def delete_script(request: Request, script_uuid: str) -> Response:
    """204 with no body."""
    scripts = sandbox_of(request).scripts
    _check_scope(request, {}, scripts.get(script_uuid))
    scripts.delete(script_uuid)
    return Response(status_code=204)


def _check_scope(request: Request, item: Any, old: Script | None = None) -> None:
    """Raises Refusal 403 if the script is or will be on checkout pages and the token may not change those."""
    wanted = item.get("visibility") if isinstance(item, dict) else None
    visibilities = {str(wanted), old.visibility if old else ""}
    scopes = sandbox_of(request).access.scopes_of(request.headers.get("X-Auth-Token"))
    if visibilities & CHECKOUT_PAGES and CHECKOUT_CONTENT not in scopes:
        raise Refusal(403, NO_ACCESS, {"scope": CHECKOUT_CONTENT})


def _channels(text: str) -> list[int]:
    try:
        return [int(each) for each in text.split(",") if each]
    except ValueError as error:
        raise Refusal(422, "The filter channel_id:in is not a list of whole numbers.") from error


def _one(script: Script) -> Response:
    return json_response(envelope(to_json(script), {}))
