"""Looks up uncertain orders: one by one or, if they are many, in a listing of the store's newest orders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from include.bigcommerce.client import StoreClient
from include.bigcommerce.errors import BigCommerceError
from include.bigcommerce.order_answers import StoreOrder
from include.bigcommerce.orders import Found, find_orders, list_orders
from include.crm.order_ledger_rows import Claim
from include.ledger.lease import Deadline
from include.order_push.clock_tolerance import CLOCK_TOLERANCE
from include.order_push.recording import Call, Recorder
from include.order_push.translate import external_order_id

# From this many uncertain orders on, one listing of the store's newest orders costs less than many look-ups.
LISTING_PAYS_FROM = 10


def look_ups(
    client: StoreClient, recorder: Recorder, claims: Sequence[Claim], lease_seconds: float
) -> Iterator[Call]:
    """The look-ups to make. Records the orders that a listing shows, or that the store cannot be listed."""
    listed: dict[str | None, list[StoreOrder]] = {}
    if len(claims) >= LISTING_PAYS_FROM:
        since = min(held.sent_at for held in claims if held.sent_at) - CLOCK_TOLERANCE
        try:
            for page in list_orders(client, modified_since=since):
                for order in page:
                    listed.setdefault(order.external_order_id, []).append(order)
        except BigCommerceError as error:
            recorder.failure = error
            return
    for held in claims:
        name = external_order_id(held.order_id)
        if found := listed.get(name):
            recorder.found(held, Found(found))
        else:  # a listing by date proves nothing about orders that are not on it
            yield Call(held, partial(find_orders, client, name), Deadline(lease_seconds))
