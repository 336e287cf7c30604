"""Lists the orders that changed since a time, in as few requests as can prove that none is missing.

A page of the newest changes that reaches back to an order from before that time is complete: nothing can
lie between. If it does not reach back that far, all orders that changed since are listed by id. Unlike a
list by date, no order can move under that one while it is read: a change only ever makes its date later.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from include.bigcommerce.client import StoreClient
from include.bigcommerce.order_answers import ORDERS, StoreOrder, read_orders
from include.bigcommerce.orders import ORDERS_PER_PAGE, SCOPE, list_orders
from include.bigcommerce.timestamps import read_rfc2822_time


@dataclass(frozen=True)
class OrderChanges:
    """The orders that changed, page by page.

    `store_time` is the store's clock when they were requested, None if it did not say. An order from before
    the requested time may be among them. Reading a page raises any BigCommerceError.
    """

    store_time: datetime | None
    pages: Iterator[list[StoreOrder]]


def changes_since(client: StoreClient, since: datetime, known_change: datetime | None) -> OrderChanges:
    """The orders that changed after a time by the store's clock, which sends one request at once.

    `known_change`: when an order last changed that is known to have changed before; without one, a page
    cannot show that it is complete. Raises any BigCommerceError.
    """
    reach = min(since, known_change or since)
    params: dict[str, str | int] = {
        "sort": "date_modified:desc",
        "limit": ORDERS_PER_PAGE,
        "min_date_modified": format_datetime(reach),
    }
    answer = client.send("GET", ORDERS, params=params, scope=SCOPE, safe_to_repeat=True)
    newest, unreadable = read_orders(answer)
    if _is_complete(newest, since) and not unreadable:
        pages = iter([newest] if newest else [])
    else:
        pages = list_orders(client, modified_since=since)
    return OrderChanges(read_rfc2822_time(answer.headers.get("Date")), pages)


def _is_complete(newest: list[StoreOrder], since: datetime) -> bool:
    """Whether a page of orders, latest change first, has every one that changed after a time."""
    dates = [order.date_modified for order in newest]
    if not dates:
        return True
    readable = [date for date in dates if date]
    in_order = readable == sorted(readable, reverse=True)
    return len(readable) == len(dates) and in_order and readable[-1] <= since
