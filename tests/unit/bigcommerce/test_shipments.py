"""Shipments as stores send them, however odd they are."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from include.bigcommerce.errors import StoreUnavailable, UnexpectedResponse
from include.bigcommerce.shipments import MOST_FAILURES, ShippedItem, StoreShipment, list_shipments
from tests.support.dictated_store import Answer
from tests.support.store_clients import Connect, Dictate

ITEMS = [{"order_product_id": 7, "product_id": 101, "quantity": 2}]
PLAIN: dict[str, Any] = {"id": 1, "items": ITEMS}
END = Answer(204, b"")


def read(connect: Connect, dictate: Dictate, row: dict[str, Any]) -> StoreShipment:
    found = list_shipments(connect(dictate(Answer(body=[row]))), 100, items_shipped=2)
    assert found is not None
    [shipment] = found.shipments
    return shipment


def test_shipment_is_read_with_its_items(connect: Connect, dictate: Dictate) -> None:
    row = {
        **PLAIN,
        "shipping_provider": "ups",
        "shipping_provider_display_name": "UPS",
        "shipping_method": "Ship by  Weight",
        "tracking_number": "1Z\u0000 999",
        "generated_tracking_link": "https://example.com/1Z",
        "date_created": "Sat, 28 Nov 2026 10:00:00 +0000",
    }
    assert read(connect, dictate, row) == StoreShipment(
        id=1,
        carrier="UPS",
        shipping_method="Ship by Weight",
        tracking_number="1Z 999",
        tracking_link="https://example.com/1Z",
        shipped_at=datetime(2026, 11, 28, 10, tzinfo=timezone.utc),
        items=(ShippedItem(7, 101, 2),),
    )


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//example.com/1",
        "https://",
        "https://[bad",
        "https://example.com/a b",
        "https://example.com/" + "x" * 500,
        7,
        None,
    ],
)
def test_only_a_whole_web_address_is_a_tracking_link(
    link: object, connect: Connect, dictate: Dictate
) -> None:
    assert read(connect, dictate, {**PLAIN, "tracking_link": link}).tracking_link == ""


def test_link_of_the_merchant_goes_before_the_stores_own(connect: Connect, dictate: Dictate) -> None:
    links = {"tracking_link": "http://shop.example/1", "generated_tracking_link": "https://ups.example/1"}
    assert read(connect, dictate, {**PLAIN, **links}).tracking_link == "http://shop.example/1"


def test_numbers_of_an_item_may_be_text(connect: Connect, dictate: Dictate) -> None:
    item = {"order_product_id": "7", "product_id": "101", "quantity": "2"}
    assert read(connect, dictate, {**PLAIN, "items": [item]}).items == (ShippedItem(7, 101, 2),)


def test_odd_values_cost_only_themselves(connect: Connect, dictate: Dictate) -> None:
    odd = [
        *ITEMS,
        None,
        {},
        {"order_product_id": 8, "quantity": 0},
        {"order_product_id": "9a", "quantity": 1},
    ]
    row = {"id": 1, "items": odd, "tracking_number": {}, "date_created": "soon", "shipping_method": "x" * 999}
    shipment = read(connect, dictate, row)
    assert shipment.items == (ShippedItem(7, 101, 2),)
    assert (shipment.tracking_number, shipment.shipped_at) == ("", None)
    assert len(shipment.shipping_method) == 100


@pytest.mark.parametrize("body", [b'[{"id":0}]', b'[{"items":[]}]', b"[null]", b'{"id":1}'])
def test_unreadable_shipment_is_an_error_because_it_would_count_as_deleted(
    body: bytes, connect: Connect, dictate: Dictate
) -> None:
    with pytest.raises(UnexpectedResponse, match="shipments"):
        list_shipments(connect(dictate(Answer(body=body))), 100, items_shipped=None)


@pytest.mark.parametrize(
    ("items_shipped", "requests"),
    [(2, 1), (1, 1), (3, 2), (None, 2)],
)
def test_a_further_page_is_requested_only_while_shipped_items_are_missing(
    items_shipped: int | None, requests: int, connect: Connect, dictate: Dictate
) -> None:
    store = dictate(Answer(body=[PLAIN]), END)
    found = list_shipments(connect(store), 100, items_shipped=items_shipped)
    assert found is not None
    assert [shipment.id for shipment in found.shipments] == [1]
    assert len(store.received) == requests


def test_store_that_ignores_the_page_number_does_not_go_on_for_ever(
    connect: Connect, dictate: Dictate
) -> None:
    found = list_shipments(connect(dictate(Answer(body=[PLAIN]))), 100, items_shipped=9)
    assert found is not None
    assert [shipment.id for shipment in found.shipments] == [1]


def test_order_without_shipments_differs_from_a_deleted_order(connect: Connect, dictate: Dictate) -> None:
    nothing = list_shipments(connect(dictate(END)), 100, items_shipped=0)
    assert nothing is not None
    assert nothing.shipments == []
    gone = Answer(404, [{"status": 404, "message": "The order was not found."}])
    assert list_shipments(connect(dictate(gone)), 100, items_shipped=0) is None


def test_order_that_the_store_fails_on_is_given_up_soon(connect: Connect, dictate: Dictate) -> None:
    store = dictate(Answer(500))
    with pytest.raises(StoreUnavailable):
        list_shipments(connect(store), 100, items_shipped=1)
    assert len(store.received) == MOST_FAILURES


def test_shipments_of_another_order_are_not_taken_for_this_ones(connect: Connect, dictate: Dictate) -> None:
    for ours in (100, "100", None):
        assert read(connect, dictate, {**PLAIN, "order_id": ours}).id == 1
    with pytest.raises(UnexpectedResponse, match="another order"):
        read(connect, dictate, {**PLAIN, "order_id": 101})
