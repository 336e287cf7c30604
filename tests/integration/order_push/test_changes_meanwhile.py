"""What the CRM, its people and other runs change while orders are being sent."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime, timedelta, timezone
from typing import Any

import psycopg
import pytest

from include.bigcommerce.client import StoreClient
from include.bigcommerce.order_answers import StoreOrder
from include.crm import order_decisions, order_ledger
from include.order_push import sending, steps
from include.order_push.run_request import PushRequest
from include.order_push.time_limits import TimeLimits
from tests.support.crm_rows import insert
from tests.support.ordering_store import OrderingStore

Shop = Callable[..., OrderingStore]
COMPLETED, AWAITING_FULFILLMENT = 10, 11
BRIEF = TimeLimits(patience=20, waiting=0, sending=60)


def test_order_is_sent_as_it_is_when_it_leaves(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    store = shop()
    first, moved, dearer, cancelled, test = (store.order() for _ in range(5))
    create_order = sending.create_order

    def after_changes(client: StoreClient, body: Mapping[str, Any], **named: Any) -> StoreOrder:
        if body["external_order_id"] == f"crm-{first}":
            with psycopg.connect(store.crm_url) as crm:
                for order_id, changes in (
                    (moved, b"address1 = '99 New Street'"),
                    (dearer, b"base_shipping = 5, total_amount = total_amount + 5"),
                    (cancelled, b"order_status = 'CANCELLED'"),
                    (test, b"is_test = true"),
                ):
                    crm.execute(b"UPDATE crm.customer_order SET %b WHERE order_id = %d" % (changes, order_id))
                crm.execute("UPDATE crm.data_source SET send_order_status_id = %s", [COMPLETED])
        return create_order(client, body, **named)

    monkeypatch.setattr(sending, "create_order", after_changes)
    order_ledger.select_new(store.crm, store.source.data_source_id)
    store.crm.commit()
    worker = store.worker()
    worker.client.requests_in_flight = 1
    worker.run()

    sent = {order.external_order_id: order for order in store.sandbox.orders}
    assert sent.keys() == {f"crm-{first}", f"crm-{moved}", f"crm-{dearer}"}
    assert sent[f"crm-{first}"].status_id == AWAITING_FULFILLMENT
    assert sent[f"crm-{moved}"].status_id == COMPLETED
    assert sent[f"crm-{moved}"].billing_address.street_1 == "99 New Street"
    assert sent[f"crm-{dearer}"].shipping_cost_inc_tax == "5.0000"
    store.push()
    assert (store.states()[cancelled], store.states()[test]) == ("rejected", "rejected")


@pytest.mark.parametrize("held_back", [("PENDING", False), ("COMPLETE", True)])
def test_order_that_the_crm_held_back_is_sent_once_it_no_longer_does(
    shop: Shop, held_back: tuple[str, bool]
) -> None:
    store = shop()
    order_id = store.order()
    order_ledger.select_new(store.crm, store.source.data_source_id)
    store.change("UPDATE crm.customer_order SET (order_status, is_test) = (%s, %s)", *held_back)
    for _ in range(2):
        store.push()
        assert store.states() == {order_id: "rejected"}
    store.change("UPDATE crm.customer_order SET order_status = 'COMPLETE', is_test = false")
    store.push()
    assert store.in_store() == store.expected([order_id])
    history = order_ledger.history(store.crm, store.row(order_id)["order_push_id"])
    assert [each.detail for each in history if each.action == "retry"] == ["The CRM no longer holds it back."]


def test_order_rejected_for_another_reason_waits_for_people_whatever_the_crm_changes(shop: Shop) -> None:
    store = shop()
    order_id = store.order(sales_tax=3)
    store.push()
    store.change("UPDATE crm.customer_order SET order_status = 'PENDING'")
    store.change("UPDATE crm.customer_order SET order_status = 'COMPLETE'")
    store.push()
    assert store.states() == {order_id: "rejected"}


def test_transaction_of_the_crm_that_changes_an_order_holds_up_none(shop: Shop) -> None:
    store = shop()
    locked, other = store.order(), store.order()
    order_ledger.select_new(store.crm, store.source.data_source_id)
    store.crm.commit()
    with psycopg.connect(store.crm_url) as crm:
        crm.execute(
            "UPDATE crm.customer_order SET completed_at = now() - interval '1 hour' WHERE order_id = %s",
            [locked],
        )
        store.worker(limits=BRIEF).run()  # and does not wait for the transaction to end
        assert store.states() == {locked: "pushed", other: "pushed"}
    store.push()
    assert store.in_store() == store.expected([locked, other])


@pytest.mark.parametrize(("setting", "sent"), [("off", "on"), ("on", "on"), ("remote_apply", "remote_apply")])
def test_order_is_marked_as_sending_on_disk_before_it_leaves(shop: Shop, setting: str, sent: str) -> None:
    """Otherwise a crash of the database could forget it, and the order would be sent twice."""
    store = shop()
    store.order()
    order_ledger.select_new(store.crm, store.source.data_source_id)
    store.crm.commit()
    store.crm.execute(b"SET LOCAL synchronous_commit = " + setting.encode())
    [held] = order_ledger.claim(store.crm, 1, "worker", limit=1, lease_seconds=900)
    assert order_ledger.mark_sending(store.crm, held, "worker", lease_seconds=900)
    assert store.crm.execute("SHOW synchronous_commit").fetchone() == (sent,)
    store.crm.rollback()


def test_runs_of_every_kind_at_once_send_each_order_once(shop: Shop) -> None:
    store = shop()
    now = datetime.now(timezone.utc)
    old = [store.order(variant=number, completed_at=now - timedelta(hours=number)) for number in range(1, 20)]
    new = [store.order(variant=number) for number in range(20)]
    order_ledger.request(store.crm, store.source.data_source_id, old, "manual")
    store.change(
        "UPDATE crm.order_push SET state = 'rejected', reason = '', next_step = '' WHERE order_id = ANY(%s)",
        old[::2],
    )
    span = {"from_time": now - timedelta(days=2), "to_time": now + timedelta(days=1)}
    requests = [
        PushRequest("backfill", **span),
        PushRequest("backfill", **span),
        PushRequest("schedule"),
        PushRequest("schedule"),
        PushRequest("manual", order_ids=tuple(reversed(old))),
    ]
    limits = TimeLimits(patience=60, waiting=30, sending=600)
    with ThreadPoolExecutor(len(requests)) as threads:
        for run in [threads.submit(steps.push, store.sandbox.store_hash, each, limits) for each in requests]:
            run.result(timeout=300)
    assert store.in_store() == store.expected([*old, *new])


def test_retry_and_backfill_of_the_same_orders_wait_for_each_other(shop: Shop) -> None:
    """Without one order in which rows are locked, the database ends one of them, or the CRM's transaction."""
    store = shop()
    lower, higher = store.order(), store.order()
    data_source_id = store.source.data_source_id
    for order_id in (higher, lower):  # in the table, the higher one comes first
        order_ledger.request(store.crm, data_source_id, [order_id], "manual")
        store.crm.commit()
    store.change("UPDATE crm.order_push SET state = 'rejected', reason = '-', next_step = '-'")
    with ExitStack() as running:
        holder, retrying, backfilling = (
            running.enter_context(psycopg.connect(store.crm_url)) for _ in range(3)
        )
        holder.execute("SELECT FROM crm.order_push WHERE order_id = %s FOR UPDATE", [higher])
        threads = running.enter_context(ThreadPoolExecutor(2))

        def retry() -> list[int]:
            with retrying:
                return order_decisions.retry(retrying, [higher, lower], worker="a person")

        def backfill() -> int:
            with backfilling:
                return order_ledger.request(backfilling, data_source_id, [lower, higher], "backfill")

        retried = threads.submit(retry)
        _wait_for_locks(store, 1)
        backfilled = threads.submit(backfill)
        _wait_for_locks(store, 2)
        holder.rollback()
        assert retried.result(timeout=60) == [lower, higher]
        assert backfilled.result(timeout=60) == 0
    assert set(store.states().values()) == {"pending"}


