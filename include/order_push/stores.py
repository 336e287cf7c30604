"""The stores that a DAG run works on, and the sentence for an error of one of them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from include.connections import open_crm
from include.crm import data_sources, order_stores
from include.order_push.errors import SendsNoOrders, StorePaused

NO_STORE = (
    "No active data source sends orders. To change that, switch on initial orders or rebills in the settings "
    "of a data source."
)


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
    return {
        "summary": f"{number} store{' sends' if number == 1 else 's send'} orders" if number else NO_STORE,
        "stores": [asdict(store) for store in sending],
    }
