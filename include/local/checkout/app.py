"""The demo checkout's pages.

GET  /cart?products=…   what the link asks for, with prices, and the button *Pay*
POST /pay               takes the order, and shows it
GET  /paid/{order_id}
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from secrets import token_hex
from typing import Annotated, Any

import psycopg
from fastapi import Depends, FastAPI, Form, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware

from include.checkout.basket import Basket, Line, fill_basket
from include.checkout.errors import ItemsNotSold
from include.checkout.links import LONGEST_LINK, Contents, parse
from include.crm import checkout_variants, orders
from include.crm.currencies import decimals_of, rounded
from include.crm.database import explained_errors
from include.crm.ids import read_id
from include.crm.orders import CustomerOrder, OrderLine
from include.crm.session import prepare_session
from include.errors import ActionableError, FixData
from include.local.checkout.orders import CUSTOMER, key_of, take_order

HERE = Path(__file__).parent
# Only our own style sheet; no scripts, and nobody frames a page where people pay.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class Row:
    """A line as people read it."""

    name: str
    details: str
    quantity: int
    price: Decimal
    amount: Decimal


class PriceChanged(FixData):
    """The total is no longer the one that the shopper saw; nothing was ordered."""

    http_status = 409


def make_app(crm_url: str) -> FastAPI:
    """The application, on this CRM database."""
    app = FastAPI(title="Demo checkout", openapi_url=None, docs_url=None, redoc_url=None)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    app.mount("/static", StaticFiles(directory=HERE / "static"))

    def connect() -> Iterator[Connection]:
        with explained_errors(), psycopg.connect(crm_url, connect_timeout=5) as crm:
            prepare_session(crm, statement_timeout=5)
            yield crm

    Crm = Annotated[Connection, Depends(connect, scope="function")]

    @app.middleware("http")
    async def add_headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        response.headers.update(HEADERS)
        return response

    @app.get("/")
    def start() -> HTMLResponse:
        return _page("start.html")

    @app.get("/cart")
    def show_cart(request: Request, crm: Crm) -> HTMLResponse:
        link = f"?{request.scope['query_string'].decode('latin-1')}"
        contents = parse(link)
        basket = _basket(crm, contents)
        return _page(
            "cart.html",
            basket=basket,
            rows=[_row_of_basket(line) for line in basket.lines],
            link=link,
            press=token_hex(16),
            customer=CUSTOMER,
            other_parameters=contents.other_parameters,
        )

    @app.post("/pay")
    def pay(
        request: Request,
        crm: Crm,
        link: Annotated[str, Form(max_length=LONGEST_LINK)],
        press: Annotated[str, Form(max_length=64)],
        total: Annotated[str, Form(max_length=64)],
    ) -> RedirectResponse:
        if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            raise HTTPException(403)
        contents = parse(link)
        basket = _basket(crm, contents)
        if total != str(basket.total):
            raise PriceChanged(
                f"A price changed while you were here: the total is now {_money(basket.total)} "
                f"{basket.currency_code}. You have paid nothing.",
                "Go back and reload the page to see the new prices.",
            )
        order_id = take_order(crm, basket, key_of(contents, press))
        return RedirectResponse(f"/paid/{order_id}", status_code=303)

    @app.get("/paid/{order_id}")
    def show_order(crm: Crm, order_id: str) -> HTMLResponse:
        number = read_id(order_id) or 0
        order = orders.read(crm, [number]).get(number)
        if order is None or not order.client_order_id.startswith("checkout-"):
            raise HTTPException(404)
        return _page("paid.html", order=order, rows=[_row_of_order(line, order) for line in order.lines])

    @app.exception_handler(ActionableError)
    def refuse(request: Request, error: ActionableError) -> HTMLResponse:
        reasons = list(error.reasons.values()) if isinstance(error, ItemsNotSold) else [error.sentence]
        return _page("problem.html", error.http_status, reasons=reasons, next_step=error.next_step)

    @app.exception_handler(RequestValidationError)
    def misread(request: Request, error: RequestValidationError) -> HTMLResponse:
        return _problem(422, "This form is incomplete or too long.")

    @app.exception_handler(HTTPException)
    def no_page(request: Request, error: HTTPException) -> HTMLResponse:
        return _problem(error.status_code, "There is nothing to see at this address.")

    return app


def _basket(crm: Connection, contents: Contents) -> Basket:
    variants = checkout_variants.read(crm, [item.variant_detail_id for item in contents.items])
    return fill_basket(contents.items, variants)


def _row_of_basket(line: Line) -> Row:
    options = ", ".join(f"{option['name']}: {option['value']}" for option in line.variant.options)
    return Row(line.variant.product_name, options, line.quantity, line.variant.price, line.amount)


def _row_of_order(line: OrderLine, order: CustomerOrder) -> Row:
    amount = rounded(line.price * line.quantity, order.currency_code)
    return Row(line.name, line.sku, line.quantity, line.price, amount)


def _problem(status: int, sentence: str) -> HTMLResponse:
    step = "Go back to the shop and start the checkout from its cart."
    return _page("problem.html", status, reasons=[sentence], next_step=step)


def _page(template: str, status: int = 200, **values: object) -> HTMLResponse:
    return HTMLResponse(_environment.get_template(template).render(**values), status)


def _money(amount: Decimal, currency_code: str = "") -> str:
    """With the decimals of its currency, and with more if the amount has more."""
    own = -int(amount.normalize().as_tuple().exponent)
    return f"{amount:,.{max(decimals_of(currency_code), own)}f}"


_environment = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters["money"] = _money
