"""The demo checkout as an application: its pages, its headers, and what is said when something fails."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware

from include.checkout.errors import ItemsNotSold
from include.errors import ActionableError
from include.local.checkout import pages
from include.local.checkout.rendering import render

STATIC = Path(__file__).parent / "static"
# Only our own style sheet; no scripts, and nobody frames a page where people pay.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
START_AGAIN = "Go back to the shop and start the checkout from its cart."


def make_app(crm_url: str) -> FastAPI:
    """The application, on this CRM database."""
    app = FastAPI(title="Demo checkout", openapi_url=None, docs_url=None, redoc_url=None)
    app.state.crm_url = crm_url
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    app.middleware("http")(_add_headers)
    app.include_router(pages.router)
    app.mount("/static", StaticFiles(directory=STATIC))
    app.exception_handler(ActionableError)(_refuse)
    app.exception_handler(RequestValidationError)(_misread)
    app.exception_handler(HTTPException)(_no_page)
    return app


async def _add_headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await call_next(request)
    response.headers.update(HEADERS)
    return response


def _refuse(request: Request, error: ActionableError) -> HTMLResponse:
    reasons = list(error.reasons.values()) if isinstance(error, ItemsNotSold) else [error.sentence]
    return _problem(error.http_status, reasons, error.next_step)


def _misread(request: Request, error: RequestValidationError) -> HTMLResponse:
    return _problem(422, ["This form is incomplete or too long."], START_AGAIN)


def _no_page(request: Request, error: HTTPException) -> HTMLResponse:
    return _problem(error.status_code, ["There is nothing to see at this address."], START_AGAIN)


def _problem(status: int, reasons: list[str], next_step: str) -> HTMLResponse:
    return render("problem.html", status, reasons=reasons, next_step=next_step)
