"""Sends completed orders of the CRM to BigCommerce: each one once, with the status its data source asks for.

| task | what it does |
| --- | --- |
| find_stores | lists the active data sources that send orders |
| push | for each store: sends what is new, tries again what waits, looks up what is uncertain |

**When it runs:** every 15 minutes (the setting `BIGCOMMERCE_ORDER_PUSH_CRON` changes that), over everything
that is due, however old. Nothing is missed while Airflow is down: the next run sends it.

**What users see:** the note of each run says, for each store, how many orders were *pushed*, and how many in
all are *waiting* (sent by the next run), *uncertain* (sent, but no clear answer came; they are looked up in
BigCommerce and settle themselves) and *rejected* (somebody has to mend something). One store that fails does
not stop the others.

**Rejected orders**: `python -m include.order_push list --state rejected` says why and what to do;
`show ORDER_ID` tells the order's whole history; after it is mended, `retry ORDER_ID`.

**To send orders from before the switch was turned on, or to try all rejected ones of some days again:**

1. On this page choose **Trigger**, then **Backfill**.
2. Enter the dates (times are UTC; they count by when an order was completed).
3. Under *Reprocess Behavior* choose **All Runs**. With *Missing Runs* those times are left out in which this
   DAG ran already, and it runs all day.
4. Let *Max Active Runs* be 2: a store lets only so many requests through, so more is not faster.
5. **Run Backfill.** The notes of its runs say what was pushed.

On the command line that is `airflow backfill create --dag-id bigcommerce_order_push --from-date 2026-11-01
--to-date 2026-11-02 --reprocess-behavior completed --max-active-runs 2`. It makes a run for every 15 minutes;
for weeks on end it is faster to **Trigger** one run with **Completed from** and **Completed before**, which
does the same. To see first what would be sent, trigger that with **Dry run**.

Repeating any of this is harmless, also while scheduled runs go on: an order that BigCommerce has is never
sent again. Orders of a type that is switched off, tests, and orders that are not COMPLETE are never sent.

**After the CRM's database was restored from a backup** nothing is sent twice: before it sends, a run asks the
store what it has from us, and adopts what the ledger does not know. What else there is to do: docs/backup.md.

**When a store is red**, the run's note says why.

- *The access token was refused* or *lacks a scope*: create an API account with the scope named, then
  `python -m include.data_sources update STORE_HASH --new-token`. No order is rejected for that: all go out
  with the next run.
- *The store is busy or away*, or *the CRM database did not answer*: it was tried again several times, and the
  next run does so too.
- *BigCommerce has orders more than once*: cancel and archive all but one of each there, then `retry` them.
- Anything else: the log of the red task has the details.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone

from airflow.sdk import DAG, CronDataIntervalTimetable, Param, get_current_context, task

from include.data_sources.dag_registry import POOL
from include.order_push.dag_ids import ORDER_PUSH
from include.order_push.dag_parts import DEFAULT_ARGUMENTS, ORDER_TABLES, STORE_NAME, find_stores, params
from include.tasks import lineage
from include.tasks.run_step import run_step

# When it runs, as a cron expression in UTC; whatever it is, data intervals leave no gap.
CRON_SETTING = "BIGCOMMERCE_ORDER_PUSH_CRON"
EVERY_15_MINUTES = "*/15 * * * *"

PARAMS = {
    **params("Push the orders completed from then on, also those from before the switch."),
    "order_ids": Param(
        None,
        type=["null", "array"],
        items={"type": "integer"},
        title="Order ids",
        description="Push these orders of the CRM, e.g. [1204, 1207], also if they were rejected.",
    ),
    "dry_run": Param(
        False,
        type="boolean",
        title="Dry run",
        description="Only say in the log of each store which orders would be sent. Writes nothing, and asks "
        "the store nothing.",
    ),
}


# Paid orders go before all that waits for the same pool.
BEFORE_SYNCS = 10


@task(
    pool=POOL,
    priority_weight=BEFORE_SYNCS,
    execution_timeout=timedelta(hours=2),
    map_index_template=STORE_NAME,
)
def push(store_hash: str, store_name: str) -> None:
    """Push one store's orders."""
    from include.order_push import steps
    from include.order_push.run_request import push_request
    from include.order_push.stores import explaining

    context = get_current_context()
    run_step(
        lambda: steps.push(store_hash, push_request(context["dag_run"], context["params"])),
        "pushing orders",
        explaining(store_name),
    )
    sent = [] if context["params"]["dry_run"] else ["/v2/orders", "crm.order_push"]
    lineage.emit(store_hash, reads=ORDER_TABLES, writes=sent)


with DAG(
    ORDER_PUSH,
    dag_display_name="Order push",
    doc_md=__doc__,
    schedule=CronDataIntervalTimetable(os.environ.get(CRON_SETTING) or EVERY_15_MINUTES, timezone="UTC"),
    start_date=datetime(2020, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    # runs may overlap, since the ledger keeps them apart: one by hand need not wait for one that waits for a
    # look-up; a backfill has a limit of its own
    max_active_runs=2,
    is_paused_upon_creation=False,
    tags=["bigcommerce", "orders"],
    params=PARAMS,
    default_args=DEFAULT_ARGUMENTS,
):
    push.expand_kwargs(find_stores())
