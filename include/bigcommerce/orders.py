"""Creates and finds a store's orders (V2 orders: orders.v2.oas2.yml of BigCommerce's official files).

BigCommerce has no idempotency key: nothing keeps one order from being created twice. So `create_order` never
sends twice, and raises OutcomeUnknown when it does not know whether the order was created.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import msgspec
import requests

from include.bigcommerce.client import StoreClient
from include.bigcommerce.contract import Id, NotAsAgreed, decode, unexpected
from include.bigcommerce.damaged_json import items, members, repair
from include.bigcommerce.errors import BigCommerceError, RequestRefused

log = logging.getLogger(__name__)

SCOPE = "store_v2_orders"
# Refunded, Cancelled, Declined, Partially Refunded
UNDONE_STATUSES = frozenset({4, 5, 6, 14})
_PATH = "/v2/orders"
_ORDERS_PER_PAGE = 250


class StoreOrder(msgspec.Struct, frozen=True):
    """An order as BigCommerce has it; archived ones are `is_deleted`.

    Other apps write what they like into their orders. So of everything but the id, only values of the
    expected type are kept; anything else counts as absent.
    """

    id: int
    external_order_id: str | None = None
    is_deleted: bool = False
    date_created: str | None = None  # RFC 2822, as the creator of the order gave it
    status_id: int | None = None
    date_modified: datetime | None = None


@dataclass(frozen=True)
class Found:
    """The answer to a look-up: the orders that carry the id, and whether their absence can be believed.

    An answer that holds orders under other ids was not filtered: the order may exist nevertheless.
    """

    matches: list[StoreOrder]
    proves_absence: bool = True


class _Created(msgspec.Struct):
    id: Id


class _Row(msgspec.Struct):
    id: Id
    external_order_id: Any = None
    is_deleted: Any = False
    date_created: Any = None
    status_id: Any = None
    date_modified: Any = None


# Words of BigCommerce's own error messages for orders (orders.v2.oas2.yml).
_WORDS = """
    a address an and are be billing can cannot card choice code color country customer date discount email
    exceeds field for has id in insufficient invalid is item items left mandatory maximum message method
    minimum missing more name no not of one only option options or order orders out payment phone price
    product products quantity reason required shipping size sku state status stock store street supplied tax
    the this to total value values variant variants was with zip
