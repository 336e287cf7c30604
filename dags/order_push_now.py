"""Sends an order to BigCommerce seconds after it completes in the CRM.

- **Pause** leaves all orders to *Order push*, which runs every 15 minutes. Nothing is lost.
- **Trigger** sends now what completed within the last hour and no run has taken yet. To send anything else,
  trigger *Order push*.

| task | what it does |
| --- | --- |
| push | finds the stores with new orders, and sends these and whatever else is due for the same stores |

**When it runs:** when an order completes. The CRM's database notifies Airflow's triggerer, which collects for
a second, so many orders at once are one run. While a run works, it also sends the new orders of other stores,
so that a slow store keeps none of them waiting.

**What users see:** the note of each run says for each store how many orders were *pushed* and how many are
now *waiting*, *unclear* or *rejected*, as that of *Order push* does.

**What it leaves to Order push:** it tries each order once, gives up on a store that does not answer for 20
seconds, stops after a minute of sending to one store, and does not wait to look up unclear orders. So one
store never delays the orders of the others for long. Both DAGs work on one ledger: no order is sent twice.

**When a run failed**, its note says why, and the next run of *Order push* retries. If there is no run
at all although orders complete, see *Orders wait for 15 minutes* in the runbook.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from airflow.sdk import DAG, Asset, AssetWatcher, task

from include.dag_ids import ORDER_PUSH_NOW
from include.data_sources.pools import ORDER_POOL
from include.order_push.dag_parts import BEFORE_SYNCS, DEFAULT_ARGUMENTS, ORDER_TABLES
from include.order_push.listening import NewOrders
from include.tasks.lineage import Lineage
from include.tasks.run_step import run_step
from include.tasks.run_stores import run_stores

NEW_ORDERS = Asset(
    "bigcommerce_new_orders", watchers=[AssetWatcher(name="bigcommerce_new_orders", trigger=NewOrders())]
)


# One task for all stores, because a second one would cost a second.
@task(pool=ORDER_POOL, priority_weight=BEFORE_SYNCS, execution_timeout=timedelta(minutes=15))
def push() -> None:
    """Push the new orders of all stores."""
    from include.order_push import steps
    from include.order_push.run_request import PushRequest
    from include.order_push.stores import stores_with_new_orders
    from include.order_push.time_limits import AT_ONCE

    found = run_step(stores_with_new_orders, doing="looking for new orders")
    run_stores(
        found["stores"],
        lambda store_hash: steps.push(store_hash, PushRequest(), AT_ONCE),
        doing="pushing orders",
        more=lambda: list(stores_with_new_orders()["stores"]),
        lineage=lambda store_hash: Lineage(
            store_hash, reads=ORDER_TABLES, writes=["/v2/orders", "crm.order_push"]
        ),
    )


with DAG(
    ORDER_PUSH_NOW,
    dag_display_name="Order push at once",
    doc_md=__doc__,
    schedule=[NEW_ORDERS],
    start_date=datetime(2020, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    # orders that complete meanwhile and are not taken cause one further run, however many they are
    max_active_runs=1,
    is_paused_upon_creation=False,
    tags=["bigcommerce", "orders"],
    # its second attempt is the next run of the order push
    default_args={**DEFAULT_ARGUMENTS, "retries": 0},
):
    push()
