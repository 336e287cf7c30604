"""The pages of the demo checkout: the cart with its prices and the button *Pay*, and the order it makes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from secrets import token_hex
from typing import Annotated

import psycopg
from fastapi import APIRouter, Depends, Form, HTTPException, Request, status
from fastapi.responses import HTMLResponse, RedirectResponse

from include.checkout.basket import Basket, Line, fill_basket
from include.checkout.links import LONGEST_LINK, Contents, parse
from include.crm import checkout_variants, orders
from include.crm.currencies import rounded
from include.crm.database import Connection, explained_errors
from include.crm.ids import read_id
from include.crm.orders import CustomerOrder, OrderLine
from include.crm.session import prepare_session
from include.errors import FixData
from include.local.checkout.orders import CUSTOMER, is_ours, key_of, take_order
from include.local.checkout.rendering import money, render

router = APIRouter()


class TotalChanged(FixData):
    """The total is no longer the one that the shopper saw; nothing was ordered."""

    http_status = 409

    def __init__(self, basket: Basket) -> None:
        super().__init__(
            "A price changed while you were here, so nothing was paid. The total is now "
            f"{money(basket.total, basket.currency_code)} {basket.currency_code}.",
            "Go back and reload the page to see the new prices.",
        )


@dataclass(frozen=True)
class Row:
    """A line as people read it."""

    name: str
    details: str
    quantity: int
    price: Decimal
    amount: Decimal


def _connect(request: Request) -> Iterator[Connection]:
    with explained_errors(), psycopg.connect(request.app.state.crm_url, connect_timeout=5) as crm:
        prepare_session(crm, statement_timeout=5)
        yield crm


# Committed and closed before the response is sent.
Crm = Annotated[Connection, Depends(_connect, scope="function")]


@router.get("/")
def start() -> HTMLResponse:
    """Where people land without a link."""
    return render("start.html")


@router.get("/cart")
def show_cart(request: Request, crm: Crm) -> HTMLResponse:
    """What the link asks for, at the prices that will be charged."""
    link = f"?{request.scope['query_string'].decode('latin-1')}"
    contents = parse(link)
    basket = _basket(crm, contents)
    return render(
        "cart.html",
        basket=basket,
        rows=[_row_of_basket(line) for line in basket.lines],
        link=link,
        press=token_hex(16),
        customer=CUSTOMER,
        other_parameters=contents.other_parameters,
    )


@router.post("/pay")
def pay(
    request: Request,
    crm: Crm,
    link: Annotated[str, Form(max_length=LONGEST_LINK)],
    press: Annotated[str, Form(max_length=64)],
    total: Annotated[str, Form(max_length=64)],
) -> RedirectResponse:
    """Take the order, at the total that the shopper saw or not at all."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise HTTPException(status.HTTP_403_FORBIDDEN)
    contents = parse(link)
    basket = _basket(crm, contents)
    if total != str(basket.total):
        raise TotalChanged(basket)
    order_id = take_order(crm, basket, key_of(contents, press))
    return RedirectResponse(f"/paid/{order_id}", status.HTTP_303_SEE_OTHER)


@router.get("/paid/{order_id}")
def show_order(crm: Crm, order_id: str) -> HTMLResponse:
    """The order that was paid here."""
    number = read_id(order_id) or 0
    order = orders.read(crm, [number]).get(number)
    if order is None or not is_ours(order.client_order_id):
        raise HTTPException(status.HTTP_404_NOT_FOUND)
    return render("paid.html", order=order, rows=[_row_of_order(line, order) for line in order.lines])


def _basket(crm: Connection, contents: Contents) -> Basket:
    variants = checkout_variants.read(crm, [item.variant_detail_id for item in contents.items])
    return fill_basket(contents.items, variants)


def _row_of_basket(line: Line) -> Row:
    options = ", ".join(f"{option['name']}: {option['value']}" for option in line.variant.options)
    return Row(line.variant.product_name, options, line.quantity, line.variant.price, line.amount)


def _row_of_order(line: OrderLine, order: CustomerOrder) -> Row:
    amount = rounded(line.price * line.quantity, order.currency_code)
    return Row(line.name, line.sku, line.quantity, line.price, amount)
