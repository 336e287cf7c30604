"""Looks up uncertain orders: one by one or, if they are many, in a listing of the store's newest orders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

from include.bigcommerce.client import StoreClient
from include.bigcommerce.errors import BigCommerceError
from include.bigcommerce.order_answers import StoreOrder
from include.bigcommerce.orders import ORDERS_PER_PAGE, Found, find_orders, list_orders
from include.crm.order_ledger_counts import accepted_since
from include.crm.order_ledger_rows import Claim
from include.ledger.lease import Deadline
from include.order_push.clock_tolerance import CLOCK_TOLERANCE
from include.order_push.recording import Call, Recorder
from include.order_push.translate import external_order_id

# So many look-ups each page of a listing has to save, as it holds orders of other apps, too.
LOOK_UPS_A_PAGE_SAVES = 10


def look_ups(
    client: StoreClient, recorder: Recorder, claims: Sequence[Claim], lease_seconds: float
) -> Iterator[Call]:
    """The look-ups to make. Records the orders that a listing shows, or that the store cannot be listed."""
    listed: dict[str | None, list[StoreOrder]] = {}
    if since := _listed_since(recorder, claims):
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


def _listed_since(recorder: Recorder, claims: Sequence[Claim]) -> datetime | None:
    """When the orders of a listing have to begin; None where looking up each order costs less."""
    sent = [held.sent_at for held in claims if held.sent_at]
    if len(sent) < LOOK_UPS_A_PAGE_SAVES:
        return None
    since = min(sent) - CLOCK_TOLERANCE
    pages = 1 + accepted_since(recorder.crm, recorder.source.data_source_id, since) // ORDERS_PER_PAGE
    return since if len(sent) >= LOOK_UPS_A_PAGE_SAVES * pages else None