"""
_WORDS_OF_MESSAGES = frozenset(_WORDS.split())
_CREATED = msgspec.json.Decoder(_Created)
_ROW = msgspec.json.Decoder(_Row)
_ID = msgspec.json.Decoder(Id)
_ANY = msgspec.json.Decoder(Any)


def create_order(
    client: StoreClient, body: Mapping[str, object], *, may_leave: Callable[[], bool] = lambda: True
) -> int:
    """Create one order from the body of POST /v2/orders; returns its id in BigCommerce.

    Decimals are sent digit by digit. `may_leave` is called right before each request leaves; once it is
    False, nothing is sent. Raises RequestRefused (a clear no), OutcomeUnknown (it may have been
    created: look it up), TryLater or CredentialsError (it certainly was not); the store's message in them
    does not hold the customer's address.
    """
    try:
        response = client.send(
            "POST", _PATH, json=body, scope=SCOPE, safe_to_repeat=False, may_leave=may_leave
        )
    except BigCommerceError as error:
        error.hide(_personal(body))
        raise
    return decode(_CREATED, response.content, method="POST", path=_PATH).id


def read_one(client: StoreClient) -> None:
    """Read any one order, to learn whether the token may. Raises BigCommerceError."""
    client.send("GET", _PATH, params={"limit": "1"}, scope=SCOPE, safe_to_repeat=True)


def _personal(body: Mapping[str, object]) -> list[str]:
    """The texts of an order's addresses, except countries and states, which errors are often about.

    A name such as Stock, which is a word of BigCommerce's own messages, stays: hiding it would only hide
    what the message is about.
    """
    shipping = body.get("shipping_addresses")
    addresses = [body.get("billing_address"), *(shipping if isinstance(shipping, list) else [])]
    return [
        str(value)
        for address in addresses
        if isinstance(address, dict)
        for name, value in address.items()
        if name not in ("country", "country_iso2", "state")
        and not set(str(value).casefold().split()) <= _WORDS_OF_MESSAGES
    ]


def find_orders(client: StoreClient, external_order_id: str) -> Found:
    """The orders that carry this external_order_id; there may be several, since uniqueness is not enforced.

    Raises any BigCommerceError.
    """
    params: dict[str, str | int] = {"external_order_id": external_order_id, "limit": _ORDERS_PER_PAGE}
    found, unreadable = _decoded(client.send("GET", _PATH, params=params, scope=SCOPE, safe_to_repeat=True))
    matches = [order for order in found if order.external_order_id == external_order_id]
    return Found(matches, proves_absence=not unreadable and len(matches) == len(found))


def get_order(client: StoreClient, order_id: int) -> StoreOrder | None:
    """One order by its id in BigCommerce, archived or not; None if there is none. Raises BigCommerceError."""
    try:
        response = client.send("GET", f"{_PATH}/{order_id}", scope=SCOPE, safe_to_repeat=True)
    except RequestRefused as error:
        if error.status == HTTPStatus.NOT_FOUND:
            return None
        raise
    if response.status_code == HTTPStatus.NO_CONTENT:
        return None
    order = _read(response.content)
    if order is None:
        raise unexpected("$ is not an order", path=_PATH)
    return order


def list_archived_orders(
    client: StoreClient, *, modified_since: datetime | None = None, after_id: int = 0
) -> Iterator[list[StoreOrder]]:
    """As list_orders, asking for archived orders alone.

    The official file no longer lists the filter `is_deleted`: a store may refuse it (RequestRefused), or
    ignore it and give orders that are not archived.
    """
    return _list(client, {"is_deleted": "true", **_since(modified_since)}, after_id)


def list_orders(
    client: StoreClient, *, modified_since: datetime | None = None, after_id: int = 0
) -> Iterator[list[StoreOrder]]:
    """The orders of ids > `after_id`, created or changed since a time (with its zone), page by page, by id.

    Paging by id skips no order when others come meanwhile. The date of change is used because the creator of
    an order may choose its date of creation. Raises any BigCommerceError.
    """
    return _list(client, _since(modified_since), after_id)


def newest_order_id(client: StoreClient) -> int | None:
    """The highest id of the orders that are listed; None if there are none. Raises BigCommerceError."""
    params: dict[str, str | int] = {"sort": "id:desc", "limit": 1}
    orders, _ = _decoded(client.send("GET", _PATH, params=params, scope=SCOPE, safe_to_repeat=True))
    return max((order.id for order in orders), default=None)


def _since(time: datetime | None) -> dict[str, str]:
    return {"min_date_modified": format_datetime(time)} if time else {}


def _list(client: StoreClient, filters: Mapping[str, str], after_id: int) -> Iterator[list[StoreOrder]]:
    params: dict[str, str | int] = {
        "sort": "id:asc",
        "limit": _ORDERS_PER_PAGE,
        "min_id": after_id + 1,
        **filters,
    }
    while True:
        page, unreadable = _decoded(
            client.send("GET", _PATH, params=params, scope=SCOPE, safe_to_repeat=True)
        )
        ids = [order.id for order in page]
        if not page and unreadable:
            raise unexpected("no row in $ is an order", path=_PATH)
        if not page:
            return
        if ids != sorted(set(ids)) or ids[0] < int(params["min_id"]):
            raise unexpected("the ids in $ are not in the requested order or range", path=_PATH)
        yield page
        params["min_id"] = ids[-1] + 1


def _decoded(response: requests.Response) -> tuple[list[StoreOrder], int]:
    """The orders of an answer, and the number of its rows that are not orders and are passed over.

    Nothing found is 204 without a body, or an empty list.
    """
    if response.status_code == HTTPStatus.NO_CONTENT:
        return [], 0
    try:
        rows = items(response.content)
    except ValueError as error:
        raise unexpected("$ is not a list, or is cut off", path=_PATH) from error
    orders = [order for row in rows if (order := _read(row))]
    if len(orders) < len(rows):
        log.warning("%d rows of GET %s are not orders and are passed over.", len(rows) - len(orders), _PATH)
    return orders, len(rows) - len(orders)


def _read(piece: bytes) -> StoreOrder | None:
    """An order, from no more than the members that we need; None if it has no usable id."""
    try:
        row = _ROW.decode(piece)
    except NotAsAgreed:
        if (parted := _in_pieces(piece)) is None:
            return None
        row = parted
    return StoreOrder(
        row.id,
        row.external_order_id if isinstance(row.external_order_id, str) else None,
        row.is_deleted is True,
        row.date_created if isinstance(row.date_created, str) else None,
        row.status_id if type(row.status_id) is int else None,
        _moment(row.date_modified),
    )


def _in_pieces(piece: bytes) -> _Row | None:
    """A row that does not decode as a whole: each member alone, so that a damaged one counts as absent."""
    try:
        found = members(piece)
        row = _Row(_ID.decode(found["id"]))
    except (ValueError, KeyError, *NotAsAgreed):
        return None
    for name in set(_Row.__struct_fields__[1:]) & found.keys():
        with suppress(*NotAsAgreed):
            setattr(row, name, _ANY.decode(repair(found[name])))
    return row


def _moment(text: Any) -> datetime | None:
    """A date of V2, which is RFC 2822; None for anything else."""
    try:
        moment = parsedate_to_datetime(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None
