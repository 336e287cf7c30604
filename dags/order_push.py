"""Sends completed orders of the CRM to BigCommerce, each exactly once, with the status its data source sets.

If the data source's settings ask for it, refunds and cancellations of pushed orders are sent, too.

- **Trigger, Single Run** sends what is due now. With **Completed from** and **Completed before**: the orders
  of that period, rejected ones too. With **Dry run**: only lists them in the log.
- **Trigger, Backfill** does the same for a period in runs of 15 minutes. Under *Reprocess Behavior* choose
  **All Runs**: *Missing Runs* would skip every interval in which this DAG has run already.
- **Pause** this DAG *and* **Order push at once** to stop sending for all stores. Orders wait, and nothing is
  lost. To stop one store, pause it on the page **Data Sources**.

| task | what it does |
| --- | --- |
| find_stores | lists the active data sources that have something to send or to look up |
| push | for each of them: sends new orders, retries waiting ones and looks up unclear ones; refunds follow |

**When it runs:** every 15 minutes (the setting `BIGCOMMERCE_ORDER_PUSH_CRON` changes that). Each run sends
every order that is due, however old, so nothing is missed while Airflow is down. *Order push at once* sends
an order seconds after it completes; this DAG sends what that one could not.

**What users see:** the note of each run says how many orders of each store were *pushed* in this run, and
how many are now *waiting* (the next run sends them), *unclear* (sent, but without a clear answer; the
next runs look them up in BigCommerce, and the reason of an order says if a person has to settle it with
`python -m include.order_push resolve`) or *rejected* (somebody has to fix something). A store that fails
does not stop the others.

**Rejected orders:** the page of the data source lists them under *Orders*, with the reason and the next
step. Fix the order, then choose **Retry** there. At a terminal: `python -m include.order_push list --state
rejected`, `show ORDER_ID` for the history of one order, and `retry ORDER_ID`.

**Refunds and cancellations:** the note counts those that *followed* their orders. At a terminal:
`python -m include.order_refunds list --state rejected`, `show ORDER_ID`, `retry REFUND_ID`, `resolve
REFUND_ID`. A cancellation is rejected if the order has already shipped, even partly: then people decide.

**To send orders completed before sending was switched on, or to retry all rejected orders of a period:**

1. On this page, choose **Trigger**, then **Backfill**.
2. Enter the dates. Times are UTC; orders count by the time they were completed.
3. Under *Reprocess Behavior*, choose **All Runs**. *Missing Runs* skips every interval in which this DAG
   has already run, and it runs all day.
4. Set *Max Active Runs* to 2. More is not faster, because each store limits requests.
5. Choose **Run Backfill**. The notes of its runs say what was pushed.

At a terminal: `airflow backfill create --dag-id bigcommerce_order_push --from-date 2026-11-01 --to-date
2026-11-02 --reprocess-behavior completed --max-active-runs 2`. A backfill creates one run for every 15
minutes. For several weeks it is faster to **Trigger** one run with **Completed from** and **Completed
before**, which does the same. Add **Dry run** to see first what would be sent.

All of this is safe to repeat, also while scheduled runs go on: an order that BigCommerce has is never sent
again. Test orders, orders that are not COMPLETE and orders of a type that is switched off are never sent.

**After a restore of the CRM's database** nothing is sent twice: before a run sends anything, it asks the
store for the orders that came from this CRM and records those that are missing here. docs/backup.md has the
remaining steps.

**When a store's task fails**, the run's note says why.

- *The access token was refused*, or *lacks a scope*: enter a new token on the page of the data source
  (**Change settings**). At a terminal: `python -m include.data_sources update STORE_HASH --new-token`. No
  order is rejected because of this; the next run sends them all.
- *The store is busy or unavailable*, or *the CRM database is unavailable*: the task was retried several
  times. The next run retries, too.
- *BigCommerce has orders more than once*: cancel and archive all but one of each there, then retry them
  here.
- Anything else: see the log of the failed task.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone
from typing import Any

from airflow.sdk import DAG, CronDataIntervalTimetable, Param, get_current_context, task

from include.crm.ids import LARGEST_ID
from include.dag_ids import ORDER_PUSH
from include.data_sources.pools import ORDER_POOL
from include.order_push.dag_parts import BEFORE_SYNCS, DEFAULT_ARGUMENTS, ORDER_TABLES, STORE_NAME, params
from include.tasks.lineage import Lineage
from include.tasks.run_step import run_step
from include.tasks.run_stores import in_tasks, run_stores

# When it runs, as a cron expression in UTC; whatever it is, data intervals leave no gap.
CRON_SETTING = "BIGCOMMERCE_ORDER_PUSH_CRON"
EVERY_15_MINUTES = "*/15 * * * *"

PARAMS = {
    **params("Push all orders completed since then, also those from before sending was switched on."),
    "order_ids": Param(
        None,
        type=["null", "array"],
        items={"type": "integer", "minimum": 1, "maximum": LARGEST_ID},
        title="Order ids",
        description="Push only these orders of the CRM, e.g. [1204, 1207], even if they were rejected.",
    ),
    "dry_run": Param(
        False,
        type="boolean",
        title="Dry run",
        description="Only list, in the log of each store's task, the orders that would be sent. Writes "
        "nothing, and sends the store no request.",
    ),
}

READ_TABLES = [*ORDER_TABLES, "crm.order_refund", "crm.order_refund_line"]


@task(execution_timeout=timedelta(minutes=5))
def find_stores() -> list[dict[str, Any]]:
    """The stores to push for, spread over tasks: {stores, name} of each."""
    from include.order_push.run_request import push_request
    from include.order_push.stores import due_stores

    context = get_current_context()

    def find() -> dict[str, Any]:
        request = push_request(context["dag_run"], context["params"])
        return due_stores(request, context["params"]["store"] or None)

    return in_tasks(run_step(find, doing="looking for stores with orders to push")["stores"])


@task(
    pool=ORDER_POOL,
    priority_weight=BEFORE_SYNCS,
    execution_timeout=timedelta(hours=2),
    map_index_template=STORE_NAME,
)
def push(stores: list[dict[str, str]], name: str) -> None:
    """Push the orders of one store, or of several where there are many, with refunds and cancellations."""
    from include.order_push.run_request import push_request
    from include.order_refunds import steps

    context = get_current_context()
    request = push_request(context["dag_run"], context["params"])
    sent = [] if request.dry_run else ["/v2/orders", "crm.order_push", "crm.order_reversal"]
    run_stores(
        stores,
        lambda store_hash: steps.push_and_follow(store_hash, request),
        doing="pushing orders",
        lineage=lambda store_hash: Lineage(store_hash, reads=READ_TABLES, writes=sent),
    )


with DAG(
    ORDER_PUSH,
    dag_display_name="Order push",
    doc_md=__doc__,
    schedule=CronDataIntervalTimetable(os.environ.get(CRON_SETTING) or EVERY_15_MINUTES, timezone="UTC"),
    start_date=datetime(2020, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    # Runs may overlap, because the ledger keeps them apart: a manual run need not wait for a scheduled one.
    # A backfill has its own limit.
    max_active_runs=2,
    is_paused_upon_creation=False,
    tags=["bigcommerce", "orders"],
    params=PARAMS,
    default_args=DEFAULT_ARGUMENTS,
):
    push.expand_kwargs(find_stores())
