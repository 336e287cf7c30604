"""Webhooks of the API account that asks (webhooks.v3.yml)."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from include.sandbox.encoding import to_json
from include.sandbox.http.responses import json_response, read_json, sandbox_of
from include.sandbox.paging import Page, envelope, list_envelope, refuse_unknown
from include.sandbox.webhooks.hooks import Hook

FILTERS = ("is_active", "scope", "destination")

router = APIRouter(prefix="/stores/{store_hash}/v3/hooks")


@router.get("")
async def get_webhooks(request: Request) -> Response:
    """The account's hooks, page by page."""
    sandbox, query = sandbox_of(request), request.query_params
    refuse_unknown(query, {"page", "limit", *FILTERS})
    filters: dict[str, object] = {name: query[name] for name in FILTERS if name in query}
    if "is_active" in filters:
        filters["is_active"] = filters["is_active"] == "true"
    page = Page.read(query, sandbox.settings.page_cap)
    return json_response(list_envelope(page, sandbox.hooks.of_account(_token(request), filters)))


@router.post("")
async def create_webhook(request: Request) -> Response:
    """422 where a field is invalid, or the account has ten hooks of the scope already."""
    sandbox, item = sandbox_of(request), await read_json(request)
    to_loopback = sandbox.settings.hooks_to_loopback
    return _one(sandbox.hooks.create(item, _token(request), to_loopback=to_loopback))


@router.get("/{webhook_id:int}")
async def get_webhook(request: Request, webhook_id: int) -> Response:
    """404 where the account has no such hook."""
    return _one(sandbox_of(request).hooks.one(webhook_id, _token(request)))


@router.put("/{webhook_id:int}")
async def update_webhook(request: Request, webhook_id: int) -> Response:
    """Fields that are not sent stay as they are."""
    sandbox, item = sandbox_of(request), await read_json(request)
    to_loopback = sandbox.settings.hooks_to_loopback
    return _one(sandbox.hooks.update(webhook_id, item, _token(request), to_loopback=to_loopback))


@router.delete("/{webhook_id:int}")
async def delete_webhook(request: Request, webhook_id: int) -> Response:
    """The hook that was deleted comes back."""
    return _one(sandbox_of(request).hooks.delete(webhook_id, _token(request)))


def _token(request: Request) -> str:
    return request.headers.get("X-Auth-Token", "")


def _one(hook: Hook) -> Response:
    return json_response(envelope(to_json(hook), {}))
