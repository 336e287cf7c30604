"""A client has refunds quoted, makes them and reads them back."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.support.sandbox_client import SandboxClient
from tests.support.sandbox_visits import Visit
from tests.support.store_orders import ORDERS, line, order

ALL = "/v3/orders/payment_actions/refunds"


@pytest.fixture
def store(visit: Visit) -> SandboxClient:
    """A store with order 100: two pieces of 10.00 and 1.00 tax, shipping 4.00, discount 2.00."""
    store = visit()
    body = order(
        products=[line(price_inc_tax=11)],
        shipping_cost_ex_tax="4.0000",
        shipping_cost_inc_tax="4.0000",
        discount_amount="2.0000",
    )
    assert store.send("POST", ORDERS, json=body).status_code == 200
    return store


def act(store: SandboxClient, action: str, **body: Any) -> requests.Response:
    return store.send("POST", f"/v3/orders/100/payment_actions/{action}", json=body)


def pieces(quantity: int) -> dict[str, Any]:
    return {"item_type": "PRODUCT", "item_id": 100_001, "quantity": quantity}


def amount(value: float, **more: Any) -> dict[str, Any]:
    return {"item_type": "ORDER", "item_id": 100, "amount": value, **more}


def outside(value: float) -> list[dict[str, Any]]:
    return [{"provider_id": "custom", "amount": value, "offline": True}]


def refund(store: SandboxClient, value: float, **more: Any) -> requests.Response:
    return act(store, "refunds", items=[amount(value, **more)], payments=outside(value))


def status(store: SandboxClient) -> int:
    return int(store.get(f"{ORDERS}/100").json()["status_id"])


def listed(store: SandboxClient) -> list[dict[str, Any]]:
    return list(store.get("/v3/orders/100/payment_actions/refunds").json()["data"])


@pytest.mark.parametrize(
    ("items", "total", "tax"),
    [
        ([pieces(1)], 10.0, 1.0),  # its share of the discount is 1.00
        ([pieces(2)], 20.0, 2.0),
        ([amount(3.5)], 3.5, 0),
        ([{"item_type": "SHIPPING", "item_id": 1000, "amount": 4}, pieces(1)], 14.0, 1.0),
    ],
)
def test_quote_is_what_was_paid_for_the_items(
    store: SandboxClient, items: list[dict[str, Any]], total: float, tax: float
) -> None:
    answer = act(store, "refund_quotes", items=items)
    assert answer.status_code == 201
    quoted = answer.json()["data"]
    assert (quoted["total_refund_amount"], quoted["total_refund_tax_amount"]) == (total, tax)
    assert [[option["amount"] for option in method] for method in quoted["refund_methods"]] == [[total]]
    assert listed(store) == []


def test_quote_of_more_than_is_left_says_by_how_much(store: SandboxClient) -> None:
    quoted = act(store, "refund_quotes", items=[amount(30)]).json()["data"]
    assert (quoted["total_refund_amount"], quoted["adjustment"]) == (24.0, -6.0)


def test_refunds_are_listed_with_their_reason_and_set_the_status_and_move_no_stock(
    store: SandboxClient,
) -> None:
    stock = store.sandbox.catalogue.variant(1001).inventory_level
    made = refund(store, 4, reason="CRM refund 7").json()["data"]
    assert status(store) == 14
    assert refund(store, 20).status_code == 201
    assert status(store) == 4
    assert store.sandbox.catalogue.variant(1001).inventory_level == stock
    first, second = listed(store)
    assert first == made
    assert (first["reason"], first["items"][0]["reason"]) == ("CRM refund 7", "CRM refund 7")
    assert (first["total_amount"], second["total_amount"]) == (4.0, 20.0)
    assert store.get(f"{ALL}/2").json()["data"]["id"] == second["id"]
    assert store.get(f"{ORDERS}/100").json()["refunded_amount"] == "0.0000"


def test_refund_that_cannot_be_is_refused_and_changes_nothing(store: SandboxClient) -> None:
    refused = [
        refund(store, 24.01),
        act(store, "refunds", items=[pieces(3)], payments=outside(30)),
        act(store, "refunds", items=[amount(5)], payments=outside(4.99)),
        act(store, "refunds", items=[amount(5)], payments=[{"provider_id": "storecredit", "amount": 5}]),
        act(store, "refunds", items=[amount(5)], payments=[{"provider_id": "paypal", "amount": 5}]),
        act(store, "refunds", items=[], payments=outside(5)),
    ]
    assert [answer.status_code for answer in refused] == [422] * 6
    assert "guest" in refused[3].json()["data"][0]["title"]
    assert (listed(store), status(store)) == ([], 11)
    assert (
        store.send(
            "POST", "/v3/orders/1/payment_actions/refund_quotes", json={"items": [amount(1)]}
        ).status_code
        == 404
    )


def test_pieces_are_refunded_once(store: SandboxClient) -> None:
    assert act(store, "refunds", items=[pieces(1)], payments=outside(10)).status_code == 201
    assert act(store, "refund_quotes", items=[pieces(2)]).status_code == 422
    assert act(store, "refunds", items=[pieces(1)], payments=outside(10)).status_code == 201


def test_order_that_is_not_paid_is_not_refunded(store: SandboxClient) -> None:
    store.sandbox.orders.change(100, status_id=7)
    assert act(store, "refund_quotes", items=[amount(1)]).status_code == 422
    assert refund(store, 1).status_code == 422


def test_asynchronous_refund_is_made_later_and_until_then_the_only_one(store: SandboxClient) -> None:
    store.sandbox.settings.refund_takes_requests = 3
    assert refund(store, 4).status_code == 201
    assert refund(store, 4).status_code == 422
    assert (listed(store), len(list(store.sandbox.refunds))) == ([], 1)
    assert len(listed(store)) == 1
    assert status(store) == 14
    assert refund(store, 4).status_code == 201


def test_refunds_of_all_orders_are_filtered(store: SandboxClient) -> None:
    store.send("POST", ORDERS, json=order())
    refund(store, 1)
    store.sandbox.refunds.add(101, "2.50", "By hand")

    def found(**query: str) -> list[int]:
        return [each["id"] for each in store.get(ALL, **query).json()["data"]]

    assert found() == [1, 2]
    assert found(**{"order_id:in": "101,102"}) == [2]
    assert found(**{"id:in": "1"}) == [1]
    assert found(**{"created:min": "2099-01-01T00:00:00+00:00"}) == []
    assert found(**{"created:max": "2099-01-01T00:00:00+00:00", "limit": "1", "page": "2"}) == [2]
    assert store.get(ALL, colour="red").status_code == 422
    assert store.sandbox.refunds.one(2).total_amount == Decimal("2.50")


def test_refunds_are_kept_between_starts(visit: Visit, tmp_path: Path) -> None:
    first, second = visit(), visit()
    for each in (first, second):
        each.sandbox.orders.keep_in(tmp_path / f"orders-{each is first}")
        each.sandbox.refunds.keep_in(tmp_path / "refunds")
    first.send("POST", ORDERS, json=order())
    first.sandbox.refunds.add(100, 3)
    second.sandbox.refunds.keep_in(tmp_path / "refunds")
    assert second.sandbox.refunds.listed() == first.sandbox.refunds.listed()