def _wait_for_locks(store: OrderingStore, number: int) -> None:
    """Until so many statements wait for a lock."""
    waiting = (
        "SELECT count(DISTINCT pid) AS number FROM pg_locks JOIN pg_stat_activity USING (pid) "
        "WHERE NOT granted AND datname = current_database()"
    )
    ends_at = time.monotonic() + 60
    while store.rows(waiting)[0]["number"] < number:
        assert time.monotonic() < ends_at
        time.sleep(0.02)


@pytest.mark.parametrize(("state", "there"), [("pushed", 100), ("uncertain", None), ("sending", None)])
def test_order_moved_to_the_campaign_of_another_store_is_not_sent_twice(
    shop: Shop, state: str, there: int | None
) -> None:
    store = shop()
    order_id, other = store.order(), _another_store(store)
    store.push()
    store.change("UPDATE crm.order_push SET state = %s, bigcommerce_order_id = %s", state, there)
    _move(store, order_id, other)
    assert order_ledger.waiting(store.crm, other) == []
    everything = {"order_ids": [order_id], "from_time": None, "to_time": None}
    assert order_ledger.chosen(store.crm, other, **everything) == []
    assert order_ledger.select_new(store.crm, other) == 0


def test_order_moved_before_it_was_sent_goes_to_the_store_of_its_campaign(shop: Shop) -> None:
    store = shop()
    order_id, other = store.order(), _another_store(store)
    order_ledger.select_new(store.crm, store.source.data_source_id)
    _move(store, order_id, other)
    assert order_ledger.select_new(store.crm, other) == 1
    store.crm.commit()
    assert store.worker().run() == {}
    # back again, while the other store is being sent to
    [held] = order_ledger.claim(store.crm, other, "worker", limit=1, lease_seconds=900)
    assert order_ledger.mark_sending(store.crm, held, "worker", lease_seconds=900)
    _move(store, order_id, store.source.data_source_id)
    store.push()
    assert store.in_store() == {}


def _another_store(store: OrderingStore) -> int:
    """A second data source that sends orders; its id."""
    [made] = store.rows("INSERT INTO crm.campaign (name, currency_code) VALUES ('B', 'USD') RETURNING *")
    columns = {"store_hash": "another", "store_name": "B", "send_initial_orders": True}
    insert(
        store.crm, "data_source", {**columns, "send_order_status_id": 11, "campaign_id": made["campaign_id"]}
    )
    store.crm.commit()
    [row] = store.rows("SELECT data_source_id FROM crm.data_source WHERE store_hash = 'another'")
    store.change("UPDATE crm.data_source SET send_initial_orders_since = '2026-01-01'")
    return int(row["data_source_id"])


def _move(store: OrderingStore, order_id: int, data_source_id: int) -> None:
    store.change(
        "UPDATE crm.customer_order SET campaign_id = source.campaign_id FROM crm.data_source source "
        "WHERE order_id = %s AND data_source_id = %s",
        order_id,
        data_source_id,
    )
