"""Compares the CRM's orders with those in BigCommerce, store by store. It changes nothing.

- **Trigger** compares the last 7 days now, or the period of **Completed from** and **Completed before**.
- The results are on **Admin, Data Sources**, the store, **Reconciliations**.

| task | what it does |
| --- | --- |
| find_stores | lists the active data sources that send orders |
| compare | for each store: compares all orders of the period, by their ids; finds deleted ones |

Before it compares, it asks for each unshipped order that the store has not listed for a day: deleted orders
are no longer listed.

**When it runs:** every day at 03:00 UTC, over the last 7 days. **Trigger** it with **Completed from** and
**Completed before** for any other period. Orders completed within the last hour are skipped unless the
period you enter includes them, because they may not have been sent yet.

**When a store's task fails**, the run's note says how many orders differ. **Admin, Data Sources**, the store,
**Reconciliations** lists each order with its next step. The other stores are still compared.
Differences are not retried: somebody has to look at them.

- *not pushed*: the order is paid but not in BigCommerce. Its page, or `python -m include.order_push show
  ORDER_ID`, says why. Fix that, then retry the order, or push the period again (see *Order push*).
- *in BigCommerce after all*: the order was rejected or dismissed, but BigCommerce has an order under its id.
  If it is the same, retry the order: it is recorded, and not sent again.
- *twice in BigCommerce*: cancel and archive all but one of them there.
- *gone from BigCommerce*: the order was sent, and somebody deleted or archived it there. Find out who and
  why.
- *unknown to the CRM*: BigCommerce has this order from the CRM, but the CRM does not. This happens when the
  CRM's database is restored from a backup. Enter the order in the CRM again, with its id and date
  (docs/backup.md).
- *refunded in BigCommerce* or *cancelled in BigCommerce*: this happened after the order was sent, and the
  CRM still has it as COMPLETE. Refund or cancel it in the CRM, too, if that is intended.
- *refunded in the CRM* or *cancelled in the CRM*: this happened after the order was sent, and BigCommerce
  does not show it. The difference says whether it was sent to BigCommerce, and what to do.
- *refunds differ*: both refunded some of the order, but not the same amount.
- *total differs*: somebody changed the order in BigCommerce after it was sent. Find out who and why.
- *not shipped*: the order is paid and was sent days ago, and the store still has to ship it. Ask the people
  who ship for the store. These are all such orders completed before the end of the period.

Every result is kept in `crm.order_reconciliation`, every difference in `crm.order_finding`. At a terminal:
`python -m include.order_push reconcile STORE_HASH --from 2026-11-01 --to 2026-11-08`.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from airflow.sdk import DAG, CronDataIntervalTimetable, get_current_context, task

from include.dag_ids import ORDER_RECONCILIATION
from include.data_sources.pools import POOL
from include.order_push.dag_parts import DEFAULT_ARGUMENTS, ORDER_TABLES, STORE_NAME, params
from include.tasks.lineage import Lineage
from include.tasks.run_step import run_step
from include.tasks.run_stores import in_tasks, run_stores

PARAMS = params("Compare the orders completed since then. Empty: the last 7 days.")


@task(execution_timeout=timedelta(minutes=5))
def find_stores() -> list[dict[str, Any]]:
    """The stores to compare, spread over tasks: {stores, name} of each."""
    from include.order_push.stores import sending_stores

    store_hash = get_current_context()["params"]["store"] or None
    found = run_step(lambda: sending_stores(store_hash), doing="looking for stores that send orders")
    return in_tasks(found["stores"])


@task(pool=POOL, execution_timeout=timedelta(hours=2), map_index_template=STORE_NAME)
def compare(stores: list[dict[str, str]], name: str) -> None:
    """Compare the orders of one store, or of several where there are many; differences fail it."""
    from include.order_push import steps
    from include.order_push.errors import NotReconciled
    from include.order_push.run_request import compared_span
    from include.order_updates.steps import read_unseen

    context = get_current_context()

    def compare_and_judge(store_hash: str) -> dict[str, Any]:
        read_unseen(store_hash)  # deleted orders are no longer listed
        compared = steps.compare(store_hash, *compared_span(context["dag_run"], context["params"]))
        Lineage(
            store_hash,
            reads=[*ORDER_TABLES, "/v2/orders"],
            writes=["crm.order_reconciliation", "crm.order_finding", "crm.store_order"],
        ).emit()
        if compared.findings:
            raise NotReconciled(
                f"{compared.summary}.",
                "Admin, Data Sources, the store's page Reconciliations lists each with its next step.",
            )
        return {"summary": compared.summary}

    run_stores(stores, compare_and_judge, doing="comparing orders")


with DAG(
    ORDER_RECONCILIATION,
    dag_display_name="Order reconciliation",
    doc_md=__doc__,
    schedule=CronDataIntervalTimetable("0 3 * * *", timezone="UTC"),
    start_date=datetime(2020, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,
    tags=["bigcommerce", "orders"],
    params=PARAMS,
    default_args=DEFAULT_ARGUMENTS,
):
    compare.expand_kwargs(find_stores())
