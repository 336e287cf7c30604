"""What the worker promises for each single thing that can happen to an order."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import psycopg
import pytest

from include.bigcommerce.errors import (
    BigCommerceError,
    DeadlinePassed,
    RequestRefused,
    StoreUnavailable,
    TokenRejected,
)
from include.connection_lookup import ConnectionMissing
from include.crm import order_ledger
from include.crm.order_ledger import RequestedBy
from include.order_push import look_ups, sending, steps
from include.order_push.effort import AT_ONCE
from include.order_push.errors import FoundTwice
from include.order_push.order_status import order_statuses
from include.order_push.run_request import PushRequest
from include.order_push.stores import due_stores, sending_stores, stores_with_new_orders
from include.order_push.translate import external_order_id
from tests.support.ordering_store import OrderingStore

Shop = Callable[..., OrderingStore]
ORDERS = "/v2/orders"


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
    assert order_ledger.retry(store.crm, [order_id, good], worker="a person") == [order_id]
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
    order_ledger.retry(store.crm, [order_id], worker="a person")
    store.crm.commit()
    store.push()
    assert store.states() == {order_id: "pushed"}


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


@pytest.mark.parametrize("requested_by", ["schedule", "manual"])
def test_order_tells_a_push_by_a_person_from_one_by_the_schedule(
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
    assert told["summary"].endswith("1 orders would be sent, 1 would be rejected")
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


def test_a_store_that_is_away_leaves_every_order_waiting(shop: Shop) -> None:
    store = shop()
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


def test_orders_wait_for_the_next_run_when_time_is_up(shop: Shop) -> None:
    store = shop()
    orders = [store.order(), store.order()]
    order_ledger.select_new(store.crm, 1)
    store.crm.commit()
    store.worker(effort=replace(AT_ONCE, sending=-1)).run()
    assert store.states() == dict.fromkeys(orders, "pending")
    assert store.posts() == 0
    store.worker().run()
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
    order_ledger.retry(store.crm, [order_id], worker="a person")
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


@pytest.mark.parametrize(
    ("status", "kind"),
    [("REFUNDED", "refunded in the CRM"), ("CANCELLED", "cancelled in the CRM")],
)
def test_order_refunded_or_cancelled_after_its_push_is_a_finding_until_the_store_follows(
    shop: Shop, status: str, kind: str
) -> None:
    store = shop()
    order_id, untouched = store.order(), store.order(variant=1)
    store.push()
    store.change("UPDATE crm.customer_order SET order_status = %s WHERE order_id = %s", status, order_id)

    def compare() -> Any:
        now = datetime.now(timezone.utc)
        return steps.compare(store.sandbox.store_hash, now - timedelta(days=1), now + timedelta(days=1))

    [finding] = compare().findings
    sent = store.row(order_id)["bigcommerce_order_id"]
    assert (finding.kind, finding.order_id, finding.bigcommerce_order_ids) == (kind, order_id, [sent])
    assert status in finding.sentence
    [shown] = order_statuses(store.crm, order_id)
    assert status in (shown.reason or "")
    [other] = order_statuses(store.crm, untouched)
    assert other.reason is None
    store.sandbox.orders.change(sent, status_id=5)
    assert compare().findings == []


def test_countries_and_states_are_read_once_with_at_most_five_requests(shop: Shop) -> None:
    store = shop()
    store.order()
    store.push()
    geography = [one for one in store.sandbox.requests if one.path.startswith("/v2/countries")]
    assert 2 <= len(geography) <= 5
    store.order()
    store.push()
    assert [one for one in store.sandbox.requests if one.path.startswith("/v2/countries")] == geography


def test_unreadable_countries_stop_no_order_and_are_not_requested_again_at_once(shop: Shop) -> None:
    store = shop()
    store.sandbox.faults.add("status", method="GET", path="/v2/countries", status=500, times=None)
    orders = [store.order(), store.order(variant=1)]
    store.push()
    store.push()
    assert store.states() == dict.fromkeys(orders, "pushed")
    assert sum(one.path.startswith("/v2/countries") for one in store.sandbox.requests) == 1


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
