"""How an order without a clear answer is found in the store, or sent again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any

import psycopg
import pytest

from include.bigcommerce.errors import (
    BigCommerceError,
)
from include.crm import order_decisions, order_ledger
from include.crm.order_ledger_rows import Claim
from include.order_push import duplicate_orders, look_ups, sending, steps
from include.order_push.errors import FoundTwice
from include.order_push.run_request import PushRequest
from include.order_push.stores import due_stores, sending_stores
from include.order_push.translate import external_order_id
from tests.support.ordering_store import OrderingStore

Shop = Callable[..., OrderingStore]
ORDERS = "/v2/orders"


def test_an_order_whose_answer_was_lost_is_adopted_and_not_sent_again(shop: Shop) -> None:
    store = shop()
    order_id = store.order()
    store.sandbox.faults.add("reset_after_write", method="POST", path=ORDERS)
    store.push()
    assert store.states() == {order_id: "uncertain"}
    store.push()
    assert store.states() == {order_id: "uncertain"}, "before the delay is over nothing is decided"
    store.pass_time()
    store.push()
    assert store.states() == {order_id: "pushed"}
    assert store.in_store() == store.expected([order_id])
    assert store.posts() == 1


@pytest.mark.parametrize("kind", ["reset_before_write", "status", "html", "status_after_write", "slow"])
def test_whatever_the_unclear_answer_the_order_ends_in_the_store_once(shop: Shop, kind: str) -> None:
    store = shop()
    order_id = store.order()
    options = {"status": 500} if kind == "status" else {"seconds": 3} if kind == "slow" else {}
    store.sandbox.faults.add(kind, method="POST", path=ORDERS, **options)
    for _ in range(4):
        store.push()
        store.pass_time()
    assert store.states() == {order_id: "pushed"}
    assert store.in_store() == store.expected([order_id])


def test_an_order_that_the_store_does_not_show_at_once_is_looked_up_more_than_once(shop: Shop) -> None:
    store = shop()
    order_id = store.order()
    store.sandbox.settings.findable_after_requests = 1
    store.sandbox.faults.add("reset_after_write", method="POST", path=ORDERS)
    for _ in range(3):
        store.push()
        store.pass_time()
    assert store.states() == {order_id: "pushed"}
    assert store.posts() == 1


def test_older_order_of_another_system_under_the_same_id_is_not_taken_for_ours(shop: Shop) -> None:
    store = shop()
    order_id = store.order()
    store.sandbox.faults.add("reset_before_write", method="POST", path=ORDERS)
    store.push()
    assert store.states() == {order_id: "uncertain"}
    other = store.order()
    store.push()
    (sent,) = list(store.sandbox.orders)
    yesterday = datetime.now(timezone.utc) - timedelta(days=1)
    store.sandbox.orders.change(
        sent.id, external_order_id=external_order_id(order_id), date_created=format_datetime(yesterday)
    )
    for _ in range(2):
        store.pass_time()
        store.push()
        row = store.row(order_id)
        assert row["state"] == "rejected"
        assert f"another order under this id, its order {sent.id}:" in row["reason"]
        order_decisions.retry(store.crm, [order_id], worker="a person")
        store.crm.commit()
    assert store.states()[other] == "pushed"


@pytest.mark.parametrize("minutes", [-5, 0, 5], ids=["just before ours", "with ours", "after ours"])
def test_order_of_another_system_from_the_same_time_is_not_taken_for_ours(shop: Shop, minutes: int) -> None:
    store = shop()
    order_id = store.order()
    store.sandbox.faults.add("reset_before_write", method="POST", path=ORDERS)
    store.push()
    foreign = store.sandbox.orders.add_foreign(external_order_id(order_id), external_source="CRM")
    at = datetime.now(timezone.utc) + timedelta(minutes=minutes)
    store.sandbox.orders.change(foreign.id, date_created=format_datetime(at))
    store.pass_time()
    store.push()
    row = store.row(order_id)
    assert (row["state"], row["bigcommerce_order_id"]) == ("rejected", None)
    assert f"another order under this id, its order {foreign.id}" in row["reason"]
    assert store.posts() == 1, "neither adopted nor sent beside it: a person decides"


def test_order_of_another_system_beside_ours_is_no_double(shop: Shop) -> None:
    """Nobody is told to cancel it: somebody paid for it."""
    store = shop()
    order_id = store.order()
    store.sandbox.faults.add("reset_after_write", method="POST", path=ORDERS)
    store.push()
    (ours,) = list(store.sandbox.orders)
    store.sandbox.orders.add_foreign(external_order_id(order_id))
    store.pass_time()
    store.push()
    row = store.row(order_id)
    assert row["bigcommerce_order_id"] == ours.id
    sent = Claim(row["order_push_id"], order_id, "pending", row["sent_at"], 1, 0)
    assert duplicate_orders.ids_in_store(store.crm, store.worker().client, sent, [ours.id]) == [ours.id]


def test_an_order_found_twice_raises_the_alarm_and_nothing_is_guessed(shop: Shop) -> None:
    store = shop()
    order_id = store.order()
    store.sandbox.faults.add("reset_after_write", method="POST", path=ORDERS)
    store.push()
    store.change("UPDATE crm.order_push SET state = 'pending', worker = NULL, next_attempt_at = now()")
    store.sandbox.faults.add("reset_after_write", method="POST", path=ORDERS)
    store.worker().run()
    store.pass_time()
    with pytest.raises(FoundTwice, match="more than once"):
        steps.push(store.sandbox.store_hash, PushRequest())
    row = store.row(order_id)
    assert (row["state"], row["next_step"][:6]) == ("uncertain", "Cancel")
    store.sandbox.orders.archive(next(iter(store.sandbox.orders)).id)
    order_decisions.retry(store.crm, [order_id], worker="a person")
    store.crm.commit()
    store.push()
    assert store.states() == {order_id: "pushed"}


def test_many_uncertain_orders_are_looked_up_with_one_listing(shop: Shop) -> None:
    store = shop()
    orders = [store.order(variant=number) for number in range(12)]
    store.sandbox.faults.add("reset_after_write", method="POST", path=ORDERS, times=None)
    store.push()
    store.sandbox.faults.clear()
    store.pass_time()
    store.sandbox.forget_requests()
    store.push()
    assert set(store.states().values()) == {"pushed"}
    assert store.in_store() == store.expected(orders)
    assert len(store.sandbox.requests) == 2, "one page of orders, and the one that says that there is no more"


def test_few_uncertain_orders_among_many_are_looked_up_one_by_one(shop: Shop) -> None:
    store = shop()
    store.change(
        "INSERT INTO crm.order_push "
        "(data_source_id, order_id, requested_by, state, bigcommerce_order_id, next_attempt_at) "
        "SELECT 1, order_id, 'schedule', 'pushed', 1_000 + order_id, NULL FROM unnest(%s::bigint[]) order_id",
        [store.order() for _ in range(250)],
    )
    orders = [store.order(variant=number) for number in range(12)]
    store.sandbox.faults.add("reset_after_write", method="POST", path=ORDERS, times=None)
    store.push()
    store.sandbox.faults.clear()
    store.pass_time()
    store.sandbox.forget_requests()
    store.push()
    assert store.in_store() == store.expected(orders)
    queries = [request.query for request in store.sandbox.requests]
    assert len(queries) == 12
    assert all("external_order_id=" in query for query in queries)


def test_what_is_uncertain_is_settled_and_what_waits_goes_on_waiting_after_the_switch_is_turned_off(
    shop: Shop,
) -> None:
    store = shop()
    uncertain = store.order()
    store.sandbox.faults.add("reset_after_write", method="POST", path=ORDERS)
    store.push()
    waiting = store.order()
    order_ledger.select_new(store.crm, 1)
    store.change("UPDATE crm.data_source SET send_initial_orders = false")
    store.pass_time()
    assert [each["store_name"] for each in sending_stores()["stores"]] == ["Tea Shop"]
    assert [each["store_name"] for each in due_stores(PushRequest())["stores"]] == ["Tea Shop"]
    store.worker().run()
    assert store.states() == {uncertain: "pushed", waiting: "pending"}
    assert sending_stores()["stores"] == due_stores(PushRequest())["stores"] == []


def test_a_listing_that_does_not_show_an_order_proves_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = shop()
    orders = [store.order(variant=number) for number in range(12)]
    store.sandbox.faults.add("reset_after_write", method="POST", path=ORDERS, times=None)
    store.push()
    store.sandbox.faults.clear()
    monkeypatch.setattr(look_ups, "list_orders", lambda *_, **__: iter([]))
    store.pass_time()
    store.push()
    assert store.in_store() == store.expected(orders)
    assert store.posts() == 12


def test_an_order_that_cannot_be_looked_up_does_not_hold_up_the_others(shop: Shop) -> None:
    store = shop()
    stuck = store.order()
    store.sandbox.faults.add("reset_after_write", method="POST", path=ORDERS)
    store.push()
    others = [store.order(variant=number) for number in range(5)]
    store.pass_time()
    odd = store.sandbox.faults.add(
        "status", method="GET", path=external_order_id(stuck), status=400, times=None
    )
    assert odd
    with pytest.raises(BigCommerceError):
        store.push()
    assert store.states() == {stuck: "uncertain", **dict.fromkeys(others, "pushed")}
    store.sandbox.faults.clear()
    store.pass_time()
    store.push()
    assert store.in_store() == store.expected([stuck, *others])


def test_second_order_that_came_about_all_the_same_is_an_alarm_in_that_very_run(
    shop: Shop, crm_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process is stopped between the last check and the wire; another sends; it goes on."""
    store = shop()
    order_id = store.order()
    real = sending.create_order

    def stopped(*arguments: Any, **named: Any) -> int:
        monkeypatch.setattr(sending, "create_order", real)
        with psycopg.connect(crm_url) as other:
            for _ in range(4):  # claimed as uncertain, looked up twice, sent
                store.pass_time()
                store.worker(other).run()
        return real(*arguments, **{**named, "may_leave": lambda: True})

    monkeypatch.setattr(sending, "create_order", stopped)
    with pytest.raises(FoundTwice, match="1 found twice in BigCommerce"):
        steps.push(store.sandbox.store_hash, PushRequest())
    assert store.in_store()[external_order_id(order_id)] == 2
    row = store.row(order_id)
    first, second = sorted(order.id for order in store.sandbox.orders)
    assert row["reason"] == f"BigCommerce has this order more than once: its orders {first}, {second}."
    assert order_ledger.history(store.crm, row["order_push_id"])[-1].outcome == "found twice"
    store.sandbox.orders.archive(second)
    order_decisions.retry(store.crm, [order_id], worker="a person")
    store.crm.commit()
    store.push()
    assert store.row(order_id)["bigcommerce_order_id"] == first


