"""Counts the items of an order that are still to be shipped (orderProducts of orders.v2.oas2.yml).

An order counts its items and those shipped, but not those refunded. Only its lines say how many of each were
shipped and refunded. Digital products and gift certificates are not shipped. Where some pieces of a line were
shipped and some refunded, nobody can say whether they are the same pieces: not even the order of events, as a
returned piece and one that is out of stock are both refunded after others were shipped. They are taken for
different ones. Otherwise an order whose last piece was out of stock would be late for ever.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import msgspec

from include.bigcommerce.client import StoreClient
from include.bigcommerce.contract import Id, decode, unexpected
from include.bigcommerce.money import read_number
from include.bigcommerce.order_answers import ORDERS, StoreOrder, read_whole_number
from include.bigcommerce.order_parts import LINES_PER_PAGE
from include.bigcommerce.order_statuses import PARTLY_DONE
from include.bigcommerce.orders import SCOPE
from include.bigcommerce.shipments import MOST_FAILURES

# More pages than an order can have lines on: the store ignores the page number.
_MOST_PAGES = 100
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
    path = f"{ORDERS}/{order.id}/products"
    lines: dict[int, _Line] = {}
    for page in range(1, _MOST_PAGES + 1):
        params: dict[str, str | int] = {"limit": LINES_PER_PAGE, "page": page}
        response = client.send(
            "GET", path, params=params, scope=SCOPE, safe_to_repeat=True, most_failures=MOST_FAILURES
        )
        if response.status_code == HTTPStatus.NO_CONTENT:
            break
        known = len(lines)
        lines |= {line.id: line for line in decode(_LINES, response.content, path=path)}
        items = sum(line.quantity for line in lines.values())
        if len(lines) == known or (order.items_total is not None and items >= order.items_total):
            break
    else:
        raise unexpected("$ has more pages than an order has lines", path=path)
    return sum(_left(line) for line in lines.values() if line.type not in _NOT_SHIPPED)


def _left(line: _Line) -> int:
    done = (read_whole_number(number) or 0 for number in (line.quantity_shipped, line.quantity_refunded))
    return max(0, line.quantity - sum(done))
