"""Asks a store without webhooks which products changed since the last look, and keeps them as hints.

How no change is missed: the cursor is a time by the store's clock, and never later than by ours. Each look
begins a tolerance earlier, for clocks that differ; where the store's is further behind, the look is repeated
from as much earlier. A change that was listed before has the same date, and is no new hint. That date has
whole seconds, so what was listed within moments of its change is a hint again at the next look. Deleted
products are on no list: webhooks report them, and full syncs find them.
"""

from __future__ import annotations

from datetime import datetime

from include.bigcommerce.client import StoreClient
from include.bigcommerce.product_changes import ChangedProduct, products_changed_since
from include.crm import change_hints
from include.crm.change_hints import QuickLook
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.order_push.clock_tolerance import CLOCK_TOLERANCE, SAME_MOMENT


def begin_quick_look(crm: Connection, source: DataSource) -> QuickLook:
    """Record that a look begins; the next follows after the interval, even if the store does not answer."""
    look = change_hints.begin_quick_look(crm, source.data_source_id)
    crm.commit()
    return look


def quick_look(
    crm: Connection, client: StoreClient, source: DataSource, looked_until: datetime, now: datetime
) -> int:
    """Keep changes as hints; returns how many are new. It takes one request if nothing changed.

    `looked_until` and `now` are those of `begin_quick_look`. Raises any BigCommerceError.
    """
    since = looked_until - CLOCK_TOLERANCE
    changes = products_changed_since(client, since)
    looked_at = min(filter(None, (changes.store_time, now)))
    if (behind := now - looked_at) > CLOCK_TOLERANCE:
        since -= behind
        changes = products_changed_since(client, since)
    store_time = changes.store_time or now
    new = 0
    for page in changes.pages:
        for product in page:
            if product.changed_at is None or product.changed_at >= since:
                new += change_hints.keep(
                    crm, source.data_source_id, "product", product.id, _event(product, store_time)
                )
        crm.commit()
    change_hints.end_quick_look(crm, source.data_source_id, max(looked_at, looked_until))
    crm.commit()
    return new


def _event(product: ChangedProduct, store_time: datetime) -> str:
    """A text that differs for each change of a product, as far as dates can tell changes apart.

    `store_time` is the store's clock when it was listed. Another change may follow within the same second.
    """
    changed_at = product.changed_at
    if changed_at is None:
        return f"{product.id} seen {store_time.isoformat()}"
    is_too_soon = -CLOCK_TOLERANCE < store_time - changed_at < SAME_MOMENT
    too_soon = f" seen {store_time.isoformat()}" if is_too_soon else ""
    return f"{product.id} changed {changed_at.isoformat()}{too_soon}"
