"""Orders of several stores pushed by one task, with a store among them that cannot be opened."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from include.connections.store import StoreConnectionMissing
from include.order_push import steps
from include.order_push.run_request import PushRequest
from include.order_push.stores import stores_with_new_orders
from include.order_push.time_limits import AT_ONCE
from tests.support.ordering_store import OrderingStore
from tests.support.stores_task import StoresTask


def test_store_without_a_token_does_not_keep_the_orders_of_another_from_being_sent(
    shop: Callable[..., OrderingStore], stores_task: StoresTask
) -> None:
    store = shop()
    order = store.order()
    store.change("INSERT INTO crm.campaign (name, currency_code) VALUES ('Silent', 'USD')")
    store.change(
        "INSERT INTO crm.data_source (store_hash, store_name, campaign_id, send_initial_orders) "
        "SELECT 'silent', 'Silent Shop', campaign_id, true FROM crm.campaign WHERE name = 'Silent'"
    )
    store.change(
        "INSERT INTO crm.customer_order (order_id, campaign_id, order_type, order_status, currency_code, "
        "price, total_amount) SELECT 2, campaign_id, 'NEW_SALE', 'COMPLETE', 'USD', 1, 1 "
        "FROM crm.campaign WHERE name = 'Silent'"
    )
    found = stores_with_new_orders()["stores"]
    assert len(found) == 2
    with pytest.raises(StoreConnectionMissing):
        stores_task.run(found, lambda store_hash: steps.push(store_hash, PushRequest(), AT_ONCE))
    assert store.states() == {order: "pushed", 2: "pending"}
    failed, pushed = stores_task.said
    assert "silent" in failed
    assert pushed.startswith("Tea Shop: 1 order pushed")
    assert stores_with_new_orders()["stores"] == []
