"""`/api/storefront/carts`: the shopper's cart, for scripts on the storefront's pages (carts.sf.yml)."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Request, Response
from msgspec import UNSET, Meta, Struct

from include.sandbox.encoding import to_json
from include.sandbox.http.responses import json_response, sandbox_of
from include.sandbox.http.routes.storefront.hosting import only_where_hosted
from include.sandbox.http.routes.storefront.sessions import keep_session, session_of
from include.sandbox.refusals import Refusal
from include.sandbox.storefront.cart_json import cart_json
from include.sandbox.storefront.carts import Cart
from include.sandbox.storefront.request_bodies import Version, WantedLines

router = APIRouter(prefix="/api/storefront/carts", dependencies=[Depends(only_where_hosted)])


class NewQuantity(Struct, rename="camel"):
    """What a PUT may change of an item."""

    quantity: Annotated[int, Meta(ge=1)]


class ChangedLine(Struct, rename="camel"):
    """The body of a PUT."""

    line_item: NewQuantity
    version: Version = UNSET


class RemovedLine(Struct):
    """The body of a DELETE, which may be missing."""

    version: Version = UNSET


@router.get("")
async def get_carts(request: Request) -> Response:
    """A list with the session's cart, or an empty list."""
    cart = sandbox_of(request).carts.of(session_of(request))
    return json_response(to_json([_shown(request, cart)] if cart else []))


@router.post("")
async def create_cart(request: Request) -> Response:
    """A cart of the wanted items."""
    wanted = await _read(request, WantedLines)
    session = session_of(request)
    return keep_session(_one(request, sandbox_of(request).carts.create(session, wanted)), session)


@router.delete("/{cart_id}")
async def delete_cart(request: Request, cart_id: str) -> Response:
    """204 with no body."""
    sandbox_of(request).carts.delete(session_of(request), cart_id)
    return Response(status_code=204)


@router.post("/{cart_id}/items")
async def add_items(request: Request, cart_id: str) -> Response:
    """The cart with more in it."""
    wanted = await _read(request, WantedLines)
    return _one(request, sandbox_of(request).carts.add(session_of(request), cart_id, wanted))


@router.put("/{cart_id}/items/{item_id}")
async def update_item(request: Request, cart_id: str, item_id: str) -> Response:
    """The cart with the item's new quantity."""
    wanted = await _read(request, ChangedLine)
    quantity = wanted.line_item.quantity
    carts = sandbox_of(request).carts
    return _one(request, carts.set_quantity(session_of(request), cart_id, item_id, quantity, wanted.version))


@router.delete("/{cart_id}/items/{item_id}")
async def remove_item(request: Request, cart_id: str, item_id: str) -> Response:
    """The cart without the item; 204 if the cart was deleted with it."""
    version = (await _read(request, RemovedLine)).version if await request.body() else UNSET
    cart = sandbox_of(request).carts.remove(session_of(request), cart_id, item_id, version)
    return _one(request, cart) if cart else Response(status_code=204)


def _one(request: Request, cart: Cart) -> Response:
    return json_response(to_json(_shown(request, cart)))


def _shown(request: Request, cart: Cart) -> dict[str, Any]:
    currency = sandbox_of(request).settings.currencies[0]
    base_url = str(request.base_url).rstrip("/")
    return cart_json(cart, currency, request.query_params.get("include", ""), base_url)


async def _read(request: Request, kind: Any) -> Any:
    """Raises Refusal 422 if the body does not have this shape."""
    try:
        return msgspec.json.decode(await request.body(), type=kind)
    except msgspec.DecodeError as error:
        raise Refusal(422, f"The request is invalid: {error}") from error
