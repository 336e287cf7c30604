"""The reconciliation in a real Airflow: mapped over stores, loud about differences."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import psycopg
import pytest

from include.dag_ids import ORDER_PUSH
from include.local.orders import place_orders
from tests.support.running_system import Store, run_dag

pytestmark = pytest.mark.end_to_end

RECONCILIATION = "bigcommerce_order_reconciliation"
A_DAY = {"from": "2026-11-20T00:00:00Z", "to": "2026-11-21T00:00:00Z"}


def run(store: Store, dag_id: str, **params: Any) -> tuple[str, str, str | None]:
    """Trigger a DAG for this store; the run's state and note, and what its mapped task is called."""
    ended = run_dag(store.system, dag_id, store=store.sandbox.store_hash, **params)
    path = f"/dags/{dag_id}/dagRuns/{ended['dag_run_id']}/taskInstances"
    instances = store.system.airflow.call("GET", path)["task_instances"]
    [name] = [each["rendered_map_index"] for each in instances if each["task_id"] != "find_stores"]
    return ended["state"], ended["note"], name


def test_an_order_that_is_gone_from_the_store_fails_the_run_with_its_store_named(store: Store) -> None:
    store.update(send_initial_orders=True)
    store.sandbox.settings.stock_is_tracked = False
    store.sync_without_airflow()
    paid = {"order_type": "NEW_SALE", "order_status": "COMPLETE", "is_test": False, "billing_cycle_number": 1}
    with psycopg.connect(store.system.postgres.url("crm"), autocommit=True) as crm:
        noon = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
        place_orders(crm, store.sandbox.store_hash, 2, **paid, completed_at=noon)
    named = "SELECT store_name FROM crm.data_source WHERE store_hash = %s"
    [name] = [row["store_name"] for row in store.crm(named, store.sandbox.store_hash)]

    assert run(store, ORDER_PUSH, **A_DAY) == (
        "success",
        f"{name}: 2 orders pushed; 0 waiting, 0 unclear, 0 rejected",
        name,
    )
    assert run(store, RECONCILIATION, **A_DAY) == (
        "success",
        f"{name}: 2 orders in the CRM, 2 in BigCommerce; no difference",
        name,
    )
    store.sandbox.orders.archive(next(iter(store.sandbox.orders)).id)
    state, note, _ = run(store, RECONCILIATION, **A_DAY)
    assert state == "failed"
    assert note.startswith(f"{name}: 2 orders in the CRM, 1 in BigCommerce; 1 gone from BigCommerce")
