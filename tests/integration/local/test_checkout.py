"""The demo checkout: what it shows is what it charges, it charges once, and it sells nothing it cannot."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from include.local.checkout.app import make_app
from tests.support.catalogues import Product, Published, Variant
from tests.support.crm_rows import fetch_rows

HOST = "http://127.0.0.1"


@pytest.fixture
def checkout(crm_url: str) -> Iterator[TestClient]:
    with TestClient(make_app(crm_url), base_url=HOST, follow_redirects=False) as visitor:
        yield visitor


@pytest.fixture
def shop(crm: psycopg.Connection[Any]) -> Published:
    """Two teas, one with an override price, and a cup."""
    shop = Published(crm, currency="USD")
    shop.sync(
        Product(1, (Variant(11, "TEA-S", "10.00", "Small"), Variant(12, "TEA-L", "1234.50", "Large"))),
        Product(2, (Variant(21, "CUP", "5.00"),), name="Cup <b>&"),
    )
    shop.override("TEA-S", "8.325")
    crm.commit()
    return shop


def item(shop: Published, sku: str, quantity: int = 1) -> str:
    variant = shop.variant(sku)
    return f"{variant['campaign_product_id']}.{variant['variant_detail_id']}:{quantity}"


def fields(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))


def form_of(checkout: TestClient, query: str) -> dict[str, str]:
    page = checkout.get(f"/cart?{query}")
    assert page.status_code == 200, page.text
    return {name: value.replace("&amp;", "&") for name, value in fields(page.text).items()}


def orders(crm: psycopg.Connection[Any]) -> list[dict[str, Any]]:
    crm.rollback()
    return fetch_rows(crm, "SELECT * FROM crm.customer_order ORDER BY order_id")


def test_the_order_is_what_the_page_showed(
    checkout: TestClient, shop: Published, crm: psycopg.Connection[Any]
) -> None:
    items = [item(shop, "TEA-S", 3), item(shop, "TEA-L"), item(shop, "CUP", 2)]
    query = f"products={';'.join(items)}&cart=abc&utm=mail"

    page = checkout.get(f"/cart?{query}").text

    cells = [
        re.sub(r"<[^>]+>|\s+", " ", row).split() for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    ]
    assert cells[1:] == [
        ["Tea", "Kind:", "Small", "3", "8.325", "24.98"],
        ["Tea", "Kind:", "Large", "1", "1,234.50", "1,234.50"],
        ["Cup", "&lt;b&gt;&amp;", "2", "5.00", "10.00"],
        ["Total", "1,269.48", "USD"],
    ]
    assert "Pay 1,269.48 USD" in page

    paid = checkout.post("/pay", data=form_of(checkout, query))

    (order,) = orders(crm)
    assert paid.status_code == 303
    assert paid.headers["location"] == f"/paid/{order['order_id']}"
    assert (order["order_type"], order["order_status"], order["is_test"]) == ("NEW_SALE", "COMPLETE", False)
    assert (order["price"], order["total_amount"], order["currency_code"]) == (
        Decimal("1269.48"),
        Decimal("1269.48"),
        "USD",
    )
    assert order["completed_at"] is not None
    lines = fetch_rows(crm, "SELECT * FROM crm.customer_order_line ORDER BY line_number")
    assert [(line["sku"], line["quantity"], line["price"]) for line in lines] == [
        ("TEA-S", 3, Decimal("8.325")),
        ("TEA-L", 1, Decimal("1234.50")),
        ("CUP", 2, Decimal("5.00")),
    ]
    assert "1,269.48 USD" in checkout.get(paid.headers["location"]).text


def test_one_cart_is_one_order_however_often_pay_is_pressed(
    checkout: TestClient, shop: Published, crm: psycopg.Connection[Any]
) -> None:
    pages = [form_of(checkout, f"products={item(shop, 'CUP')}&cart=abc") for _ in range(2)]

    with ThreadPoolExecutor(4) as people:
        answers = list(people.map(lambda form: checkout.post("/pay", data=form), [*pages, *pages]))

    assert len({answer.headers["location"] for answer in answers}) == 1
    assert len(orders(crm)) == 1


def test_without_a_cart_each_page_is_one_order(
    checkout: TestClient, shop: Published, crm: psycopg.Connection[Any]
) -> None:
    pages = [form_of(checkout, f"products={item(shop, 'CUP')}") for _ in range(2)]

    for form in [*pages, *pages]:
        checkout.post("/pay", data=form)

    assert len(orders(crm)) == 2


def test_a_cart_with_other_contents_is_another_order(
    checkout: TestClient, shop: Published, crm: psycopg.Connection[Any]
) -> None:
    for quantity in (1, 2):
        checkout.post("/pay", data=form_of(checkout, f"products={item(shop, 'CUP', quantity)}&cart=abc"))

    assert [order["total_amount"] for order in orders(crm)] == [Decimal("5.00"), Decimal("10.00")]


def test_nobody_pays_a_total_that_they_did_not_see(
    checkout: TestClient, shop: Published, crm: psycopg.Connection[Any]
) -> None:
    form = form_of(checkout, f"products={item(shop, 'CUP')}&cart=abc")
    shop.override("CUP", "6.00")

    answer = checkout.post("/pay", data=form)

    assert answer.status_code == 409
    assert "The total is now 6.00 USD" in answer.text
    assert orders(crm) == []


def test_what_cannot_be_sold_is_named_and_nothing_is_ordered(
    checkout: TestClient, shop: Published, crm: psycopg.Connection[Any]
) -> None:
    query = f"products={item(shop, 'CUP')};{item(shop, 'TEA-S')}"
    form = form_of(checkout, query)
    off = Variant(21, "CUP", "5.00", purchasing_disabled=True)
    shop.sync(Product(2, (off,), name="Cup <b>&"), allow_mass_removal=True)
    crm.commit()

    shown, paid = checkout.get(f"/cart?{query}"), checkout.post("/pay", data=form)

    assert (shown.status_code, paid.status_code) == (409, 409)
    for page in (shown.text, paid.text):
        assert "Cup &lt;b&gt;&amp; cannot be bought at the moment." in page
        assert "Tea - Small is no longer in the shop." in page
        assert "<button" not in page
    assert orders(crm) == []


@pytest.mark.parametrize(
    "query",
    [
        "",
        "products=",
        "products=1",
        "products=1.1:1&products=1.1:1",
        "products=%3Cscript%3E",
    ],
)
def test_a_link_that_cannot_be_read_gets_a_sentence(checkout: TestClient, query: str) -> None:
    page = checkout.get(f"/cart?{query}")

    assert page.status_code == 422
    assert "This checkout link" in page.text or "of this checkout link" in page.text
    assert "<script" not in page.text


def test_the_page_is_for_this_machine_and_its_own_form(checkout: TestClient, shop: Published) -> None:
    form = form_of(checkout, f"products={item(shop, 'CUP')}")

    assert checkout.get("/", headers={"Host": "checkout.example.com"}).status_code == 400
    assert checkout.post("/pay", data=form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert checkout.post("/pay", data={**form, "link": "a" * 8_001}).status_code == 422
    assert checkout.get("/paid/12").status_code == 404
    assert checkout.get("/nothing").status_code == 404
    assert checkout.get("/").headers["Content-Security-Policy"].startswith("default-src 'none'")
