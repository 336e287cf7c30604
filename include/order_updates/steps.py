"""The order updates of one store, as tasks and the command line call them; each opens its connections."""

from __future__ import annotations

import logging
from dataclasses import asdict
from typing import Any

from include.connections.crm import open_crm
from include.connections.store import open_store
from include.crm import data_sources, store_orders
from include.metrics.catalogue import ORDER_UPDATES, SHIPMENTS
from include.order_push.errors import StorePaused
from include.order_push.run_request import TimeSpan
from include.order_updates import orders_to_read, summary
from include.order_updates.errors import NoPushedOrders
from include.order_updates.order_reader import Counts
from include.plurals import count_of

log = logging.getLogger(__name__)

# Seconds after which a request gives up: the next run starts in a few minutes.
PATIENCE_SECONDS = 60.0
NO_STORE = "No active data source has orders in BigCommerce that may still change."


def pushed_to(store_hash: str | None = None) -> dict[str, Any]:
    """The stores that have orders of ours to look at, as {summary, stores}, or only the named one.

    `stores` are {store_hash, store_name}. Raises NoDataSource, StorePaused and NoPushedOrders for a store
    that was named.
    """
    with open_crm() as crm:
        found = store_orders.stores(crm, store_hash)
        if store_hash and not found:
            if data_sources.required(crm, store_hash).is_paused:
                raise StorePaused(store_hash)
            raise NoPushedOrders(store_hash)
    number = len(found)
    return {
        "summary": f"{count_of(number, 'store has', 'stores have')} orders" if number else NO_STORE,
        "stores": [asdict(store) for store in found],
    }


def update(store_hash: str, span: TimeSpan | None = None) -> dict[str, Any]:
    """Read what changed since the last look, or the orders changed in a period, as {summary, counts}.

    Raises any BigCommerceError, after everything that can be read was read.
    """
    with open_crm() as crm, open_store(store_hash, patience=PATIENCE_SECONDS) as client:
        source = data_sources.required(crm, store_hash)
        counts = (
            orders_to_read.read_period(crm, client, source, *span)
            if span
            else orders_to_read.read_changes(crm, client, source)
        )
    return _summed_up(store_hash, source.store_name, counts)


def read_unseen(store_hash: str) -> dict[str, Any]:
    """Ask for the unshipped orders that the store has not listed for a day, as {summary, counts}.

    Raises any BigCommerceError, after everything that can be read was read.
    """
    with open_crm() as crm, open_store(store_hash, patience=PATIENCE_SECONDS) as client:
        source = data_sources.required(crm, store_hash)
        counts = orders_to_read.read_unseen(crm, client, source)
    return _summed_up(store_hash, source.store_name, counts)


def _summed_up(store_hash: str, store_name: str, counts: Counts) -> dict[str, Any]:
    ORDER_UPDATES.add(counts.orders, store=store_hash)
    for change, number in (
        ("new", counts.shipments),
        ("changed", counts.changed_shipments),
        ("voided", counts.voided_shipments),
    ):
        SHIPMENTS.add(number, store=store_hash, change=change)
    sentence = summary.sentence(store_name, counts)
    log.info(sentence)
    return {"summary": sentence, "counts": asdict(counts)}
