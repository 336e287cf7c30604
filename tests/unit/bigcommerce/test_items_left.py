"""How many items of an order are still to be shipped, by its lines."""

from __future__ import annotations

import pytest

from include.bigcommerce.errors import UnexpectedResponse
from include.bigcommerce.items_left import read_items_left
from include.bigcommerce.order_answers import StoreOrder
from tests.support.dictated_store import Answer
from tests.support.store_clients import Connect, Dictate

PARTIALLY_SHIPPED, SHIPPED = 3, 2
ORDER = StoreOrder(101, status_id=PARTIALLY_SHIPPED, items_total=3)


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ({}, 3),
        ({"quantity_shipped": 1, "quantity_refunded": 1}, 1),
        ({"quantity_shipped": 2, "quantity_refunded": 1}, 0),
        ({"quantity_shipped": 3, "quantity_refunded": 1}, 0),  # a piece came back
        ({"quantity_shipped": "1", "quantity_refunded": 1.0}, 1),
        ({"quantity_shipped": None, "quantity_refunded": ""}, 3),
        ({"quantity_shipped": False, "quantity_refunded": {}}, 3),
        ({"type": "digital"}, 0),
        ({"type": "giftcertificate", "quantity_shipped": 1}, 0),
    ],
)
def test_items_that_are_neither_shipped_nor_refunded_are_left(
    connect: Connect, dictate: Dictate, line: dict[str, object], left: int
) -> None:
    client = connect(dictate(Answer(body=[{"id": 1, "quantity": 3, **line}])))
    assert read_items_left(client, ORDER) == left


def test_line_without_a_quantity_proves_nothing(connect: Connect, dictate: Dictate) -> None:
    with pytest.raises(UnexpectedResponse, match="quantity"):
        read_items_left(connect(dictate(Answer(body=[{"id": 1}]))), ORDER)


def test_lines_are_read_only_where_the_status_does_not_say(connect: Connect, dictate: Dictate) -> None:
    store = dictate()
    assert read_items_left(connect(store), StoreOrder(101, status_id=SHIPPED)) is None
    assert store.received == []
