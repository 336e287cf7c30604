"""What it costs to find out that nothing is due, at few stores and at many."""

from __future__ import annotations

import psycopg

from tools.bench.results import NotMeasured, Results
from tools.bench.testbed import WITH_TRIGGERS, WITHOUT_TRIGGERS, Testbed

ORDERS_OF_EACH = 200
# How often a day tasks look, by default …
TASKS_A_DAY = {"orders": 96, "updates": 96, "changes": 288, "monitoring": 288}
# … and the triggerer, every 30 seconds, if nothing is notified.
TRIGGERS_A_DAY = {"trigger: orders": 2_880, "trigger: changes": 2_880}


def measure_idle_stores(testbed: Testbed, results: Results, stores: int) -> None:
    """Measure all looks at so many stores whose orders were pushed long ago and in which nothing changed."""
    with testbed.fresh_database() as crm_url:
        with psycopg.connect(crm_url, autocommit=True) as crm:
            for statement in _IDLE:
                sizes = {"stores": stores, "orders": ORDERS_OF_EACH} if "%(" in statement else None
                crm.execute(statement.encode(), sizes)
        done = testbed.run("one_look", AIRFLOW_CONN_CRM_DB=crm_url)
    if done["found"]:
        raise NotMeasured(f"At {stores:,} idle stores, {done['found']} things were found to do.")
    for look, cost in done["looks"].items():
        results.add(f"idle: {look}", stores, cost)
    results.add("idle: start of a task", stores, {"cpu": done["start_up_cpu"]})


def cpu_of_a_look(results: Results, look: str, stores: int) -> float:
    """CPU seconds of ours and of Postgres; KeyError if it was not measured."""
    cost = results.median(f"idle: {look}", stores)
    return cost["cpu"] + cost["postgres_cpu"]


def cpu_of_a_day(results: Results, stores: int) -> float:
    """CPU seconds of all looks of a day, without the start of tasks; KeyError if they were not measured."""
    times = {**TASKS_A_DAY, **TRIGGERS_A_DAY}
    return sum(number * cpu_of_a_look(results, look, stores) for look, number in times.items())


_IDLE = (
    """INSERT INTO crm.campaign (campaign_id, name, currency_code)
       OVERRIDING SYSTEM VALUE SELECT number, 'Store ' || number, 'USD'
       FROM generate_series(1, %(stores)s) AS number""",
    """INSERT INTO crm.data_source (store_hash, store_name, campaign_id, send_initial_orders,
                                    send_initial_orders_since)
       SELECT 'idle' || campaign_id, name, campaign_id, true, now() - interval '3 years'
       FROM crm.campaign""",
    WITHOUT_TRIGGERS,
    """INSERT INTO crm.customer_order (order_id, campaign_id, order_type, order_status, currency_code, price,
                                       total_amount, completed_at)
       SELECT row_number() OVER (), campaign_id, 'NEW_SALE', 'COMPLETE', 'USD', 1, 1,
              now() - (1 + random()) * interval '1 year'
       FROM crm.campaign CROSS JOIN generate_series(1, %(orders)s)""",
    """INSERT INTO crm.order_push (data_source_id, order_id, state, requested_by, next_attempt_at,
                                   bigcommerce_order_id, order_completed_at, updated_at)
       SELECT data_source_id, order_id, 'pushed', 'schedule', NULL, order_id, completed_at, completed_at
       FROM crm.customer_order JOIN crm.data_source USING (campaign_id)""",
    WITH_TRIGGERS,
    "VACUUM ANALYZE crm.customer_order, crm.order_push, crm.data_source",
)
