"""Creates and finds a store's orders (V2 orders: orders.v2.oas2.yml of BigCommerce's official files).

Nothing in BigCommerce keeps one order from being created twice: there is no idempotency key. So
`create_order` never sends twice, and says as OutcomeUnknown when it does not know what became of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from email.utils import format_datetime

import msgspec
import requests

from include.bigcommerce.client import StoreClient
from include.bigcommerce.contract import Id, decode, unexpected
from include.bigcommerce.errors import BigCommerceError

SCOPE = "store_v2_orders"
_PATH = "/v2/orders"
_ORDERS_PER_PAGE = 250


class StoreOrder(msgspec.Struct, frozen=True):
    """An order as BigCommerce has it; archived ones are `is_deleted`.

    Nothing more is read: an odd amount in another app's order must not keep ours from being found.
    """

    id: Id
    external_order_id: str | None = None
    is_deleted: bool = False
    date_created: str | None = None  # RFC 2822; as whoever created the order gave it


class _Created(msgspec.Struct):
    id: Id


_CREATED = msgspec.json.Decoder(_Created)
_ORDERS = msgspec.json.Decoder(list[StoreOrder])


def create_order(client: StoreClient, body: Mapping[str, object]) -> int:
    """Create one order from the body of POST /v2/orders; its id in BigCommerce.

    Decimals go out digit by digit. Raises RequestRefused (a clear no), OutcomeUnknown (it may have been
    created: look it up), TryLater or CredentialsError (it certainly was not); what the store says in them
    is without the customer's address.
    """
    try:
        response = client.send("POST", _PATH, json=body, scope=SCOPE, safe_to_repeat=False)
    except BigCommerceError as error:
        error.blot_out(_personal(body))
        raise
    return decode(_CREATED, response.content, method="POST", path=_PATH).id


def read_one(client: StoreClient) -> None:
    """Ask for one order, whichever: to learn whether the token may. Raises BigCommerceError."""
    client.send("GET", _PATH, params={"limit": "1"}, scope=SCOPE, safe_to_repeat=True)


def _personal(body: Mapping[str, object]) -> list[str]:
    """What stands in an order's addresses, but for countries and states, which errors are often about."""
    shipping = body.get("shipping_addresses")
    addresses = [body.get("billing_address"), *(shipping if isinstance(shipping, list) else [])]
    return [
        str(value)
        for address in addresses
        if isinstance(address, dict)
        for name, value in address.items()
        if name not in ("country", "country_iso2", "state")
    ]


def find_orders(client: StoreClient, external_order_id: str) -> list[StoreOrder]:
    """The orders that carry this external_order_id; uniqueness is not enforced, so there may be several.

    Raises any BigCommerceError.
    """
    params: dict[str, str | int] = {"external_order_id": external_order_id, "limit": _ORDERS_PER_PAGE}
    found = _decoded(client.send("GET", _PATH, params=params, scope=SCOPE, safe_to_repeat=True))
    # A store that ignored the filter would make any order look like ours.
    return [order for order in found if order.external_order_id == external_order_id]


def list_orders(
    client: StoreClient, *, modified_since: datetime | None = None, after_id: int = 0
) -> Iterator[list[StoreOrder]]:
    """The orders of ids > `after_id`, made or changed since a time (with its zone), page by page, by id.

    By id, none is skipped when orders come meanwhile; by date of change, because the date of creation may be
    given by whoever creates an order. Raises any BigCommerceError.
    """
    params: dict[str, str | int] = {
        "sort": "id:asc",
        "limit": _ORDERS_PER_PAGE,
        "min_id": after_id + 1,
    }
    if modified_since:
        params["min_date_modified"] = format_datetime(modified_since)
    while page := _decoded(client.send("GET", _PATH, params=params, scope=SCOPE, safe_to_repeat=True)):
        ids = [order.id for order in page]
        if ids != sorted(set(ids)) or ids[0] < int(params["min_id"]):
            raise unexpected("the ids in $ are not in the order or the range that was asked for", path=_PATH)
        yield page
        params["min_id"] = ids[-1] + 1


def _decoded(response: requests.Response) -> list[StoreOrder]:
    """Nothing found is 204 without a body, or an empty list."""
    return [] if response.status_code == 204 else decode(_ORDERS, response.content, path=_PATH)
