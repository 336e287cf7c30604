"""The steps of the DAG of store changes; each function opens its own connections."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from include.connections.crm import open_crm
from include.connections.store import open_store
from include.crm import change_hints, change_pauses, data_sources
from include.crm.change_hints import DueStore
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.dag_ids import dag_id_of
from include.order_updates import steps as order_updates
from include.plurals import count_of
from include.product_sync.change_sync import sync_changes
from include.product_sync.errors import AnotherSyncRuns
from include.product_sync.steps import exclusive
from include.store_changes.quick_look import begin_quick_look, quick_look

log = logging.getLogger(__name__)

NOTHING_DUE = "Nothing changed in any store."
# Seconds after which a request of a quick look gives up: the next one follows in minutes.
PATIENCE_SECONDS = 20.0


def due_stores(*, at_once: bool = False) -> dict[str, Any]:
    """The stores that have something to do, as {summary, stores, flooded}; `at_once` ends all pauses before.

    `stores` are {store_hash, store_name}. `flooded` are the ids of the DAGs of stores in which more products
    changed than are worth reading one by one: a full sync of each is to be triggered, once an hour at most.
    """
    with open_crm() as crm:
        if at_once:
            change_pauses.end_all(crm)
        due = change_hints.due_stores(crm)
        flooded = [
            store for store in due if store.is_flooded and change_hints.mark_flooded(crm, store.store_hash)
        ]
        crm.commit()
    sentences = [
        f"{store.store_name}: {count_of(store.products, 'product')} changed, so a full sync is started"
        for store in flooded
    ]
    return {
        "summary": "; ".join(sentences) or (f"{len(due):,} with changes" if due else NOTHING_DUE),
        "stores": [_named(store) for store in due if not store.is_flooded],
        "flooded": [dag_id_of(store.store_hash) for store in flooded],
    }


def more_stores() -> list[dict[str, str]]:
    """The stores with something to do by now, as those of `due_stores`."""
    with open_crm() as crm:
        return [_named(store) for store in change_hints.due_stores(crm) if not store.is_flooded]


def follow(store_hash: str, dag_run_url: str | None = None) -> dict[str, Any]:
    """Read a store's orders, ask which products changed, and sync those, as far as due; {summary}.

    Raises the first error after all was attempted; the next run repeats what failed.
    """
    with open_crm() as crm:
        source = data_sources.required(crm, store_hash)
        due = _due(crm, store_hash)
    sentences: list[str] = []
    errors: list[Exception] = []
    attempts: dict[str, Callable[[], str]] = {
        "reading orders": lambda: _read_orders(source) if due and due.has_orders else "",
        "the quick look": lambda: _look(source) if due and due.is_quick_look_due else "",
        "syncing products": lambda: _sync_products(source, dag_run_url),
    }
    for doing, attempt in attempts.items():
        try:
            sentences.append(attempt())
        except Exception as error:  # noqa: PERF203
            log.exception("%s: %s failed.", source.store_name, doing)
            errors.append(error)
    if errors:
        raise errors[0]
    return {"summary": "; ".join(filter(None, sentences)) or f"{source.store_name}: nothing to do"}


def _named(store: DueStore) -> dict[str, str]:
    return {"store_hash": store.store_hash, "store_name": store.store_name}


def _due(crm: Connection, store_hash: str, *, lock_is_ours: bool = False) -> DueStore | None:
    due = change_hints.due_stores(crm, store_hash, lock_is_ours=lock_is_ours)
    return due[0] if due else None


def _read_orders(source: DataSource) -> str:
    """If this fails, the next runs of the order updates read the same: they go by the store's dates and by
    all hints since the last look that succeeded.
    """
    with open_crm() as crm:
        change_hints.settle_orders(crm, source.data_source_id)
        crm.commit()
    return str(order_updates.update(source.store_hash)["summary"])


def _look(source: DataSource) -> str:
    with open_crm() as crm:
        # also a look that cannot even open the store is made again after the interval only
        look = begin_quick_look(crm, source)
        if look.looked_until is not None:
            with open_store(source.store_hash, patience=PATIENCE_SECONDS) as client:
                quick_look(crm, client, source, look.looked_until, look.now)
    return ""


def _sync_products(source: DataSource, dag_run_url: str | None) -> str:
    waiting = _due_products(source)
    if not waiting:
        return ""
    try:
        with exclusive(source.store_hash):
            # a full sync that has started since may just be between two of its steps
            product_ids = _due_products(source, lock_is_ours=True)
            if product_ids:
                done = sync_changes(source.store_hash, product_ids, dag_run_url)
                return f"{source.store_name}: {done['summary']}"
    except AnotherSyncRuns:
        pass
    waits = count_of(len(waiting), "product waits", "products wait")
    return f"{source.store_name}: a sync is running; {waits} for its end"


def _due_products(source: DataSource, *, lock_is_ours: bool = False) -> list[int]:
    """The products to sync now; none while a full sync is at work."""
    with open_crm() as crm:
        due = _due(crm, source.store_hash, lock_is_ours=lock_is_ours)
        if not due or not due.products or due.is_flooded:
            return []
        return change_hints.due_products(crm, source.data_source_id)
