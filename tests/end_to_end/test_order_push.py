"""Orders in a real Airflow: from the CRM to the store, by the DAG and by a backfill, and what follows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

import psutil
import psycopg
import pytest
from playwright.sync_api import Locator, Page, expect

from include.connections.crm import LISTENER
from include.dag_ids import ORDER_PUSH, ORDER_PUSH_NOW, ORDER_UPDATES
from include.local.orders import place_orders
from include.order_push.translate import external_order_id
from tests.support.running_system import Store, push_at_once, run_dag, wait_for

pytestmark = pytest.mark.end_to_end
INITIAL = {"order_type": "NEW_SALE", "order_status": "COMPLETE", "is_test": False, "billing_cycle_number": 1}


@pytest.fixture
def selling_store(store: Store) -> Store:
    """A store whose products are synced and that wants initial orders."""
    store.update(send_initial_orders=True, send_order_status="Awaiting Fulfillment")
    store.sandbox.settings.stock_is_tracked = False
    store.sync_without_airflow()
    return store


def place(store: Store, number: int, **columns: object) -> list[int]:
    with psycopg.connect(store.system.postgres.url("crm"), autocommit=True) as crm:
        return place_orders(crm, store.sandbox.store_hash, number, **{**INITIAL, **columns})


def push(store: Store, **params: Any) -> dict[str, Any]:
    return run_dag(store.system, ORDER_PUSH, store=store.sandbox.store_hash, **params)


def in_store(store: Store) -> Counter[str | None]:
    return Counter(order.external_order_id for order in store.sandbox.orders)


def test_completed_orders_reach_the_store_once_however_often_the_dag_runs(selling_store: Store) -> None:
    order_ids = place(selling_store, 5)
    run = push(selling_store)
    assert run["state"] == "success"
    assert "5 orders pushed; 0 waiting, 0 unclear, 0 rejected" in run["note"]
    assert push(selling_store)["state"] == "success"
    assert in_store(selling_store) == Counter(map(external_order_id, order_ids))
    assert {order.status_id for order in selling_store.sandbox.orders} == {11}


def test_a_revoked_token_fails_the_run_with_a_sentence_and_rejects_no_order(selling_store: Store) -> None:
    order_ids = place(selling_store, 3)
    selling_store.sandbox.access.revoke_token()
    run = push(selling_store)
    assert run["state"] == "failed"
    assert "access token" in run["note"]
    selling_store.sandbox.access.renew_token(selling_store.sandbox.token)
    push(selling_store)
    assert in_store(selling_store) == Counter(map(external_order_id, order_ids))


def test_a_dry_run_sends_nothing(selling_store: Store) -> None:
    place(selling_store, 2)
    assert "2 orders would be sent" in push(selling_store, dry_run=True)["note"]
    assert in_store(selling_store) == Counter()


def test_a_backfill_pushes_orders_from_before_the_switch(selling_store: Store) -> None:
    at = datetime(2026, 3, 5, 12, 5, tzinfo=timezone.utc)
    order_ids = place(selling_store, 2, completed_at=at)
    push(selling_store)
    assert in_store(selling_store) == Counter()
    asked = {
        **{"dag_id": ORDER_PUSH, "from_date": "2026-03-04T00:00:00Z", "to_date": "2026-03-06T23:00:00Z"},
        **{
            "reprocess_behavior": "completed",
            "max_active_runs": 1,
            "run_backwards": False,
            "dag_run_conf": {},
        },
    }
    selling_store.system.airflow.call("POST", "/backfills", asked)
    wait_for(lambda: in_store(selling_store), "the backfill to push the orders")
    wait_for(lambda: sum(in_store(selling_store).values()) == len(order_ids), "the backfill to push all")
    assert in_store(selling_store) == Counter(map(external_order_id, order_ids))


def test_a_shipment_comes_back_with_its_tracking_link_and_a_partial_refund_follows_once(
    selling_store: Store, person: Callable[..., Page]
) -> None:
    selling_store.update(mirror_refunds="record")
    [order_id] = place(selling_store, 1)
    push(selling_store)
    [order] = selling_store.sandbox.orders
    page = person("viewer")

    page.goto(selling_store.sandbox.base_url)
    page.get_by_role("button", name=f"Ship: order {order.id}").click()
    expect(page.get_by_role("status")).to_contain_text("Done.")
    updates = run_dag(selling_store.system, ORDER_UPDATES, store=selling_store.sandbox.store_hash)
    assert updates["state"] == "success"
    [made] = selling_store.sandbox.shipments.of(order.id)
    assert shipped_in_the_crm(selling_store, order_id) == [
        (made.tracking_number, made.generated_tracking_link, item.product_id, item.quantity)
        for item in made.items
    ]
    link = timeline(page, selling_store, order_id).get_by_role("link", name="Track the parcel")
    expect(link).to_have_attribute("href", made.generated_tracking_link)

    refund_in_the_crm(selling_store, order_id, Decimal("1.25"))
    for _ in range(2):
        assert push(selling_store)["state"] == "success"
    refunded = [(each.order_id, each.total_amount) for each in selling_store.sandbox.refunds]
    assert refunded == [(order.id, Decimal("1.25"))]
    event = timeline(page, selling_store, order_id).filter(has_text="in the CRM")
    expect(event).to_contain_text(f"Refunded 1.25 {order.default_currency_code} in the CRM")
    expect(event).to_contain_text("In BigCommerce")


def timeline(page: Page, store: Store, order_id: int) -> Locator:
    """The events on the order's page, opened anew."""
    page.goto(f"{store.system.airflow.address}/data-sources/{store.sandbox.store_hash}/orders/{order_id}")
    return page.get_by_role("list", name="Timeline").get_by_role("listitem")


