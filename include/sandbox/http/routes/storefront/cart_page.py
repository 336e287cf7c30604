"""The cart page, and everything that its forms and "Add to Cart URLs" do."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias
from urllib.parse import parse_qsl

import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from include.sandbox.catalogue.catalogue import Catalogue
from include.sandbox.http.responses import sandbox_of
from include.sandbox.http.routes.storefront.checkout import CHECKOUT
from include.sandbox.http.routes.storefront.rendering import page
from include.sandbox.http.routes.storefront.sessions import keep_session, session_of
from include.sandbox.refusals import Refusal
from include.sandbox.store.sandbox import Sandbox
from include.sandbox.storefront.items import item_with_sku
from include.sandbox.storefront.request_bodies import Selection, WantedCertificate, WantedItem, WantedLines

CART = "/cart.php"
Form: TypeAlias = Mapping[str, str]

router = APIRouter()


@router.get(CART)
def show_cart(request: Request) -> Response:
    """The cart, unless the address adds a product first: `action=add`, or `buy` to check out at once."""
    if request.query_params.get("action") in ("add", "buy"):
        return _act(request, request.query_params)
    return page(request, "cart.html")


@router.post(CART)
async def change_cart(request: Request) -> Response:
    """Add, update or remove, as the form's `action` says; then show the cart or check out."""
    return _act(request, await _form(request))


@router.post("/giftcertificates.php")
async def add_gift_certificate(request: Request) -> Response:
    """Put a gift certificate into the cart."""
    return _act(request, {**await _form(request), "action": "certificate"})


def _act(request: Request, form: Form) -> Response:
    action = form.get("action", "")
    if action not in ACTIONS:
        return page(request, "message.html", status=422, message="The cart cannot do that.")
    session = session_of(request)
    try:
        ACTIONS[action](sandbox_of(request), session, form)
    except Refusal as refusal:
        return page(request, "message.html", status=refusal.status, message=refusal.title)
    target = CHECKOUT if action == "buy" else CART
    return keep_session(RedirectResponse(target, status_code=303), session)


def _add_product(sandbox: Sandbox, session: str, form: Form) -> None:
    _add(sandbox, session, WantedLines(line_items=(_item(sandbox.catalogue, form),)))


def _add_certificate(sandbox: Sandbox, session: str, form: Form) -> None:
    _add(sandbox, session, WantedLines(gift_certificates=(_certificate(form),)))


def _add(sandbox: Sandbox, session: str, wanted: WantedLines) -> None:
    cart = sandbox.carts.of(session)
    if cart:
        sandbox.carts.add(session, cart.id, wanted)
    else:
        sandbox.carts.create(session, wanted)


def _update(sandbox: Sandbox, session: str, form: Form) -> None:
    """The fields `qty[ITEM]` hold quantities; 0 removes an item."""
    for name, value in form.items():
        field, cart = re.fullmatch(r"qty\[(.+)\]", name), sandbox.carts.of(session)
        if field and cart and _whole(value):
            sandbox.carts.set_quantity(session, cart.id, field[1], _whole(value))
        elif field:
            _remove(sandbox, session, {"remove": field[1]})


def _remove(sandbox: Sandbox, session: str, form: Form) -> None:
    cart = sandbox.carts.of(session)
    if cart:
        sandbox.carts.remove(session, cart.id, form.get("remove", ""))


ACTIONS: dict[str, Callable[[Sandbox, str, Form], None]] = {
    "add": _add_product,
    "buy": _add_product,
    "certificate": _add_certificate,
    "update": _update,
    "remove": _remove,
}


def _item(catalogue: Catalogue, form: Form) -> WantedItem:
    quantity = max(1, _whole(form.get("qty", "1")))
    by_sku = item_with_sku(catalogue, form.get("sku", ""), quantity)
    product_id, variant_id = _whole(form.get("product_id", "0")), _whole(form.get("variant_id", "0"))
    choices = tuple(
        Selection(int(match[1]), value)
        for name, value in form.items()
        if value and (match := re.fullmatch(r"attribute\[(\d+)\]", name))
    )
    wanted = by_sku or WantedItem(product_id, quantity, variant_id or None)
    return msgspec.structs.replace(wanted, option_selections=choices)


def _certificate(form: Form) -> WantedCertificate:
    fields = {
        "amount": form.get("certificate_amount", ""),
        "name": f"Gift certificate for {form.get('to_name', '')}",
        "quantity": 1,
        "recipient": {"name": form.get("to_name", ""), "email": form.get("to_email", "")},
        "sender": {"name": form.get("from_name", ""), "email": form.get("from_email", "")},
        "theme": form.get("certificate_theme", "General"),
        "message": form.get("message", ""),
    }
    try:
        return msgspec.convert(fields, WantedCertificate, strict=False)
    except msgspec.ValidationError as error:
        raise Refusal(422, f"The gift certificate is invalid: {error}") from error


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() else 0


async def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode(errors="replace"), keep_blank_values=True))
