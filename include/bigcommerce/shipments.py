"""Reads the shipments of one order (orderShipment of orders.v2.oas2.yml)."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import msgspec
import requests

from include.bigcommerce.client import StoreClient
from include.bigcommerce.contract import DECODING_ERRORS, Id, names_another, unexpected
from include.bigcommerce.damaged_json import items, repair
from include.bigcommerce.errors import RequestRefused
from include.bigcommerce.order_answers import LARGEST_NUMBER, ORDERS, read_text, read_whole_number
from include.bigcommerce.orders import SCOPE
from include.bigcommerce.timestamps import read_rfc2822_time

log = logging.getLogger(__name__)

SHIPMENTS_PER_PAGE = 250
# More pages than that hold no shipments of one order: the store ignores the page number.
_MOST_PAGES = 100
# One order that the store fails on must not hold up the others.
MOST_FAILURES = 3
LONGEST_TEXT = 100  # characters
LONGEST_LINK = 500  # as the official file allows for a link of the merchant's own


@dataclass(frozen=True)
class ShippedItem:
    """So many of one line of an order; `product_id` is None for a line that is not in the catalogue."""

    order_product_id: int
    product_id: int | None
    quantity: int


@dataclass(frozen=True)
class StoreShipment:
    """A shipment; texts are cleaned and bounded, and the tracking link is http or https, else empty."""

    id: int
    carrier: str
    shipping_method: str
    tracking_number: str
    tracking_link: str
    shipped_at: datetime | None
    items: tuple[ShippedItem, ...]


class _Row(msgspec.Struct):
    id: Id
    order_id: Any = None
    tracking_carrier: Any = None
    shipping_provider: Any = None
    shipping_provider_display_name: Any = None
    shipping_method: Any = None
    tracking_number: Any = None
    tracking_link: Any = None
    generated_tracking_link: Any = None
    date_created: Any = None
    items: Any = None


_ROW = msgspec.json.Decoder(_Row, strict=False)


@dataclass(frozen=True)
class Shipments:
    """All valid shipments of an order, and the time by the store's clock if its answer said it."""

    shipments: list[StoreShipment]
    store_time: datetime | None


def list_shipments(client: StoreClient, order_id: int, *, items_shipped: int | None) -> Shipments | None:
    """The shipments of an order by its id in BigCommerce; None if they are not found, perhaps with the order.

    One request is enough if its answer holds as many items as the order says were shipped
    (`items_shipped`; None: unknown), or none: a short page alone does not show that it is the last. Raises
    any BigCommerceError.
    """
    path = f"{ORDERS}/{order_id}/shipments"
    found: dict[int, StoreShipment] = {}
    for page in range(1, _MOST_PAGES + 1):
        params: dict[str, str | int] = {"limit": SHIPMENTS_PER_PAGE}
        if page > 1:
            params["page"] = page
        try:
            answer = client.send(
                "GET", path, params=params, scope=SCOPE, safe_to_repeat=True, most_failures=MOST_FAILURES
            )
        except RequestRefused as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return None
            raise
        known = len(found)
        found.update((shipment.id, shipment) for shipment in _read(answer, path, order_id))
        shipped = sum(item.quantity for shipment in found.values() for item in shipment.items)
        if len(found) == known or (items_shipped is not None and shipped >= items_shipped):
            return Shipments(list(found.values()), read_rfc2822_time(answer.headers.get("Date")))
    raise unexpected("$ has more pages than an order has shipments", path=path)


def _read(answer: requests.Response, path: str, order_id: int) -> list[StoreShipment]:
    """The shipments of an answer. Raises UnexpectedResponse: one that is skipped would count as deleted."""
    if answer.status_code == HTTPStatus.NO_CONTENT:
        return []
    try:
        rows = [_ROW.decode(repair(row)) for row in items(answer.content)]
    except (ValueError, *DECODING_ERRORS) as error:
        raise unexpected("$ is not a list of shipments, or is cut off", path=path) from error
    if any(names_another(row.order_id, order_id) for row in rows):
        raise unexpected("$ holds shipments of another order", path=path)
    return [_shipment(row) for row in rows]


def _shipment(row: _Row) -> StoreShipment:
    names = (row.shipping_provider_display_name, row.tracking_carrier, row.shipping_provider)
    links = (row.tracking_link, row.generated_tracking_link)
    return StoreShipment(
        row.id,
        next(filter(None, (read_text(name, LONGEST_TEXT) for name in names)), ""),
        read_text(row.shipping_method, LONGEST_TEXT),
        read_text(row.tracking_number, LONGEST_TEXT),
        next(filter(None, map(_link, links)), ""),
        read_rfc2822_time(row.date_created),
        _items(row.items),
    )


def _link(value: Any) -> str:
    """An address that a page may link to; empty for any other, such as javascript:, and for a cut one."""
    link = read_text(value, LONGEST_LINK + 1)
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    fits = len(link) <= LONGEST_LINK and " " not in link
    return link if fits and parts.scheme in ("http", "https") and parts.hostname else ""


def _items(value: Any) -> tuple[ShippedItem, ...]:
    """The items of a shipment by line, each line once; what is no item is skipped."""
    quantities: dict[int, int] = {}
    products: dict[int, int | None] = {}
    for item in value if isinstance(value, list) else ():
        if not isinstance(item, dict):
            continue
        line, product, quantity = (
            _positive(item.get(name)) for name in ("order_product_id", "product_id", "quantity")
        )
        if line and quantity:
            quantities[line] = min(quantities.get(line, 0) + quantity, LARGEST_NUMBER)
            products[line] = product
    return tuple(ShippedItem(line, products[line], quantity) for line, quantity in quantities.items())


def _positive(value: Any) -> int | None:
    """A whole number above 0; None for anything else."""
    return read_whole_number(value, 2**63 - 1) or None
