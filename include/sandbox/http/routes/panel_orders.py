"""The buttons beside each order on the control panel (see panel.py)."""

from __future__ import annotations

from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from include.sandbox.http.responses import sandbox_of
from include.sandbox.http.routes.panel import refuse_foreign_pages
from include.sandbox.refusals import not_found
from include.sandbox.store.panel_orders import ORDER_CHANGES

router = APIRouter()


@router.post("/_sandbox/panel/orders/{order_id:int}/{change}")
async def change_order(request: Request, order_id: int, change: str) -> Response:
    """Make one of ORDER_CHANGES, then show the panel again."""
    refuse_foreign_pages(request)
    if change not in ORDER_CHANGES:
        raise not_found(f"change {change}")
    form = dict(parse_qsl((await request.body()).decode("ascii", errors="replace")))
    ORDER_CHANGES[change].make(sandbox_of(request), order_id, form)
    return RedirectResponse(f"/?done={change}", status_code=303)
