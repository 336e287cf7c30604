"""A store that fails or refuses everything costs no order its turn."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from include.bigcommerce.errors import (
    BigCommerceError,
    RequestRefused,
    ScopeMissing,
    StoreUnavailable,
    TokenRejected,
)
from include.connections.lookup import ConnectionMissing
from include.crm import order_ledger
from include.order_push import steps
from include.order_push.run_request import PushRequest
from include.order_push.stores import stores_with_new_orders
from include.order_push.time_limits import AT_ONCE
from include.order_push.translate import external_order_id
from tests.support.ordering_store import OrderingStore

Shop = Callable[..., OrderingStore]
ORDERS = "/v2/orders"


def test_a_throttled_order_waits_and_goes_out_later(shop: Shop) -> None:
    store = shop()
    order_id = store.order()
    store.sandbox.faults.add("throttled", method="POST", path=ORDERS, seconds=0.1)
    assert store.push()["pushed"] == 1
    assert store.states() == {order_id: "pushed"}
    assert store.in_store() == store.expected([order_id])


def test_a_revoked_token_ends_the_run_rejects_no_order_and_all_go_out_after_it_is_renewed(shop: Shop) -> None:
    store = shop()
    orders = [store.order(variant=number) for number in range(5)]
    store.sandbox.access.revoke_token()
    with pytest.raises(TokenRejected):
        store.push()
    assert set(store.states().values()) == {"pending"}
    store.sandbox.access.renew_token()
    store.push()
    assert store.in_store() == store.expected(orders)


def test_unavailable_store_leaves_every_order_waiting(shop: Shop) -> None:
    store = shop()
    store.client_arguments = {"patience": 0.5}
    orders = [store.order(), store.order()]
    worker = store.worker()
    order_ledger.select_new(store.crm, 1)
    store.crm.commit()
    worker.client._address = "http://127.0.0.1:9"
    with pytest.raises(StoreUnavailable):
        worker.run()
    assert set(store.states().values()) == {"pending"}
    store.pass_time()
    store.push()
    assert store.in_store() == store.expected(orders)


def test_orders_of_a_store_without_a_token_wait_in_the_ledger(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = shop(store_hash="tokenless")  # for others, Airflow itself may have a Connection
    order = store.order()
    monkeypatch.delenv(f"AIRFLOW_CONN_BIGCOMMERCE_{store.sandbox.store_hash.upper()}")
    with pytest.raises(ConnectionMissing):
        steps.push(store.sandbox.store_hash, PushRequest(), AT_ONCE)
    assert store.states() == {order: "pending"}
    assert stores_with_new_orders()["stores"] == []  # so that it does not start a push again and again


@pytest.mark.parametrize("status", [402, 403, 404, 423])
def test_what_the_store_says_about_itself_rejects_no_order(shop: Shop, status: int) -> None:
    store = shop()
    order_id = store.order()
    store.sandbox.faults.add("status", method="POST", path=ORDERS, status=status)
    with pytest.raises(BigCommerceError):
        store.push()
    assert store.states() == {order_id: "pending"}
    store.push()
    assert store.states() == {order_id: "pushed"}


@pytest.mark.parametrize("status", [402, 423, 451])
def test_closed_store_is_named_as_such(shop: Shop, status: int) -> None:
    store = shop()
    store.order()
    store.sandbox.faults.add("status", method="GET", path=ORDERS, status=status)
    with pytest.raises(RequestRefused) as refused:
        steps.push(store.sandbox.store_hash, PushRequest(), AT_ONCE)
    assert "closed or suspended, or its trial may have ended: open its" in refused.value.next_step


def test_order_that_fails_every_time_while_others_go_is_handed_to_people(shop: Shop) -> None:
    store = shop()
    order_id = store.order()
    store.sandbox.faults.add(
        "status", method="POST", path=ORDERS, body=f'"{external_order_id(order_id)}"', status=500, times=None
    )
    others = []
    for _ in range(12):
        others.append(store.order(variant=1))
        store.push()
        store.pass_time()
    assert store.states() == {order_id: "rejected", **dict.fromkeys(others, "pushed")}
    assert "5 times" in store.row(order_id)["reason"]
    assert store.posts() == 5 + len(others)


@pytest.mark.parametrize("status", [403, 406])
def test_order_that_a_firewall_blocks_is_rejected_once_the_store_has_taken_others(
    shop: Shop, status: int
) -> None:
    store = shop()
    store.client_arguments["requests_in_flight"] = 1
    blocked = store.order(last_name="'; DROP TABLE x")
    store.sandbox.faults.add(
        "status",
        method="POST",
        path=ORDERS,
        body=f'"{external_order_id(blocked)}"',
        status=status,
        times=None,
    )
    for _ in range(2):
        with pytest.raises(BigCommerceError):
            store.push()
        assert store.states() == {blocked: "pending"}, "it may be the token, or the store"
    other = store.order(variant=1)
    store.push()
    assert store.states() == {blocked: "rejected", other: "pushed"}
    row = store.row(blocked)
    assert row["reason"] == (
        "BigCommerce refused the order, although it takes others: The store cannot answer now."
    )
    assert "A firewall may take something in the order for an attack" in row["next_step"]


def test_missing_scope_rejects_no_order_whatever_the_store_took_before(shop: Shop) -> None:
    store = shop()
    store.order()
    store.push()
    store.sandbox.faults.add("status", method="POST", path=ORDERS, status=403, times=None)
    waiting = [store.order() for _ in range(3)]
    for _ in range(3):
        with pytest.raises(ScopeMissing):
            store.push()
    assert {store.states()[order_id] for order_id in waiting} == {"pending"}


def test_outage_of_new_orders_alone_rejects_none_and_fails_the_run(shop: Shop) -> None:
    store = shop()
    orders = [store.order(variant=number) for number in range(6)]
    store.sandbox.faults.fail_new_orders(502)
    for _ in range(12):
        with pytest.raises(StoreUnavailable, match="All its orders wait"):
            push_three_times(store)
        store.pass_time()
    assert set(store.states().values()) <= {"pending", "uncertain"}
    store.sandbox.faults.clear()
    for _ in range(4):
        store.push()
        store.pass_time()
    assert store.states() == dict.fromkeys(orders, "pushed")
    assert store.in_store() == store.expected(orders)


def push_three_times(store: OrderingStore) -> None:
    """Look-ups come first, then the next orders are sent."""
    for _ in range(3):
        store.pass_time()
        store.push()


def test_single_order_during_an_outage_waits_and_the_run_says_so(shop: Shop) -> None:
    store = shop()
    order_id = store.order()
    store.sandbox.faults.fail_new_orders(502)
    failures = 0
    for _ in range(20):
        try:
            store.push()
        except StoreUnavailable:
            failures += 1
        store.pass_time()
    assert failures >= 4
    assert store.states()[order_id] in ("pending", "uncertain")
    store.sandbox.faults.clear()
    for _ in range(3):
        store.push()
        store.pass_time()
    assert store.in_store() == store.expected([order_id])
