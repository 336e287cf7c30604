"""Finds the orders of a store to read: changed ones, those of a period, and those it has stopped listing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from heapq import nlargest

from include.bigcommerce.client import StoreClient
from include.bigcommerce.order_changes import changes_since
from include.bigcommerce.orders import list_orders
from include.crm import store_orders
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.crm.store_order_rows import Cursor
from include.order_push.clock_tolerance import CLOCK_TOLERANCE
from include.order_updates.order_reader import Counts, Reader

# A transaction that marks an order as pushed may become visible this much later than its own time says.
LATE_COMMIT = timedelta(hours=1)
# A webhook's hint is kept in a short transaction of its own.
LATE_HINT = timedelta(minutes=1)
# The next list must reach back to a change that is known. An order that changes again leaves its place in the
# list, so the list reaches back over this many.
KNOWN_CHANGES = 10
# At most so many orders that the store no longer lists are looked up in one run.
MOST_LOOK_UPS = 1_000
# At most so many right after their webhooks: if there are more, BigCommerce called late, and most of their
# changes are known already. The next look reads the others.
MOST_AT_ONCE = 100


def _utc_now() -> datetime:
    return datetime.now(timezone.utc)


def read_changes(
    crm: Connection,
    client: StoreClient,
    source: DataSource,
    *,
    now: Callable[[], datetime] = _utc_now,
) -> Counts:
    """Read what changed since the last look; the first one reads everything since the first order of ours.

    One request if nothing changed. An order that cannot be read does not keep the others from being read;
    its error is raised at the end, and the next look reads it. Orders that a webhook was about, and that are
    not listed, were archived or deleted: they are read by their ids. Raises any BigCommerceError.
    """
    cursor = store_orders.cursor(crm, source.data_source_id)
    crm.commit()
    reader = Reader(crm, client, source, now)
    if cursor.read_until is None:
        return reader.counts
    our_time = now()
    changes = changes_since(client, cursor.read_until - CLOCK_TOLERANCE, cursor.known_change_at)
    read_until = min(filter(None, (changes.store_time, our_time)))
    known_changes: list[datetime] = []
    failed = []
    listed_ids = set()
    for page in changes.pages:
        listed_ids |= {order.id for order in page}
        failed += reader.read(page, changes.store_time)
        dates = (order.date_modified for order in page if order.date_modified)
        earlier = (date for date in dates if date <= read_until - CLOCK_TOLERANCE)
        known_changes = nlargest(KNOWN_CHANGES, [*known_changes, *earlier])
    pushed_since = cursor.looked_at - LATE_COMMIT if cursor.looked_at else None
    never_read = store_orders.never_read(crm, source.data_source_id, pushed_since)
    hinted_since = cursor.looked_at - LATE_HINT if cursor.looked_at else None
    hinted = store_orders.hinted(crm, source.data_source_id, hinted_since)
    crm.commit()
    unlisted = sorted({*hinted} - listed_ids - {*never_read})
    reader.read_by_id(never_read)
    reader.read_by_id(unlisted[:MOST_AT_ONCE])
    is_complete = not reader.failures and len(unlisted) <= MOST_AT_ONCE
    store_orders.move_cursor(
        crm,
        source.data_source_id,
        read_until=min([read_until, *(order.date_modified or cursor.read_until for order in failed)]),
        known_change_at=cursor.known_change_at if reader.failures else _last(known_changes, cursor),
        looked_at=cursor.now if is_complete else None,
    )
    crm.commit()
    _raise_first(reader)
    return reader.counts


def read_period(
    crm: Connection, client: StoreClient, source: DataSource, from_time: datetime, to_time: datetime
) -> Counts:
    """Read every order of ours that last changed in [from_time, to_time), whether it was read or not.

    The next look begins where it would have begun anyway. Raises as `read_changes` does.
    """
    reader = Reader(crm, client, source)
    for page in list_orders(client, modified_since=from_time, modified_until=to_time):
        reader.read(page, None, also_known=True)
    _raise_first(reader)
    return reader.counts


def read_unseen(crm: Connection, client: StoreClient, source: DataSource) -> Counts:
    """Ask for each unshipped order that the store has not listed for a day: deleted ones are listed no more.

    One request for each such order. Raises as `read_changes` does.
    """
    reader = Reader(crm, client, source)
    unseen = store_orders.long_unseen(crm, source.data_source_id, MOST_LOOK_UPS)
    crm.commit()
    reader.read_by_id(unseen)
    _raise_first(reader)
    return reader.counts


def _last(known_changes: list[datetime], cursor: Cursor) -> datetime | None:
    return known_changes[-1] if known_changes else cursor.known_change_at


def _raise_first(reader: Reader) -> None:
    if reader.failures:
        raise reader.failures[0]
