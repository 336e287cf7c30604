"""Checks whether BigCommerce has an order after all, before it is sent a second time.

The look-up by external_order_id found nothing, more than once. But a filter may hide an order, and archived
orders are in no plain list. So the listing by id is read as well, plain and archived. Where a store does not
filter by `is_deleted`, or does not show whether it does, the ids that the listing skips are looked up one by
one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from include.bigcommerce.client import StoreClient
from include.bigcommerce.errors import RequestRefused
from include.bigcommerce.order_answers import StoreOrder
from include.bigcommerce.orders import get_order, list_archived_orders, list_orders, newest_order_id

# If more single ids had to be looked up than this, a person decides.
MOST_LOOK_UPS = 40
# After so many ids in a row without an order, a store has no more orders.
_MISSES_AT_THE_END = 3
# A store numbers its orders from here, unless its merchant chose another number.
_FIRST_ORDER_ID = 100


@dataclass
class StoreOrders:
    """The orders of a store by external_order_id; `is_whole`: whether archived ones are among them."""

    by_external_id: dict[str, list[StoreOrder]] = field(default_factory=dict)
    is_whole: bool = True

    def add(self, orders: Iterable[StoreOrder]) -> None:
        """Keep those that carry an external_order_id."""
        for order in orders:
            if order.external_order_id is None:
                continue
            known = self.by_external_id.setdefault(order.external_order_id, [])
            if order.id not in {each.id for each in known}:
                known.append(order)


def orders_since(client: StoreClient, after_id: int, time: datetime) -> StoreOrders:
    """Every order since a time that the API shows, archived or not. Raises any BigCommerceError.

    `after_id` is the highest id from before that time; with 0, which is none, the time alone counts.
    """
    since = None if after_id else time
    found = StoreOrders()
    listed_ids = set()
    for page in list_orders(client, modified_since=since, after_id=after_id):
        found.add(page)
        listed_ids |= {order.id for order in page}
    archived = _archived(client, after_id, since)
    # An empty answer shows that the store filters only if there was something to filter.
    if archived is not None and (archived or listed_ids):
        found.add(archived)
        return found
    newest = max(listed_ids, default=0) or after_id or newest_order_id(client) or _FIRST_ORDER_ID - 1
    found.is_whole = _add_skipped(found, client, listed_ids, newest, after_id, time)
    return found


def _add_skipped(
    found: StoreOrders, client: StoreClient, listed_ids: set[int], newest: int, after_id: int, time: datetime
) -> bool:
    """Add the orders that the listing skipped, by id; False if they are too many to look each up.

    Upwards until the ids end, then downwards to `after_id` or to an order last changed before `time`: ids
    ascend by creation, so every lower one is older.
    """
    look_ups = 0

    def looked_up(order_id: int) -> StoreOrder | None:
        nonlocal look_ups
        look_ups += 1
        order = get_order(client, order_id, store_has_answered=True)
        found.add([order] if order else [])
        return order

    order_id, misses = newest, 0
    while misses < _MISSES_AT_THE_END:
        if look_ups == MOST_LOOK_UPS:
            return False
        order_id += 1
        misses = 0 if looked_up(order_id) else misses + 1
    lowest = min(listed_ids, default=newest)
    order_id, misses = newest, 0
    while order_id > after_id and (after_id or misses < _MISSES_AT_THE_END):
        if order_id not in listed_ids:
            if look_ups == MOST_LOOK_UPS:
                return False
            order = looked_up(order_id)
            if order and order.date_modified and order.date_modified < time:
                break
            misses = 0 if order or order_id > lowest else misses + 1
        order_id -= 1
    return True


def _archived(client: StoreClient, after_id: int, since: datetime | None) -> list[StoreOrder] | None:
    """The archived orders; None if the store does not filter by `is_deleted`."""
    archived: list[StoreOrder] = []
    try:
        for page in list_archived_orders(client, modified_since=since, after_id=after_id):
            if not all(order.is_deleted for order in page):
                return None
            archived += page
    except RequestRefused:
        return None
    return archived
