"""Reads the lines of an order, as many pages as are needed (orderProducts of orders.v2.oas2.yml)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from http import HTTPStatus
from typing import Any, Protocol, TypeVar

import msgspec

from include.bigcommerce.client import StoreClient
from include.bigcommerce.contract import Id, decode, unexpected
from include.bigcommerce.order_answers import ORDERS
from include.bigcommerce.orders import SCOPE

_LINES_PER_PAGE = 250
# More pages than an order can have lines on: the store ignores the page number.
_MOST_PAGES = 100


class HasId(Protocol):
    """A line, whatever else is read of it."""

    @property
    def id(self) -> int:
        """BigCommerce's id of the line."""


class StoreLine(msgspec.Struct, frozen=True):
    """A line of an order. Nothing else of it is read, so nothing else can make it unreadable.

    `sku` is whatever the store writes: one of digits may be a number.
    """

    id: Id
    quantity: int
    sku: Any = None


_Line = TypeVar("_Line", bound=HasId)
_LINES = msgspec.json.Decoder(list[StoreLine], strict=False)


def order_lines(client: StoreClient, order_id: int, *, at_least: int) -> list[StoreLine]:
    """The lines of an order, by id: the first `at_least`, perhaps more. Raises any BigCommerceError."""
    return read_lines(client, order_id, _LINES, are_enough=lambda lines: len(lines) >= at_least)


def read_lines(
    client: StoreClient,
    order_id: int,
    decoder: msgspec.json.Decoder[list[_Line]],
    *,
    are_enough: Callable[[Collection[_Line]], bool],
    most_failures: int | None = None,
) -> list[_Line]:
    """The lines of an order, by id; perhaps more than are enough.

    Reading ends as soon as they are enough, or with a page that adds none. Raises any BigCommerceError.
    """
    path = f"{ORDERS}/{order_id}/products"
    lines: dict[int, _Line] = {}
    for page in range(1, _MOST_PAGES + 1):
        params: dict[str, str | int] = {"limit": _LINES_PER_PAGE, "page": page}
        response = client.send(
            "GET", path, params=params, scope=SCOPE, safe_to_repeat=True, most_failures=most_failures
        )
        if response.status_code == HTTPStatus.NO_CONTENT:
            break
        known = len(lines)
        lines |= {line.id: line for line in decode(decoder, response.content, path=path)}
        if len(lines) == known or are_enough(lines.values()):
            break
    else:
        raise unexpected("$ has more pages than an order has lines", path=path)
    return [lines[line_id] for line_id in sorted(lines)]
