"""`GET /`: the sandbox store's control panel, for a person who tries the system and plays the merchant.

Plain forms without scripts. Like all steering they need no token, spend no quota and are not logged. The
store accepts them only from its own pages, not from a foreign page in the same browser.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader

from include.sandbox.http.responses import sandbox_of
from include.sandbox.orders.records import STATUSES
from include.sandbox.refusals import Refusal, not_found
from include.sandbox.store.panel import CHANGES
from include.sandbox.store.panel_orders import ORDER_CHANGES

ORDERS_SHOWN = 10

router = APIRouter()
_templates = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)


@router.get("/")
def show(request: Request, done: str = "") -> HTMLResponse:
    """The panel; `done` is the change that was just made."""
    sandbox = sandbox_of(request)
    effects = {name: change.effect for name, change in CHANGES.items()}
    effects.update((name, change.effect) for name, change in ORDER_CHANGES.items())
    page = _templates.get_template("panel.html").render(
        sandbox=sandbox,
        changes=CHANGES,
        order_changes=ORDER_CHANGES,
        statuses=STATUSES,
        done=effects.get(done, ""),
        orders=list(sandbox.orders)[-ORDERS_SHOWN:][::-1],
    )
    return HTMLResponse(page)


@router.post("/_sandbox/panel/{change}")
def make(request: Request, change: str) -> Response:
    """Make one of CHANGES, then show the panel again."""
    refuse_foreign_pages(request)
    if change not in CHANGES:
        raise not_found(f"change {change}")
    CHANGES[change].make(sandbox_of(request))
    return RedirectResponse(f"/?done={change}", status_code=303)


def refuse_foreign_pages(request: Request) -> None:
    """Raises Refusal 403 for a form of another site."""
    origin = request.headers.get("Origin")
    if origin and urlsplit(origin).netloc != request.headers.get("Host"):
        raise Refusal(403, "Only the control panel itself may send this.")
