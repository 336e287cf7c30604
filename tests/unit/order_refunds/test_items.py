"""Which lines of an order in BigCommerce a refund of pieces is about."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal

import pytest

from include.bigcommerce.order_lines import order_lines
from include.bigcommerce.refunds import RefundItem
from include.crm.order_refunds import Refund, RefundedLine
from include.order_push.money import price_order
from include.order_refunds.items import piece_items
from tests.support.crm_orders import line, order
from tests.support.dictated_store import Answer
from tests.support.store_clients import Connect, Dictate


@pytest.mark.parametrize(
    "skus",
    [
        b'"101","102"',
        b"101,102",
        b'" 101 ",102',
    ],
)
def test_lines_are_told_apart_by_skus_that_the_store_writes_as_numbers(
    skus: bytes, connect: Connect, dictate: Dictate
) -> None:
    first, second = skus.split(b",")
    answer = b'[{"id":7,"quantity":2,"sku":%b},{"id":8,"quantity":"2","sku":%b}]' % (second, first)
    lines = order_lines(connect(dictate(Answer(body=answer))), 100, at_least=2)
    sent = price_order(order([line(sku="101"), line(line_number=2, sku="102")])).lines
    piece = RefundedLine(1, 1, "101", "Tea", 2)
    refund = Refund(5, 1234, Decimal(10), None, None, "", datetime.now(timezone.utc), "USD", (piece,))
    assert piece_items(refund, sent, lines, []) == [RefundItem("PRODUCT", 8, quantity=1)]