def test_look_up_whose_filter_is_ignored_proves_nothing(shop: Shop) -> None:
    store = shop()
    for _ in range(3):
        store.sandbox.orders.add_foreign("other-1")
    order_id = store.order()
    store.sandbox.faults.add("reset_after_write", method="POST", path=ORDERS)
    store.push()
    hidden = next(o for o in store.sandbox.orders if o.external_order_id == external_order_id(order_id))
    store.sandbox.orders.change(hidden.id, external_order_id="moved")  # as if it were on a later page
    store.sandbox.faults.ignore_order_filters("external_order_id")
    for _ in range(4):
        store.sandbox.faults.ignore_order_filters("external_order_id")
        store.pass_time()
        store.push()
        row = store.row(order_id)
        assert row["state"] == "uncertain"
        assert "other orders" in row["reason"]
    assert store.posts() == 1


@pytest.mark.parametrize("is_deleted", ["applied", "ignored", "refused"])
def test_uncertain_order_that_was_archived_before_its_look_up_is_found(shop: Shop, is_deleted: Any) -> None:
    store = shop()
    before, order_id = store.order(), store.order()
    store.push()
    store.sandbox.settings.is_deleted_filter = is_deleted
    store.sandbox.settings.archives_new_orders = True
    uncertain = store.order()
    store.sandbox.faults.add("reset_after_write", method="POST", path=ORDERS)
    for _ in range(5):
        store.push()
        store.pass_time()
    assert store.states() == dict.fromkeys([before, order_id, uncertain], "pushed")
    assert store.in_store()[external_order_id(uncertain)] == 1


def test_numeric_external_id_of_another_apps_order_stops_nothing(shop: Shop) -> None:
    store = shop()
    for odd in (12345, 0, None, "12345", "crm-x"):
        store.sandbox.orders.add_foreign(odd)
    order_id = store.order()
    steps.push(store.sandbox.store_hash, PushRequest())
    assert store.states() == {order_id: "pushed"}
    told = steps.compare(
        store.sandbox.store_hash, datetime.now(timezone.utc) - timedelta(days=1), datetime.now(timezone.utc)
    )
    assert told.findings == []
