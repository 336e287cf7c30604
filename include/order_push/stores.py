"""Which stores a DAG run works on, and what it says of each."""

from __future__ import annotations

from typing import Any

from include.connections import open_crm
from include.crm import data_sources
from include.crm.database import fetch_all
from include.order_push.errors import SendsNoOrders


def sending_stores(store_hash: str | None = None) -> dict[str, Any]:
    """The active data sources that send orders, or that have some to look up. Gives {summary, stores}.

    `stores` are {store_hash, store_name}. Raises NoDataSource and SendsNoOrders for a store that was named.
    """
    with open_crm() as crm:
        sending = fetch_all(crm, "order_push/stores", store_hash=store_hash)
        if store_hash and not sending:
            data_sources.required(crm, store_hash)
            raise SendsNoOrders(store_hash)
    number = len(sending)
    return {
        "summary": f"{number} store{' sends' if number == 1 else 's send'} orders" if number else NO_STORE,
        "stores": sending,
    }


NO_STORE = (
    "No active data source sends orders. To change that: "
    "python -m include.data_sources update STORE_HASH --send-initial-orders"
)
