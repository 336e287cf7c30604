"""The stores that a run of the order push or of the reconciliation works on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from include.connections.crm import open_crm
from include.crm import clock_corrections, data_sources, order_times, reversal_notices, stores_that_send
from include.crm.stores_that_send import SendingStore
from include.ledger.lease import LEASE_SECONDS
from include.order_push.errors import SendsNoOrders, StorePaused
from include.order_push.run_request import PushRequest
from include.order_push.time_limits import THOROUGH
from include.plurals import count_of

NO_STORE = (
    "No active data source sends orders. To change that, switch on initial orders or rebills in the settings "
    "of a data source."
)
NOTHING_DUE = "No orders are due."


def sending_stores(store_hash: str | None = None) -> dict[str, Any]:
    """The active data sources that send orders, or that have some to look up, as {summary, stores}.

    `stores` are {store_hash, store_name}. Raises NoDataSource, StorePaused and SendsNoOrders for a store that
    was named.
    """
    with open_crm() as crm:
        sending = stores_that_send.sending_stores(crm, store_hash)
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
        clock_corrections.correct(crm, lease_seconds=LEASE_SECONDS)
        crm.commit()
        due = stores_that_send.due_stores(
            crm,
            within_seconds=THOROUGH.waiting,
            order_ids=list(request.order_ids),
            from_time=request.from_time,
            to_time=request.to_time,
        )
        idle = "" if due else NOTHING_DUE if stores_that_send.sending_stores(crm) else NO_STORE
    return _found(due, idle or _with_orders(len(due)))


def stores_with_new_orders() -> dict[str, Any]:
    """The stores with orders that completed lately and that no push has taken yet, as {summary, stores}."""
    with open_crm() as crm:
        found = stores_that_send.stores_with_new_orders(crm)
    return _found(found, _with_orders(len(found)) if found else NOTHING_DUE)


def _with_orders(number: int) -> str:
    return f"{count_of(number, 'store has', 'stores have')} orders to push"


def _found(stores: Sequence[SendingStore], summary: str) -> dict[str, Any]:
    return {"summary": summary, "stores": [asdict(store) for store in stores]}
