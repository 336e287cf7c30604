"""The storefront's pages for a shopper who looks for something.

Addresses and form fields of the storefront are those of BigCommerce's own themes: `/cart.php`, `/checkout`,
`/checkout.php` and `/checkout.php?action=multiple` (the Stencil object `urls`), `/giftcertificates.php`, and
"Add to Cart URLs" such as `/cart.php?action=buy&sku=…`.
"""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from include.sandbox.catalogue.catalogue import Catalogue
from include.sandbox.catalogue.records import CatalogueEntry
from include.sandbox.http.responses import sandbox_of
from include.sandbox.http.routes.storefront.rendering import page
from include.sandbox.paging import read_integer

HOME = "/storefront"
PRODUCTS_ON_A_PAGE = 24
NAVIGATION = Path(__file__).parent / "navigation.js"

router = APIRouter()


@router.get(HOME)
def show_home(request: Request) -> Response:
    """The visible products, page by page."""
    catalogue = sandbox_of(request).catalogue
    number = max(1, read_integer(request.query_params, "page", 1))
    with catalogue.lock:
        visible = [
            product_id for product_id in catalogue.product_ids if catalogue.product(product_id).is_visible
        ]
        first = (number - 1) * PRODUCTS_ON_A_PAGE
        shown = [catalogue.product(each) for each in visible[first : first + PRODUCTS_ON_A_PAGE]]
    last = -(-len(visible) // PRODUCTS_ON_A_PAGE)
    return page(request, "home.html", products=shown, number=number, last=last)


@router.get("/storefront/navigation.js")
def get_navigation() -> Response:
    """The script of a storefront that navigates without page loads."""
    return FileResponse(NAVIGATION, media_type="text/javascript")


@router.get("/giftcertificates.php")
def show_gift_certificates(request: Request) -> Response:
    """The form for a gift certificate."""
    return page(request, "gift_certificates.html")


@router.get("/{slug}/")
def show_product(request: Request, slug: str) -> Response:
    """The product with this address, if it is visible."""
    entry = _visible_product(sandbox_of(request).catalogue, f"/{slug}/")
    if entry is None:
        return page(request, "message.html", status=404, message="This page does not exist.")
    return page(request, "product.html", entry=entry)


def _visible_product(catalogue: Catalogue, address: str) -> CatalogueEntry | None:
    with catalogue.lock:
        entries = map(catalogue.entry, catalogue.product_ids)
        return next(
            (each for each in entries if each.product.is_visible and each.product.custom_url.url == address),
            None,
        )
