"""One worker at a time holds an order, and one that held it for too long does not send it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from include.bigcommerce.errors import (
    BigCommerceError,
    DeadlinePassed,
)
from include.crm import order_ledger
from include.order_push import sending
from tests.support.ordering_store import OrderingStore

Shop = Callable[..., OrderingStore]
ORDERS = "/v2/orders"


def test_two_workers_never_hold_one_order(shop: Shop, crm_url: str) -> None:
    store = shop()
    for number in range(20):
        store.order(variant=number)
    order_ledger.select_new(store.crm, 1)
    store.crm.commit()
    with psycopg.connect(crm_url) as other:
        first = order_ledger.claim(store.crm, 1, "first", limit=15, lease_seconds=60)
        second = order_ledger.claim(other, 1, "second", limit=15, lease_seconds=60)
        assert len(first) == 15
        assert len(second) == 5
        assert not {held.order_id for held in first} & {held.order_id for held in second}


def test_a_worker_whose_lease_has_ended_sends_nothing(shop: Shop, crm_url: str) -> None:
    store = shop()
    store.order()
    order_ledger.select_new(store.crm, 1)
    (held,) = order_ledger.claim(store.crm, 1, "slow", limit=1, lease_seconds=60)
    store.crm.commit()
    store.pass_time()
    with psycopg.connect(crm_url) as other:
        order_ledger.claim(other, 1, "fast", limit=1, lease_seconds=60)
    assert not order_ledger.mark_sending(store.crm, held, "slow", lease_seconds=60)


def test_order_held_up_in_a_frozen_process_is_not_sent(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    store = shop()
    order_id = store.order()
    order_ledger.select_new(store.crm, 1)
    store.crm.commit()
    frozen = store.worker(lease_seconds=60.0)
    real_time = time.time
    monkeypatch.setattr(order_ledger, "mark_sending", freezing(order_ledger.mark_sending, monkeypatch, 21))
    with pytest.raises(DeadlinePassed):
        frozen.run()
    assert store.posts() == 0
    assert store.states() == {order_id: "pending"}
    monkeypatch.undo()
    assert time.time is real_time
    store.push()
    assert store.states() == {order_id: "pushed"}


def test_worker_does_not_claim_an_order_again_while_its_own_call_is_still_running(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, crm_url: str
) -> None:
    """Another worker gave the order back meanwhile; the first call would say "not sent" of the second one."""
    store = shop()
    order_id = store.order()
    order_ledger.select_new(store.crm, 1)
    store.crm.commit()
    create_order, claim = sending.create_order, order_ledger.claim
    given_back, claimed_again = threading.Event(), threading.Event()
    calls: list[str] = []

    def slept(*arguments: Any, **named: Any) -> Any:
        if calls:
            calls.append("second call")
            return create_order(*arguments, **named)
        calls.append("first call")
        with psycopg.connect(crm_url) as other:
            other.execute(
                "UPDATE crm.order_push SET state = 'pending', lookups = 2, worker = NULL, lease_until = NULL"
            )
        given_back.set()
        assert claimed_again.wait(30)
        time.sleep(0.2)  # in which the second call would begin
        calls.append("its end")
        raise DeadlinePassed("It was not sent.", method="POST", path=ORDERS)

    def claim_after(*arguments: Any, **named: Any) -> Any:
        if not calls:
            return claim(*arguments, **named)
        assert given_back.wait(30)
        found = claim(*arguments, **named)
        claimed_again.set()
        return found

    monkeypatch.setattr(sending, "create_order", slept)
    monkeypatch.setattr(order_ledger, "claim", claim_after)
    with pytest.raises(DeadlinePassed):
        store.worker().run()
    assert calls == ["first call", "its end"]
    store.push()
    assert store.states() == {order_id: "pushed"}
    assert store.posts() == 1


def freezing(function: Callable[..., Any], patch: pytest.MonkeyPatch, seconds: float) -> Callable[..., Any]:
    """The function, after which the process stands still for so long."""

    def freeze(*arguments: Any, **named: Any) -> Any:
        result = function(*arguments, **named)
        woken = time.time() + seconds
        patch.setattr("include.ledger.lease.time.time", lambda: woken)
        return result

    return freeze


def test_order_held_up_by_the_quota_for_longer_than_its_lease_is_not_sent(shop: Shop) -> None:
    store = shop()
    order_id = store.order()
    store.push()
    store.change("UPDATE crm.order_push SET state = 'pending', bigcommerce_order_id = NULL, attempts = 0")
    store.sandbox.orders.remove(next(iter(store.sandbox.orders)).id)
    store.sandbox.faults.add("throttled", method="POST", path=ORDERS, seconds=1.5)
    store.change("UPDATE crm.order_push SET next_attempt_at = now(), worker = NULL, lease_until = NULL")
    posts = store.posts()
    with pytest.raises(BigCommerceError):
        store.worker(lease_seconds=3.0).run()
    assert store.posts() == posts + 1, "the one that was throttled, and none after the deadline"
    assert len(list(store.sandbox.orders)) == 0
    assert store.states() == {order_id: "pending"}
