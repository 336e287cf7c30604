"""Counts the items of an order that are still to be shipped (orderProducts of orders.v2.oas2.yml).

An order counts its items and those shipped, but not those refunded. Only its lines say how many of each were
shipped and refunded. Digital products and gift certificates are not shipped. Where some pieces of a line were
shipped and some refunded, nobody can say whether they are the same pieces: not even the order of events, as a
returned piece and one that is out of stock are both refunded after others were shipped. They are taken for
different ones. Otherwise an order whose last piece was out of stock would be late for ever.
"""

from __future__ import annotations

from typing import Any

import msgspec

from include.bigcommerce.client import StoreClient
from include.bigcommerce.contract import Id
from include.bigcommerce.money import read_number
from include.bigcommerce.order_answers import StoreOrder, read_whole_number
from include.bigcommerce.order_lines import read_lines
from include.bigcommerce.order_statuses import PARTLY_DONE
from include.bigcommerce.shipments import MOST_FAILURES

_NOT_SHIPPED = frozenset({"digital", "giftcertificate"})


class _Line(msgspec.Struct):
    id: Id
    quantity: int
    quantity_shipped: Any = None
    quantity_refunded: Any = None
    type: Any = ""


_LINES = msgspec.json.Decoder(list[_Line], strict=False, float_hook=read_number)


def read_items_left(client: StoreClient, order: StoreOrder) -> int | None:
    """How many items of an order are neither shipped nor refunded.

    None where the order's status says whether any are. One request is enough if its answer holds as many
    items as the order has. Raises any BigCommerceError.
    """
    if order.status_id not in PARTLY_DONE:
        return None
    lines = read_lines(
        client,
        order.id,
        _LINES,
        are_enough=lambda lines: (
            order.items_total is not None and sum(line.quantity for line in lines) >= order.items_total
        ),
        most_failures=MOST_FAILURES,
    )
    return sum(_left(line) for line in lines if line.type not in _NOT_SHIPPED)


def _left(line: _Line) -> int:
    done = (read_whole_number(number) or 0 for number in (line.quantity_shipped, line.quantity_refunded))
    return max(0, line.quantity - sum(done))
