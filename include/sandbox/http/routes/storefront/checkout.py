"""BigCommerce's own checkout, at every address that leads there."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from include.sandbox.catalogue.catalogue import Catalogue
from include.sandbox.http.responses import sandbox_of
from include.sandbox.http.routes.storefront.rendering import page
from include.sandbox.http.routes.storefront.sessions import keep_session, session_of
from include.sandbox.refusals import Refusal
from include.sandbox.storefront.items import item_with_sku
from include.sandbox.storefront.request_bodies import WantedItem, WantedLines

CHECKOUT = "/checkout"

router = APIRouter()


@router.get(CHECKOUT)
@router.get(f"{CHECKOUT}/")
def show_checkout(request: Request) -> Response:
    """The cart as it is; without a cart, the cart page.

    A "Checkout URL" first makes a new cart: `/checkout/?products={id or SKU}:{quantity},…&action=buy`.
    """
    carts, session = sandbox_of(request).carts, session_of(request)
    products = request.query_params.get("products")
    if products and request.query_params.get("action") == "buy":
        try:
            carts.create(session, _wanted(sandbox_of(request).catalogue, products))
        except Refusal as refusal:
            return page(request, "message.html", status=refusal.status, message=refusal.title)
        return keep_session(RedirectResponse(CHECKOUT, status_code=302), session)
    if not carts.of(session):
        return RedirectResponse("/cart.php", status_code=302)
    return page(request, "checkout.html", kind="checkout")


@router.get("/checkout.php")
def lead_to_checkout(request: Request) -> Response:
    """The older address, which themes still link to; an `action` travels along (UNVERIFIED)."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(CHECKOUT + query, status_code=302)


@router.get(f"{CHECKOUT}/order-confirmation")
def show_order_confirmation(request: Request) -> Response:
    """The sandbox takes no payments; this page only has the scripts that a real store would show on it."""
    return page(request, "order_confirmation.html", kind="order_confirmation")


def _wanted(catalogue: Catalogue, products: str) -> WantedLines:
    items = []
    for part in products.split(","):
        name, _, quantity = part.rpartition(":")
        wanted = WantedItem(
            int(name) if name.isdecimal() else 0, max(1, int(quantity) if quantity.isdecimal() else 1)
        )
        items.append(item_with_sku(catalogue, name, wanted.quantity) or wanted)
    return WantedLines(line_items=tuple(items))
