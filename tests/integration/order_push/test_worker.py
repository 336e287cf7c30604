"""What the worker promises for each single thing that can happen to an order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Any

import psycopg
import pytest

from include.bigcommerce.errors import (
    RequestRefused,
)
from include.crm import order_decisions, order_ledger
from include.crm.order_ledger_rows import RequestedBy
from include.crm.session import prepare_session
from include.order_push import sending, steps, translate, worker
from include.order_push.run_request import PushRequest
from include.order_push.stores import due_stores
from include.order_push.time_limits import AT_ONCE
from include.order_push.translate import external_order_id
from tests.support.ordering_store import OrderingStore

Shop = Callable[..., OrderingStore]


def test_an_order_reaches_the_store_once_with_the_configured_status_and_the_crms_total(shop: Shop) -> None:
    store = shop()
    order_id = store.order(quantity=3)
    assert store.push()["pushed"] == 1
    (sent,) = list(store.sandbox.orders)
    assert (sent.external_order_id, sent.status_id) == (external_order_id(order_id), 11)
    (order,) = store.rows("SELECT * FROM crm.customer_order")
    assert float(sent.total_inc_tax) == pytest.approx(float(order["total_amount"]))
    assert store.row(order_id)["bigcommerce_order_id"] == sent.id
    assert store.push() == {}
    assert store.posts() == 1


@pytest.mark.parametrize(
    "columns",
    [
        {"is_test": True},
        {"order_status": "PENDING"},
        {"order_status": "DECLINED"},
        {"order_type": "RECURRING", "billing_cycle_number": 2},
        {"completed_at": datetime(2020, 1, 1, tzinfo=timezone.utc)},
    ],
    ids=[
        "a test",
        "pending",
        "declined",
        "a rebill while only initial orders are on",
        "from before the switch",
    ],
)
def test_what_the_settings_do_not_ask_for_stays_here(shop: Shop, columns: dict[str, object]) -> None:
    store = shop()
    store.order(**columns)
    store.push()
    assert store.states() == {}
    assert store.posts() == 0


def test_an_order_committed_late_is_not_missed(shop: Shop) -> None:
    store = shop()
    store.order()
    store.push()
    store.change("UPDATE crm.data_source SET send_initial_orders_since = now() - interval '1 day'")
    late = store.order(completed_at=datetime.now(timezone.utc) - timedelta(hours=3))
    store.push()
    assert store.states()[late] == "pushed"


def test_out_of_stock_order_is_rejected_with_a_next_step_and_pushed_after_a_retry(shop: Shop) -> None:
    store = shop()
    store.sandbox.settings.stock_is_tracked = True
    order_id, good = store.order(variant=0), store.order(variant=4)
    for variant, stock in ((0, 0), (4, 9)):
        store.sandbox.catalogue.set_stock(store.variants[variant]["bigcommerce_variant_id"], stock)
    store.push()
    assert store.states() == {order_id: "rejected", good: "pushed"}
    row = store.row(order_id)
    assert "stock" in row["reason"].lower()
    assert "Restock" in row["next_step"]
    store.sandbox.catalogue.set_stock(store.variants[0]["bigcommerce_variant_id"], 9)
    assert order_decisions.retry(store.crm, [order_id, good], worker="a person") == [order_id]
    store.crm.commit()
    store.push()
    assert store.states() == {order_id: "pushed", good: "pushed"}
    history = order_ledger.history(store.crm, row["order_push_id"])
    assert [each.outcome for each in history] == ["rejected", "requested", "pushed"]


def test_an_order_that_cannot_be_translated_is_rejected_and_the_others_go(shop: Shop) -> None:
    store = shop()
    bad, good = store.order(country="XX"), store.order()
    store.push()
    assert store.states() == {bad: "rejected", good: "pushed"}
    assert store.row(bad)["reason"]
    assert store.row(bad)["next_step"]


def test_an_order_cancelled_before_it_was_sent_is_not_sent(shop: Shop) -> None:
    store = shop()
    order_id = store.order()
    order_ledger.select_new(store.crm, 1)
    store.change("UPDATE crm.customer_order SET order_status = 'CANCELLED'")
    store.worker().run()
    assert store.states() == {order_id: "rejected"}
    assert store.posts() == 0


@pytest.mark.parametrize(
    ("undo", "do_again"),
    [
        (
            "UPDATE crm.customer_order SET order_status = 'PENDING' WHERE order_id = %s",
            "UPDATE crm.customer_order SET order_status = 'COMPLETE' WHERE order_id = %s",
        ),
        (
            "UPDATE crm.customer_order SET is_test = true WHERE order_id = %s",
            "UPDATE crm.customer_order SET is_test = false WHERE order_id = %s",
        ),
    ],
    ids=["reversed", "called a test"],
)
def test_order_that_is_complete_again_is_sent_once_by_the_next_push(
    shop: Shop, undo: str, do_again: str
) -> None:
    store = shop()
    order_id, refused = store.order(), store.order(country="XX")
    order_ledger.select_new(store.crm, 1)
    store.change(undo, order_id)
    store.worker().run()
    assert due_stores(PushRequest())["stores"] == [], "nobody has to do anything meanwhile"
    store.change(do_again, order_id)
    assert [found["store_hash"] for found in due_stores(PushRequest())["stores"]] == ["sandbox1"]
    for _ in range(2):
        steps.push("sandbox1", PushRequest())
    assert store.states() == {order_id: "pushed", refused: "rejected"}
    assert store.in_store() == store.expected([order_id])
    history = order_ledger.history(store.crm, store.row(order_id)["order_push_id"])
    assert [each.outcome for each in history] == ["rejected", "requested", "pushed"]


def test_a_backfill_pushes_what_was_missed_before_the_switch_and_what_was_rejected_and_is_harmless(
    shop: Shop,
) -> None:
    store = shop()
    day = datetime(2026, 3, 5, 12, tzinfo=timezone.utc)
    old, other_day = store.order(completed_at=day), store.order(completed_at=day + timedelta(days=3))
    rejected = store.order(completed_at=day, country="XX")
    request = PushRequest("backfill", from_time=day.replace(hour=0), to_time=day + timedelta(days=1))
    told = steps.push(store.sandbox.store_hash, request)
    assert told["summary"] == "Tea Shop: 1 order pushed; 0 waiting, 0 unclear, 1 rejected"
    assert store.states() == {old: "pushed", rejected: "rejected"}
    store.change("UPDATE crm.customer_order SET country = 'US'")
    for _ in range(2):
        steps.push(store.sandbox.store_hash, request)
    assert store.in_store() == store.expected([old, rejected])
    assert other_day not in store.states()


def test_order_names_its_currency_once_the_store_has_another(shop: Shop) -> None:
    store = shop()
    store.change("UPDATE crm.sync_run SET currency_code = 'JPY'")
    store.sandbox.settings.currencies = ("JPY",)
    order_id = store.order()
    steps.push(store.sandbox.store_hash, PushRequest("schedule"))
    # this store takes no other currency: 20 USD must not become 20 JPY
    assert store.states() == {order_id: "rejected"}
    assert "default_currency_code" in store.row(order_id)["reason"]
    assert "Settings > Currencies" in store.row(order_id)["next_step"]
    assert list(store.sandbox.orders) == []

    store.sandbox.settings.currencies = ("JPY", "USD")
    order_decisions.retry(store.crm, [order_id], worker="a person")
    store.crm.commit()
    steps.push(store.sandbox.store_hash, PushRequest("schedule"))
    (sent,) = list(store.sandbox.orders)
    assert sent.default_currency_code == "USD"


def test_order_retried_during_a_push_is_not_sent_if_the_store_has_another_under_its_id(shop: Shop) -> None:
    store = shop()
    order_id, other = store.order(), store.order()
    store.change(
        "INSERT INTO crm.unrecorded_order (data_source_id, bigcommerce_order_id, order_id, date_created) "
        "VALUES (%s, 900, %s, '2020-01-01')",
        store.source.data_source_id,
        order_id,
    )
    store.push()  # a worker alone: its run has looked at the store before the person pressed Retry
    assert store.states() == {order_id: "pending", other: "pushed"}
    steps.push(store.sandbox.store_hash, PushRequest("schedule"))
    assert store.states() == {order_id: "rejected", other: "pushed"}
    assert "another order under this id" in store.row(order_id)["reason"]
    assert store.posts() == 1


@pytest.mark.parametrize("requested_by", ["schedule", "manual"])
def test_ledger_says_whether_a_person_or_the_schedule_requested_the_push(
    shop: Shop, requested_by: RequestedBy
) -> None:
    store = shop()
    order_id = store.order()
    steps.push(store.sandbox.store_hash, PushRequest(requested_by))
    (row,) = order_ledger.find(store.crm, order_ids=[order_id])
    assert (row.state, row.requested_by) == ("pushed", requested_by)


def test_a_dry_run_says_what_would_be_sent_and_writes_nothing(shop: Shop) -> None:
    store = shop()
    store.order()
    store.order(country="XX")
    told = steps.push(store.sandbox.store_hash, PushRequest(dry_run=True))
    assert told["summary"].endswith("1 order would be sent, 1 would be rejected")
    assert store.states() == {}
    assert store.sandbox.requests == []


def test_a_variant_recreated_in_the_store_is_sent_under_its_new_ids_after_a_sync(shop: Shop) -> None:
    store = shop()
    order_id = store.order(variant=0)
    variant = store.sandbox.catalogue.variant(store.variants[0]["bigcommerce_variant_id"])
    store.sandbox.catalogue.recreate_variants(variant.product_id)
    store.push()
    assert store.states() == {order_id: "rejected"}
    assert "Sync the store's products" in store.row(order_id)["next_step"]


def test_orders_wait_for_the_next_run_when_time_is_up(shop: Shop) -> None:
    store = shop()
    orders = [store.order(), store.order()]
    order_ledger.select_new(store.crm, 1)
    store.crm.commit()
    store.worker(limits=replace(AT_ONCE, sending=-1)).run()
    assert store.states() == dict.fromkeys(orders, "pending")
    assert store.posts() == 0
    store.worker().run()
    assert store.in_store() == store.expected(orders)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE crm.data_source SET send_initial_orders = false",
        "UPDATE crm.data_source SET paused_at = now(), paused_by = 'a person'",
        "UPDATE crm.data_source SET state = 'draining'",
    ],
    ids=["switched off", "paused", "deactivated"],
)
def test_orders_that_a_push_holds_stay_here_once_a_person_stops_them(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    store = shop()
    store.client_arguments = {"requests_in_flight": 1}
    first, second = store.order(), store.order()
    real = sending.create_order

    def stopped_meanwhile(*arguments: Any, **named: Any) -> int:
        with psycopg.connect(store.crm_url) as person:
            person.execute(change.encode())
        return real(*arguments, **named)

    monkeypatch.setattr(sending, "create_order", stopped_meanwhile)
    store.push()
    assert store.states() == {first: "pushed", second: "pending"}
    assert store.row(second)["worker"] is None, "the next push can send it at once"
    store.change(
        "UPDATE crm.data_source "
        "SET send_initial_orders = true, paused_at = NULL, paused_by = NULL, state = 'active'"
    )
    store.worker().run()
    assert store.states() == {first: "pushed", second: "pushed"}


def test_order_status_that_is_changed_during_a_push_counts_from_the_next_orders_on(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "CLAIMED_AT_A_TIME", 1)
    store = shop()
    store.client_arguments = {"requests_in_flight": 1}
    store.order()
    store.order()
    real = sending.create_order

    def changed_meanwhile(*arguments: Any, **named: Any) -> int:
        with psycopg.connect(store.crm_url) as person:
            person.execute("UPDATE crm.data_source SET send_order_status_id = 9")
        return real(*arguments, **named)

    monkeypatch.setattr(sending, "create_order", changed_meanwhile)
    store.push()
    assert [order.status_id for order in store.sandbox.orders] == [11, 9]


def test_an_order_marked_as_a_test_while_it_waited_never_leaves(shop: Shop) -> None:
    store = shop()
    order_id = store.order()
    order_ledger.select_new(store.crm, 1)
    store.change("UPDATE crm.customer_order SET is_test = true")
    store.worker().run()
    assert store.states() == {order_id: "rejected"}
    assert store.posts() == 0


def test_a_store_that_quotes_the_customers_address_does_not_get_it_into_our_records(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store = shop()
    order_id = store.order()

    def refuse(*_: object, **__: object) -> None:
        quoted = "'12 St James's Square' is no street of ADA@example.com"
        raise RequestRefused(f"BigCommerce refused it (400: {quoted}).", status=400, detail=quoted)

    monkeypatch.setattr("include.bigcommerce.client.StoreClient.send", refuse)
    store.push()
    row = store.row(order_id)
    assert row["state"] == "rejected"
    history = order_ledger.history(store.crm, row["order_push_id"])
    kept = f"{row} {history} {caplog.text}"
    assert "James" not in kept
    assert "ada@example.com" not in kept.lower()


@pytest.mark.parametrize("completed_at", ["infinity", "20000-01-01 00:00+00"])
def test_order_of_an_impossible_date_stops_no_other(shop: Shop, completed_at: str) -> None:
    store = shop()
    store.crm.commit()
    prepare_session(store.crm)
    odd, good = store.order(), store.order()
    store.change("UPDATE crm.customer_order SET completed_at = %s WHERE order_id = %s", completed_at, odd)
    assert store.push() == {"rejected": 1, "pushed": 1}
    assert "which is impossible" in store.row(odd)["reason"]
    assert store.row(good)["state"] == "pushed"


def test_machine_whose_clock_is_days_behind_rejects_no_order(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Behind(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return datetime.now(tz) - timedelta(days=5)

    monkeypatch.setattr(translate, "datetime", Behind)
    store = shop()
    order_id = store.order()
    assert store.push() == {"pushed": 1}, store.row(order_id)["reason"]
