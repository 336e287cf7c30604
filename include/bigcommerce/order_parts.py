"""The parts of an order that refunds refer to, and its status (orders.v2.oas2.yml)."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

import msgspec

from include.bigcommerce.client import StoreClient
from include.bigcommerce.contract import Id, decode
from include.bigcommerce.orders import SCOPE

LINES_PER_PAGE = 250
# More pages than an order can have: a store that repeats its first page for ever is not believed.
_MOST_PAGES = 100


class StoreLine(msgspec.Struct, frozen=True):
    """A line of an order. Nothing else of it is read, so nothing else can make it unreadable."""

    id: Id
    quantity: int
    sku: str | None = None


class _Address(msgspec.Struct):
    id: Id


_LINES = msgspec.json.Decoder(list[StoreLine], strict=False)
_ADDRESSES = msgspec.json.Decoder(list[_Address], strict=False)


def order_lines(client: StoreClient, order_id: int, *, at_least: int) -> list[StoreLine]:
    """The lines of an order, by id: the first `at_least` of them, perhaps more.

    Reading ends when so many are read, or with a page that adds none. Raises any BigCommerceError.
    """
    path = f"/v2/orders/{order_id}/products"
    lines: dict[int, StoreLine] = {}
    for page in range(1, _MOST_PAGES + 1):
        params: dict[str, str | int] = {"limit": LINES_PER_PAGE, "page": page}
        response = client.send("GET", path, params=params, scope=SCOPE, safe_to_repeat=True)
        if response.status_code == HTTPStatus.NO_CONTENT:
            break
        found = decode(_LINES, response.content, path=path)
        known = len(lines)
        lines |= {line.id: line for line in found}
        if len(lines) == known or len(lines) >= at_least:
            break
    return [lines[line_id] for line_id in sorted(lines)]


def shipping_address_id(client: StoreClient, order_id: int) -> int | None:
    """The id of an order's first shipping address, None if it has none. Raises any BigCommerceError."""
    path = f"/v2/orders/{order_id}/shipping_addresses"
    response = client.send("GET", path, scope=SCOPE, safe_to_repeat=True)
    if response.status_code == HTTPStatus.NO_CONTENT:
        return None
    addresses = decode(_ADDRESSES, response.content, path=path)
    return addresses[0].id if addresses else None


def set_order_status(
    client: StoreClient, order_id: int, status_id: int, *, may_leave: Callable[[], bool] = lambda: True
) -> None:
    """Set the status of an order; setting it twice is the same as once.

    `may_leave` is called right before each request leaves. Raises any BigCommerceError.
    """
    client.send(
        "PUT",
        f"/v2/orders/{order_id}",
        json={"status_id": status_id},
        scope=SCOPE,
        safe_to_repeat=True,
        may_leave=may_leave,
    )
