"""The stores that a DAG run works on, and how they are spread over its tasks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from include.connections import open_crm
from include.crm import data_sources, order_stores, order_times, reversal_notices
from include.crm.order_stores import SendingStore
from include.order_push.effort import THOROUGH
from include.order_push.errors import SendsNoOrders, StorePaused
from include.order_push.run_request import PushRequest
from include.plurals import count_of

NO_STORE = (
    "No active data source sends orders. To change that, switch on initial orders or rebills in the settings "
    "of a data source."
)
NOTHING_DUE = "No orders are due."

# A task costs Airflow about a second, and a run with a thousand of them many minutes.
MOST_TASKS = 100


def sending_stores(store_hash: str | None = None) -> dict[str, Any]:
    """The active data sources that send orders, or that have some to look up, as {summary, stores}.

    `stores` are {store_hash, store_name}. Raises NoDataSource, StorePaused and SendsNoOrders for a store that
    was named.
    """
    with open_crm() as crm:
        sending = order_stores.sending_stores(crm, store_hash)
        if store_hash and not sending:
            if data_sources.required(crm, store_hash).is_paused:
                raise StorePaused(store_hash)
            raise SendsNoOrders(store_hash)
    number = len(sending)
    summary = f"{count_of(number, 'store sends', 'stores send')} orders" if number else NO_STORE
    return _found(sending, summary)


def due_stores(request: PushRequest, store_hash: str | None = None) -> dict[str, Any]:
    """The stores that a push has something to do for, as {summary, stores}; a named one in any case.

    Raises NoDataSource, StorePaused and SendsNoOrders for a store that was named.
    """
    if store_hash:
        return sending_stores(store_hash)
    with open_crm() as crm:
        reversal_notices.settle(crm)
        order_times.correct(crm)
        crm.commit()
        due = order_stores.due_stores(
            crm,
            within_seconds=THOROUGH.waiting,
            order_ids=list(request.order_ids),
            from_time=request.from_time,
            to_time=request.to_time,
        )
        idle = "" if due else NOTHING_DUE if order_stores.sending_stores(crm) else NO_STORE
    return _found(due, idle or _with_orders(len(due)))


def stores_with_new_orders() -> dict[str, Any]:
    """The stores with orders that completed lately and that no push has taken yet, as {summary, stores}."""
    with open_crm() as crm:
        found = order_stores.stores_with_new_orders(crm)
    return _found(found, _with_orders(len(found)) if found else NOTHING_DUE)


def in_tasks(stores: Sequence[dict[str, str]]) -> list[dict[str, Any]]:
    """The stores as arguments of mapped tasks, {stores, name}: one each, or several where there are many."""
    size = math.ceil(len(stores) / MOST_TASKS)
    chunks = [list(stores[first : first + size]) for first in range(0, len(stores), size or 1)]
    return [{"stores": chunk, "name": _name(chunk)} for chunk in chunks]


def _name(stores: Sequence[dict[str, str]]) -> str:
    first = stores[0]["store_name"]
    return f"{first} and {len(stores) - 1:,} more" if len(stores) > 1 else first


def _with_orders(number: int) -> str:
    return f"{count_of(number, 'store has', 'stores have')} orders to push"


def _found(stores: Sequence[SendingStore], summary: str) -> dict[str, Any]:
    return {"summary": summary, "stores": [asdict(store) for store in stores]}