def shipped_in_the_crm(store: Store, order_id: int) -> list[tuple[Any, ...]]:
    """Tracking number and link, product and quantity of all that is in an order's shipments."""
    rows = store.crm(
        """SELECT tracking_number, tracking_link, bigcommerce_product_id, quantity
           FROM crm.order_shipment
           JOIN crm.order_shipment_line USING (data_source_id, bigcommerce_shipment_id)
           WHERE order_id = %s AND voided_at IS NULL
           ORDER BY bigcommerce_order_product_id""",
        order_id,
    )
    return [tuple(row.values()) for row in rows]


def refund_in_the_crm(store: Store, order_id: int, amount: Decimal) -> None:
    """Pay back an amount that belongs to no piece; the refund has the id of its order."""
    with psycopg.connect(store.system.postgres.url("crm"), autocommit=True) as crm:
        crm.execute(
            "INSERT INTO crm.order_refund (refund_id, order_id, amount, reason) VALUES (%s, %s, %s, %s)",
            [order_id, order_id, amount, "The box was dented"],
        )


def test_orders_are_sent_within_seconds_and_those_that_the_triggerer_misses_once_by_the_next_run(
    selling_store: Store,
) -> None:
    placed: list[int] = []
    with pushing_at_once(selling_store):
        for _ in range(2):  # the second time without what Airflow does only once
            completed_at = datetime.now(timezone.utc)
            placed += place(selling_store, 1)
            wait_for_orders(selling_store, placed)
            seconds = (newest_push_at_once(selling_store) - completed_at).total_seconds()
        with hanging_triggerer(selling_store):
            placed += place(selling_store, 1)
            assert push(selling_store)["state"] == "success"
            assert in_store(selling_store) == Counter(map(external_order_id, placed))
        placed += place(selling_store, 1)  # it hears of both
        wait_for_orders(selling_store, placed)
    assert seconds < 20  # without a notification, the trigger looks every 30 seconds
    assert in_store(selling_store) == Counter(map(external_order_id, placed))


@contextmanager
def pushing_at_once(store: Store) -> Iterator[None]:
    """Airflow hears of completed orders meanwhile."""
    listeners = "SELECT pid FROM pg_stat_activity WHERE application_name = %s"
    push_at_once(store.system, True)
    try:
        wait_for(lambda: store.crm(listeners, LISTENER), "Airflow to listen for orders")
        yield
    finally:
        push_at_once(store.system, False)


@contextmanager
def hanging_triggerer(store: Store) -> Iterator[None]:
    """The triggerer does nothing meanwhile, as if it were gone."""
    programs = [each for part in store.system.parts for each in psutil.Process(part.pid).children()]
    [triggerer] = [each for each in programs if "triggerer" in " ".join(each.cmdline())]
    hanging = [triggerer, *triggerer.children(recursive=True)]
    for process in hanging:
        process.suspend()
    try:
        yield
    finally:
        for process in hanging:
            process.resume()


def newest_push_at_once(store: Store) -> datetime:
    """When the trigger last started a push; how long that takes says how busy the machine is."""
    newest = f"/dags/{ORDER_PUSH_NOW}/dagRuns?order_by=-id&limit=1"
    [run] = store.system.airflow.call("GET", newest)["dag_runs"]
    return datetime.fromisoformat(run["queued_at"].replace("Z", "+00:00"))


def wait_for_orders(store: Store, placed: list[int]) -> None:
    wait_for(lambda: sum(in_store(store).values()) >= len(placed), "the orders to be in the store")
