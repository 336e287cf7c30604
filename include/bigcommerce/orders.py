"""Creates and finds a store's orders (V2 orders: orders.v2.oas2.yml of BigCommerce's official files).

BigCommerce has no idempotency key: nothing keeps one order from being created twice. So `create_order` never
sends twice, and raises OutcomeUnknown when it does not know whether the order was created.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any

import msgspec

from include.bigcommerce.client import StoreClient
from include.bigcommerce.contract import Id, decode, unexpected
from include.bigcommerce.errors import BigCommerceError, RequestRefused
from include.bigcommerce.order_answers import ORDERS, StoreOrder, read_order, read_orders

SCOPE = "store_v2_orders"
ORDERS_PER_PAGE = 250


@dataclass(frozen=True)
class Found:
    """The answer to a look-up: the orders that carry the id, and whether their absence can be believed.

    An answer that holds orders under other ids was not filtered: the order may still exist.
    """

    matches: list[StoreOrder]
    proves_absence: bool = True


class _Created(msgspec.Struct):
    id: Id
    external_order_id: Any = None


# Words of BigCommerce's own error messages for orders (orders.v2.oas2.yml).
_WORDS = """
    a address an and are be billing can cannot card choice code color country customer date discount email
    exceeds field for has id in insufficient invalid is item items left mandatory maximum message method
    minimum missing more name no not of one only option options or order orders out payment phone price
    product products quantity reason required shipping size sku state status stock store street supplied tax
    the this to total value values variant variants was with zip
"""
_WORDS_OF_MESSAGES = frozenset(_WORDS.split())
_CREATED = msgspec.json.Decoder(_Created, strict=False)


def create_order(
    client: StoreClient, body: Mapping[str, object], *, may_leave: Callable[[], bool] = lambda: True
) -> StoreOrder:
    """Create one order from the body of POST /v2/orders; returns it as BigCommerce answers that it has it.

    Decimals are sent digit by digit. `may_leave` is called right before each request leaves; once it is
    False, nothing is sent. Raises RequestRefused (a clear no), OutcomeUnknown (it may have been
    created: look it up), TryLater or CredentialsError (it certainly was not); the store's message in them
    does not hold the customer's address.
    """
    try:
        response = client.send(
            "POST", ORDERS, json=body, scope=SCOPE, safe_to_repeat=False, may_leave=may_leave
        )
    except BigCommerceError as error:
        error.redact(_personal(body))
        raise
    created = decode(_CREATED, response.content, method="POST", path=ORDERS)
    if created.external_order_id not in (body.get("external_order_id"), None, ""):
        raise unexpected("$ is another order", method="POST", path=ORDERS)
    return read_order(response.content) or StoreOrder(created.id)


def read_one(client: StoreClient) -> None:
    """Read any one order, to learn whether the token may and the store answers. Raises BigCommerceError."""
    client.send("GET", ORDERS, params={"limit": "1"}, scope=SCOPE, safe_to_repeat=True)


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
    params: dict[str, str | int] = {"external_order_id": external_order_id, "limit": ORDERS_PER_PAGE}
    found, unreadable = read_orders(
        client.send("GET", ORDERS, params=params, scope=SCOPE, safe_to_repeat=True)
    )
    matches = {order.id: order for order in found if order.external_order_id == external_order_id}
    is_filtered = all(order.id in matches for order in found)
    return Found(list(matches.values()), proves_absence=not unreadable and is_filtered)


def get_order(client: StoreClient, order_id: int, *, store_has_answered: bool = False) -> StoreOrder | None:
    """One order by its id in BigCommerce, archived or not; None if there is none. Raises BigCommerceError.

    A store that is closed may answer everything with 404. So that an order is missing counts only if the
    store answers another request right afterwards, or has just done so (`store_has_answered`).
    """
    response = None
    try:
        response = client.send("GET", f"{ORDERS}/{order_id}", scope=SCOPE, safe_to_repeat=True)
    except RequestRefused as error:
        if error.status != HTTPStatus.NOT_FOUND:
            raise
    if response is None or response.status_code == HTTPStatus.NO_CONTENT:
        if not store_has_answered:
            read_one(client)
        return None
    order = read_order(response.content)
    if order is None or order.id != order_id:
        raise unexpected(f"$ is {'another' if order else 'not an'} order", path=ORDERS)
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
    client: StoreClient,
    *,
    modified_since: datetime | None = None,
    modified_until: datetime | None = None,
    after_id: int = 0,
) -> Iterator[list[StoreOrder]]:
    """The orders of ids > `after_id`, last changed in a time span (with its zone), page by page, by id.

    Paging by id skips no order when others come meanwhile. The date of change is used because the creator of
    an order may choose its date of creation. Raises any BigCommerceError.
    """
    until = {"max_date_modified": format_datetime(modified_until)} if modified_until else {}
    return _list(client, {**_since(modified_since), **until}, after_id)


def newest_order_id(client: StoreClient) -> int | None:
    """The highest id of the orders that are listed; None if there are none. Raises BigCommerceError."""
    params: dict[str, str | int] = {"sort": "id:desc", "limit": 1}
    orders, _ = read_orders(client.send("GET", ORDERS, params=params, scope=SCOPE, safe_to_repeat=True))
    return max((order.id for order in orders), default=None)


def _since(time: datetime | None) -> dict[str, str]:
    return {"min_date_modified": format_datetime(time)} if time else {}


def _list(client: StoreClient, filters: Mapping[str, str], after_id: int) -> Iterator[list[StoreOrder]]:
    params: dict[str, str | int] = {
        "sort": "id:asc",
        "limit": ORDERS_PER_PAGE,
        "min_id": after_id + 1,
        **filters,
    }
    while True:
        page, unreadable = read_orders(
            client.send("GET", ORDERS, params=params, scope=SCOPE, safe_to_repeat=True)
        )
        ids = [order.id for order in page]
        if not page and unreadable:
            raise unexpected("no row in $ is an order", path=ORDERS)
        if not page:
            return
        if ids != sorted(set(ids)) or ids[0] < int(params["min_id"]):
            raise unexpected("the ids in $ are not in the requested order or range", path=ORDERS)
        yield page
        params["min_id"] = ids[-1] + 1
