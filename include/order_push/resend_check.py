"""Before an order is sent a second time: whether BigCommerce has it after all.

The look-up by external_order_id found nothing, more than once. But a filter may hide an order, and archived
orders are in no plain list. So the listing by id is read as well, plain and archived. Where a store does not
filter by `is_deleted`, the ids that the listing skips are looked up one by one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from include.bigcommerce.client import StoreClient
from include.bigcommerce.errors import RequestRefused
from include.bigcommerce.orders import StoreOrder, get_order, list_archived_orders, list_orders

# More skipped ids than that are for people to look at.
MOST_SKIPPED_IDS = 25
# Ids beyond the newest listed order, which may itself be archived.
_BEYOND_NEWEST = 2


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
    if archived is not None:
        found.add(archived)
        return found
    first = after_id + 1 if after_id else min(listed_ids, default=1)
    last = max(listed_ids, default=after_id) + _BEYOND_NEWEST
    skipped = [order_id for order_id in range(first, last + 1) if order_id not in listed_ids]
    if len(skipped) > MOST_SKIPPED_IDS:
        found.is_whole = False
        return found
    found.add(order for order_id in skipped if (order := get_order(client, order_id)))
    return found


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
