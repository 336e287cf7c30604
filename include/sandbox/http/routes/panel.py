"""`GET /`: the sandbox store's control panel, for a person who tries the system and plays the merchant.

Plain forms, no scripts; not in the log and without quota or token, as all steering. Only pages of the store
itself may send the forms: a foreign page in the same browser cannot.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader

from include.sandbox.http.responses import sandbox_of
from include.sandbox.refusals import Refusal, not_found
from include.sandbox.store.sandbox import Sandbox

ORDERS_SHOWN = 10
FULL_STOCK = 1000
ORDERS_SCOPE = "store_v2_orders"

router = APIRouter()
_templates = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)


@router.get("/")
def show(request: Request, done: str = "") -> HTMLResponse:
    """The panel; `done` is the change that was just made."""
    sandbox = sandbox_of(request)
    page = _templates.get_template("panel.html").render(
        sandbox=sandbox,
        changes=CHANGES,
        done=CHANGES[done].effect if done in CHANGES else "",
        orders=list(sandbox.orders)[-ORDERS_SHOWN:][::-1],
    )
    return HTMLResponse(page)


@router.post("/_sandbox/panel/{change}")
def make(request: Request, change: str) -> Response:
    """Make one of CHANGES, then show the panel again."""
    origin = request.headers.get("Origin")
    if origin and urlsplit(origin).netloc != request.headers.get("Host"):
        raise Refusal(403, "Only the control panel itself may send this.")
    if change not in CHANGES:
        raise not_found(f"change {change}")
    CHANGES[change].make(sandbox_of(request))
    return RedirectResponse(f"/?done={change}", status_code=303)


def _raise_prices(sandbox: Sandbox) -> None:
    sandbox.catalogue.raise_prices(every=1)


def _rename(sandbox: Sandbox) -> None:
    product_id = sandbox.catalogue.product_ids[0]
    name = sandbox.catalogue.entry(product_id).product.name
    sandbox.catalogue.change_product(product_id, name=f"{name} (new)")


def _add(sandbox: Sandbox) -> None:
    number = len(sandbox.catalogue.product_ids) + 1
    sandbox.catalogue.add_product(f"New product {number}", [{"sku": f"NEW-{number}", "price": "19.90"}])


def _remove(sandbox: Sandbox) -> None:
    sandbox.catalogue.remove_product(sandbox.catalogue.product_ids[-1])


def _recreate(sandbox: Sandbox) -> None:
    sandbox.catalogue.recreate_variants(sandbox.catalogue.product_ids[0])


def _restock(sandbox: Sandbox) -> None:
    for product_id in sandbox.catalogue.product_ids:
        for variant in sandbox.catalogue.entry(product_id).variants:
            sandbox.catalogue.set_stock(variant.id, FULL_STOCK)


def _be_away(sandbox: Sandbox) -> None:
    sandbox.faults.add("status", status=503, times=None)


class Change(NamedTuple):
    """A button, what to look for in Airflow after it, and what it does."""

    label: str
    effect: str
    make: Callable[[Sandbox], object]


CHANGES = {
    "restock": Change(
        "Restock everything",
        "Orders rejected as out of stock go through when they are tried again.",
        _restock,
    ),
    "raise-prices": Change(
        "Raise prices by 1",
        "The next sync changes a variant of each product; overridden ones keep theirs.",
        _raise_prices,
    ),
    "rename": Change("Rename the first product", "The next sync changes its name.", _rename),
    "add": Change("Add a product", "The next sync brings it, and writes its custom field back.", _add),
    "remove": Change(
        "Remove the last product", "The next sync marks it as removed; it keeps its ids.", _remove
    ),
    "recreate": Change(
        "Recreate the first product's variants",
        "The next sync relinks them: new ids in BigCommerce, the same SKUs, ids and override prices here.",
        _recreate,
    ),
    "refuse-token": Change(
        "Refuse the access token",
        "The next sync fails and says how to get a new token.",
        lambda sandbox: sandbox.access.revoke_token(),
    ),
    "accept-token": Change(
        "Accept the access token again",
        "Syncs work again.",
        lambda sandbox: sandbox.access.renew_token(sandbox.access.token),
    ),
    "drop-scope": Change(
        "Take the scope for orders away",
        "Orders wait, none is rejected, and the run says which scope is missing.",
        lambda sandbox: sandbox.access.scopes.discard(ORDERS_SCOPE),
    ),
    "grant-scope": Change(
        "Give the scope for orders back",
        "The next run of the order push sends what waits.",
        lambda sandbox: sandbox.access.grant_scope(ORDERS_SCOPE),
    ),
    "away": Change("Be away", "Every request is answered with 503: syncs wait and try again.", _be_away),
    "back": Change("Be back", "What waited goes on.", lambda sandbox: sandbox.faults.clear()),
}
