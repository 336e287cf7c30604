"""Which stores a DAG run works on, and what it says of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from include.connections import open_crm
from include.crm import data_sources
from include.order_push import steps
from include.order_push.errors import NeedsAttention, NoDataSource, SendsNoOrders


def sending_stores(store_hash: str | None = None) -> dict[str, Any]:
    """The active data sources that send orders, all of them or that of one store. Gives {summary, stores}.

    `stores` are {store_hash, store_name}. Raises NoDataSource and SendsNoOrders for a store that was named.
    """
    with open_crm() as crm:
        known = data_sources.list_all(crm)
    named = [source for source in known if store_hash in (None, source.store_hash)]
    sending = [
        source
        for source in named
        if source.state == "active" and (source.send_initial_orders or source.send_rebill_orders)
    ]
    if store_hash and not named:
        raise NoDataSource(store_hash)
    if store_hash and not sending:
        raise SendsNoOrders(store_hash)
    number = len(sending)
    return {
        "summary": f"{number} store{' sends' if number == 1 else 's send'} orders" if number else NO_STORE,
        "stores": [{"store_hash": source.store_hash, "store_name": source.store_name} for source in sending],
    }


NO_STORE = (
    "No active data source sends orders. To change that: "
    "python -m include.data_sources update STORE_HASH --send-initial-orders"
)


def explaining(store_name: str) -> Callable[[BaseException, str], str]:
    """What explains an error of one store among many: names it, unless the sentence does so itself."""

    def explain(error: BaseException, doing: str) -> str:
        sentence = steps.explain(error, doing)
        return sentence if isinstance(error, NeedsAttention) else f"{store_name}: {sentence}"

    return explain
