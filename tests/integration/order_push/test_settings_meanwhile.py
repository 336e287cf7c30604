"""The token, settings or the whole data source change while orders wait: none is lost, none is sent twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from include.bigcommerce.errors import TokenRejected
from include.crm import order_ledger
from include.order_push import sending, steps
from include.order_push.order_status import OrderStatus, order_statuses
from include.order_push.run_request import PushRequest
from include.order_push.stores import due_stores
from include.order_push.time_limits import TimeLimits
from tests.support.command_line import CommandLine
from tests.support.crm_rows import insert
from tests.support.ordering_store import OrderingStore
from tests.support.shop import set_connections

Shop = Callable[..., OrderingStore]
BRIEF = TimeLimits(patience=20, waiting=0, sending=60)


def push(store: OrderingStore) -> None:
    """As a run of the order push does it, with the saved token."""
    steps.push(store.sandbox.store_hash, PushRequest(), BRIEF)


def status(store: OrderingStore, order_id: int) -> OrderStatus:
    [status] = order_statuses(store.crm, order_id)
    store.crm.rollback()
    return status


def test_token_that_is_replaced_while_orders_are_sent(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    store = shop()
    orders = [store.order(variant=number) for number in range(6)]
    unclear = orders[0]
    real = sending.create_order

    def revoked_meanwhile(client: Any, body: Any, **named: Any) -> int:
        client.requests_in_flight = 1
        if store.posts() == 2:
            store.sandbox.access.revoke_token()
        return real(client, body, **named)

    monkeypatch.setattr(sending, "create_order", revoked_meanwhile)
    store.sandbox.faults.add("reset_after_write", method="POST", path="/v2/orders")
    for _ in range(2):  # the second run finds the token rejected from the start
        with pytest.raises(TokenRejected) as rejected:
            push(store)
        assert "then enter its access token in the settings of the data source." in rejected.value.next_step
    assert store.states()[unclear] == "uncertain"
    waiting = [order_id for order_id, state in store.states().items() if state == "pending"]
    assert len(waiting) >= 3
    said = {(status(store, each).reason, status(store, each).next_step) for each in waiting}
    assert (
        "BigCommerce rejected the access token of store sandbox1 (401: Unauthorized).",
        f"{rejected.value.next_step} It is then retried automatically.",
    ) in said

    store.sandbox.access.renew_token()
    set_connections(monkeypatch, store.sandbox, store.crm_url)
    monkeypatch.setattr(sending, "create_order", real)
    assert [one["store_hash"] for one in due_stores(PushRequest())["stores"]] == ["sandbox1"]
    push(store)
    store.pass_time()
    push(store)
    assert store.in_store() == store.expected(orders)
    assert set(store.states().values()) == {"pushed"}


def test_store_that_is_deactivated_and_activated_again_while_orders_wait(
    shop: Shop, command: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = shop()
    store_hash = store.sandbox.store_hash
    rejected, unclear = store.order(sales_tax=3), store.order()
    store.sandbox.faults.add("reset_after_write", method="POST", path="/v2/orders")
    push(store)
    waiting = store.order()
    order_ledger.select_new(store.crm, store.source.data_source_id)
    store.crm.commit()
    states = {rejected: "rejected", unclear: "uncertain", waiting: "pending"}
    assert store.states() == states

    monkeypatch.delenv(f"AIRFLOW_CONN_BIGCOMMERCE_{store_hash.upper()}")
    assert "1. They are checked only while the data source is active" in command("deactivate", store_hash).out
    meanwhile = store.order()
    push(store)
    assert store.states() == states
    deactivated = f"The data source of store {store_hash} is deactivated."
    assert status(store, waiting).reason == deactivated
    assert status(store, meanwhile).reason == deactivated
    assert status(store, unclear).reason == f"It was sent, but no clear answer came. {deactivated}"
    assert status(store, unclear).next_step == (
        "Activate the data source again. The order is then looked up in BigCommerce."
    )

    command.activate(store.sandbox, token=store.sandbox.token)
    later = store.order(completed_at=datetime.now(timezone.utc) + timedelta(minutes=1))
    for _ in range(2):
        push(store)
        store.pass_time()
    assert store.in_store() == store.expected([unclear, waiting, later])
    assert store.states() == {**dict.fromkeys((unclear, waiting, later), "pushed"), rejected: "rejected"}
    assert "while the data source was deactivated" in (status(store, meanwhile).reason or "")


def test_paused_store_says_of_its_orders_that_they_wait_for_that(shop: Shop) -> None:
    store = shop()
    unclear = store.order()
    store.sandbox.faults.add("reset_after_write", method="POST", path="/v2/orders")
    push(store)
    store.change("UPDATE crm.data_source SET paused_at = now(), paused_by = 'Ada'")
    new = store.order()
    paused = "The data source of store sandbox1 is paused."
    assert (status(store, new).reason, status(store, new).next_step) == (paused, "Resume the data source.")
    assert status(store, unclear).reason == f"It was sent, but no clear answer came. {paused}"
    assert "looked up" in (status(store, unclear).next_step or "")
    store.change("UPDATE crm.data_source SET paused_at = NULL, paused_by = NULL")
    assert status(store, new).next_step == "The next run of the order push sends it."
    store.pass_time()
    push(store)
    assert store.in_store() == store.expected([unclear, new])


def test_orders_wait_for_neither_the_biller_nor_the_status_of_the_settings(shop: Shop) -> None:
    """The biller is for products; the status is that of the moment in which an order is sent."""
    store = shop()
    orders = [store.order(), store.order(variant=1)]
    order_ledger.select_new(store.crm, store.source.data_source_id)
    store.crm.commit()
    store.change("INSERT INTO crm.gateway (biller_id, name) VALUES (7, 'A'), (8, 'B')")
    store.change("UPDATE crm.data_source SET biller_id = 7")
    store.change("UPDATE crm.data_source SET biller_id = 8, send_order_status_id = 10")
    push(store)
    assert store.in_store() == store.expected(orders)
    assert {order.status_id for order in store.sandbox.orders} == {10}


def test_order_moved_to_the_campaign_of_another_store_says_where_it_is(shop: Shop) -> None:
    store = shop()
    order_id = store.order()
    order_ledger.select_new(store.crm, store.source.data_source_id)
    store.crm.commit()
    store.change("INSERT INTO crm.campaign (campaign_id, name, currency_code) VALUES (99, 'B', 'USD')")
    store.change("UPDATE crm.customer_order SET campaign_id = 99")
    push(store)
    assert store.in_store() == {}
    assert "to a campaign without a store since it was queued" in (status(store, order_id).reason or "")
    insert(store.crm, "data_source", {"store_hash": "another", "store_name": "B", "campaign_id": 99})
    assert "to the campaign of store another since it was queued" in (status(store, order_id).reason or "")
