"""How soon an order is in the store, and what it costs to find out that nothing is due at 1,500 stores."""

from __future__ import annotations

import random
import time

import psycopg

from include.connections import LISTENER
from include.local.orders import place_orders
from include.local.supervisor import SystemFailed
from include.local.system import STORE_HASH, System
from tools.bench.scenarios import Results
from tools.bench.setting import Setting

EVENTS = 20
WARM_UPS = 2
PATIENCE_SECONDS = 120
IDLE_STORES, ORDERS_OF_EACH = 1_500, 200
PAID = {"order_type": "NEW_SALE", "order_status": "COMPLETE", "is_test": False, "billing_cycle_number": 1}


def measure_events(system: System, results: Results) -> None:
    """Orders that complete one by one in a running Airflow, until the store has answered to each."""
    sending = ("--send-initial-orders", "--send-order-status", "Awaiting Fulfillment")
    done = system.command("include.data_sources", "update", STORE_HASH, *sending)
    if done.returncode:
        raise SystemFailed(done.stderr.strip())
    with psycopg.connect(system.postgres.url("crm"), autocommit=True) as crm:
        listening = "SELECT FROM pg_stat_activity WHERE application_name = %s"
        _wait_for(system, crm, listening, LISTENER)
        for number in range(WARM_UPS + EVENTS):
            [order_id] = place_orders(crm, STORE_HASH, 1, **PAID)
            answered = "SELECT FROM crm.order_push WHERE order_id = %s AND state IN ('pushed', 'rejected')"
            seconds = _wait_for(system, crm, answered, order_id)
            if number >= WARM_UPS:
                results.add("event", 1, {"seconds": seconds})
            # each at another moment of the triggerer's and the scheduler's own rounds
            time.sleep(random.uniform(1, 3))


def _wait_for(system: System, crm: psycopg.Connection, query: str, parameter: object) -> float:
    """Seconds until the query finds a row. Raises SystemFailed."""
    began = time.perf_counter()
    while (seconds := time.perf_counter() - began) < PATIENCE_SECONDS:
        if crm.execute(query.encode(), [parameter]).fetchone() is not None:
            return seconds
        time.sleep(0.02)
        system.check()
    raise SystemFailed(f"Nothing was found in {PATIENCE_SECONDS} s: {query}")


def measure_idle_stores(setting: Setting, results: Results) -> None:
    """The first task of a push where all orders of many stores are pushed, and the look of the triggerer."""
    with setting.fresh_database() as crm_url:
        with psycopg.connect(crm_url, autocommit=True) as crm:
            for statement in _IDLE:
                crm.execute(statement, {"stores": IDLE_STORES, "orders": ORDERS_OF_EACH})
        done = setting.run("one_look", AIRFLOW_CONN_CRM_DB=crm_url)
    if done["tasks"]:
        raise SystemExit(f"Idle stores cost {done['tasks']} tasks.")
    for look in ("schedule", "event"):
        results.add(f"idle: {look}", IDLE_STORES, done[look])


_IDLE = (
    b"""INSERT INTO crm.campaign (campaign_id, name, currency_code)
        OVERRIDING SYSTEM VALUE SELECT number, 'Store ' || number, 'USD'
        FROM generate_series(1, %(stores)s) AS number""",
    b"""INSERT INTO crm.data_source (store_hash, store_name, campaign_id, send_initial_orders,
                                     send_initial_orders_since)
        SELECT 'idle' || campaign_id, name, campaign_id, true, now() - interval '2 years'
        FROM crm.campaign""",
    b"""INSERT INTO crm.customer_order (order_id, campaign_id, order_type, order_status, currency_code, price,
                                        total_amount, completed_at)
        SELECT row_number() OVER (), campaign_id, 'NEW_SALE', 'COMPLETE', 'USD', 1, 1,
               now() - random() * interval '1 year'
        FROM crm.campaign CROSS JOIN generate_series(1, %(orders)s)""",
    b"""INSERT INTO crm.order_push (data_source_id, order_id, state, requested_by, next_attempt_at,
                                    bigcommerce_order_id)
        SELECT data_source_id, order_id, 'pushed', 'schedule', NULL, order_id
        FROM crm.customer_order JOIN crm.data_source USING (campaign_id)""",
    b"VACUUM ANALYZE crm.customer_order, crm.order_push, crm.data_source",
)
