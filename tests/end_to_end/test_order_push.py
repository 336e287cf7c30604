"""Orders in a real Airflow: from the CRM's table to the store, by the DAG and by a backfill."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import psutil
import psycopg
import pytest

from include.connections import LISTENER
from include.local.orders import place_orders
from include.order_push.dag_ids import ORDER_PUSH
from include.order_push.translate import external_order_id
from tests.support.running_system import Store, push_at_once, wait_for

pytestmark = pytest.mark.end_to_end
INITIAL = {"order_type": "NEW_SALE", "order_status": "COMPLETE", "is_test": False, "billing_cycle_number": 1}


@pytest.fixture
def selling_store(store: Store) -> Store:
    """A store whose products are synced and that wants initial orders."""
    store.update(send_initial_orders=True, send_order_status="Awaiting Fulfillment")
    store.sandbox.settings.stock_is_tracked = False
    store.sync()
    return store


def place(store: Store, number: int, **columns: object) -> list[int]:
    with psycopg.connect(store.system.postgres.url("crm"), autocommit=True) as crm:
        return place_orders(crm, store.sandbox.store_hash, number, **{**INITIAL, **columns})


def push(store: Store, **params: Any) -> dict[str, Any]:
    """Trigger the DAG for this store and wait for its end; the DAG run."""
    airflow = store.system.airflow
    run_id = airflow.start(ORDER_PUSH, {"store": store.sandbox.store_hash, **params})
    wait_for(lambda: airflow.run(ORDER_PUSH, run_id)["state"] in ("success", "failed"), f"{run_id} to end")
    return airflow.run(ORDER_PUSH, run_id)


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


@pytest.fixture
def listening_store(selling_store: Store) -> Iterator[Store]:
    """The same, while Airflow hears of its orders."""
    push_at_once(selling_store.system, True)
    wait_for(lambda: listeners(selling_store), "Airflow to listen for orders")
    yield selling_store
    push_at_once(selling_store.system, False)


def wait_for_orders(store: Store, placed: list[int]) -> None:
    wait_for(lambda: sum(in_store(store).values()) >= len(placed), "the orders to be in the store")


def listeners(store: Store) -> list[dict[str, Any]]:
    return store.crm("SELECT pid FROM pg_stat_activity WHERE application_name = %s", LISTENER)


def test_order_is_in_the_store_seconds_after_it_completed(listening_store: Store) -> None:
    placed: list[int] = []
    for _ in range(2):  # the second one without what Airflow does only once
        began = time.monotonic()
        placed += place(listening_store, 1)
        wait_for_orders(listening_store, placed)
        seconds = time.monotonic() - began
    assert seconds < 20
    assert in_store(listening_store) == Counter(map(external_order_id, placed))


def test_order_that_the_triggerer_misses_is_sent_once_by_the_next_run(listening_store: Store) -> None:
    parts = [psutil.Process(part.pid) for part in listening_store.system.parts]
    programs = [each for part in parts for each in part.children()]
    [triggerer] = [each for each in programs if "triggerer" in " ".join(each.cmdline())]
    frozen = [triggerer, *triggerer.children(recursive=True)]
    for process in frozen:
        process.suspend()
    try:
        placed = place(listening_store, 1)
        assert push(listening_store)["state"] == "success"
        assert in_store(listening_store) == Counter(map(external_order_id, placed))
    finally:
        for process in frozen:
            process.resume()
    later = place(listening_store, 1)  # it hears of both
    wait_for_orders(listening_store, [*placed, *later])
    assert in_store(listening_store) == Counter(map(external_order_id, [*placed, *later]))


def test_a_dry_run_sends_nothing(selling_store: Store) -> None:
    place(selling_store, 2)
    assert "2 orders would be sent" in push(selling_store, dry_run=True)["note"]
    assert in_store(selling_store) == Counter()


def test_a_backfill_pushes_orders_from_before_the_switch(selling_store: Store) -> None:
    at = datetime(2026, 3, 5, 12, 5, tzinfo=timezone.utc)
    order_ids = place(selling_store, 2, completed_at=at.isoformat())
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
