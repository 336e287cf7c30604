"""Reads what stores did to pushed orders: their status, shipments with tracking, cancellations and deletions.

- **Trigger, Single Run** reads what changed since the last run. With **Changed from** and **Changed before**:
  reads again all our orders that changed in that period.
- **Trigger, Backfill** does the same for its dates.
- **Pause** stops reading. The first run after that reads everything that changed meanwhile.

| task | what it does |
| --- | --- |
| find_stores | lists the active data sources with orders in BigCommerce that may still change |
| read | for each store: lists the orders that changed, and reads the shipments of those that are ours |

**When it runs:** every 15 minutes (the setting `BIGCOMMERCE_ORDER_UPDATES_CRON` changes that). A store in
which nothing changed costs one request. However long Airflow was down, the next run reads all that changed.

**What the CRM sees:** `crm.store_order` has the current status of each pushed order, as the store has it;
`crm.order_shipment` has its shipments with carrier, tracking number and link, and `crm.order_shipment_line`
what is in them. Whenever something changes, Postgres notifies the channel `crm_order_update` with the order's
id. Everything is shown as it is:

- An order that was set to *Shipped* without a shipment has that status, and no row in `crm.order_shipment`.
- A shipment that was deleted in the store has `voided_at`. Its order keeps its status, as in BigCommerce.
- An order that was cancelled, refunded or deleted in the store says so, and raises an alert.

BigCommerce does not list archived orders. So the daily *Order reconciliation* asks for each unshipped order
that was not listed for a day.

Nothing is changed in BigCommerce, and all of this is safe to repeat.

**When a store's task fails**, the run's note says why. All orders that could be read were read; the
next run reads the others.

At a terminal: `python -m include.order_updates read STORE_HASH`; `list` shows the orders as stores have them.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone
from typing import Any

from airflow.sdk import DAG, CronDataIntervalTimetable, get_current_context, task

from include.dag_ids import ORDER_UPDATES
from include.data_sources.pools import POOL
from include.order_push.dag_parts import DEFAULT_ARGUMENTS, STORE_NAME, params
from include.tasks.lineage import STORE_ORDER_TABLES, Lineage
from include.tasks.run_step import run_step
from include.tasks.run_stores import in_tasks, run_stores

# When it runs, as a cron expression in UTC; whatever it is, data intervals leave no gap.
CRON_SETTING = "BIGCOMMERCE_ORDER_UPDATES_CRON"
EVERY_15_MINUTES = "*/15 * * * *"

PARAMS = params(
    "Read all orders again that last changed in the store since then. Empty: those that changed since the "
    "last run.",
    happened="Changed",
    stores="all stores with orders that may still change",
)


@task(execution_timeout=timedelta(minutes=5))
def find_stores() -> list[dict[str, Any]]:
    """The stores to look at, spread over tasks: {stores, name} of each."""
    from include.order_updates import steps

    store_hash = get_current_context()["params"]["store"] or None
    found = run_step(lambda: steps.pushed_to(store_hash), doing="looking for stores with orders")
    return in_tasks(found["stores"])


@task(pool=POOL, execution_timeout=timedelta(hours=2), map_index_template=STORE_NAME)
def read(stores: list[dict[str, str]], name: str) -> None:
    """Read what one store did to orders, or several where there are many."""
    from include.order_updates import steps
    from include.order_updates.run_request import requested_span

    context = get_current_context()
    run_stores(
        stores,
        lambda store_hash: steps.update(store_hash, requested_span(context["dag_run"], context["params"])),
        doing="reading order updates",
        lineage=lambda store_hash: Lineage(
            store_hash,
            reads=["/v2/orders", "crm.order_push"],
            writes=STORE_ORDER_TABLES,
        ),
    )


with DAG(
    ORDER_UPDATES,
    dag_display_name="Order updates",
    doc_md=__doc__,
    schedule=CronDataIntervalTimetable(os.environ.get(CRON_SETTING) or EVERY_15_MINUTES, timezone="UTC"),
    start_date=datetime(2020, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    # A store that is unavailable keeps its run busy: the next run reads the others. An older look never
    # replaces what a later one read.
    max_active_runs=2,
    is_paused_upon_creation=False,
    tags=["bigcommerce", "orders"],
    params=PARAMS,
    default_args=DEFAULT_ARGUMENTS,
):
    read.expand_kwargs(find_stores())
