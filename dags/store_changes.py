"""Brings changes in a store into the CRM, seconds after a webhook or a quick look reported them.

- **Pause** leaves all changes to the full product syncs and to *Order updates*. Hints are kept meanwhile.
- **Trigger** acts now on the hints that wait, also in stores that failed before.

| task | what it does |
| --- | --- |
| follow | finds the stores with hints, reads their orders, and syncs just the products that changed |
| full_sync | triggers the product sync of a store in which very many products changed; mostly skipped |

A store with a *Quick sync* is asked which products changed, as often as that setting says.

**When it runs:** when a webhook is received (the CRM's database notifies Airflow's triggerer, which collects
for a second), and every 5 minutes. While a run works, it also follows the changes of other stores, so that a
store with much to do, or a slow one, keeps none of them waiting; a second run may work beside it. Products of
a store that a sync is working on wait for its end.

**What users see:** the note of each run says for each store what changed. Each sync of changes is also in the
store's list of syncs, with its changes; the store's status and its last sync stay those of the full syncs.

**A flood:** where more than 2,000 products and more than 5 % of the catalogue changed, one full sync is
triggered instead, at most once an hour.

**When a run failed**, its note says why. A store that fails is left alone for 4 minutes, then twice as long
after each further failure, an hour at most; its overview says when the next attempt is. The next full
sync repairs whatever is missed.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import (
    DAG,
    Asset,
    AssetOrTimeSchedule,
    AssetWatcher,
    CronTriggerTimetable,
    get_current_context,
    task,
)

from include.dag_ids import STORE_CHANGES
from include.data_sources.pools import ORDER_POOL
from include.store_changes.listening import NewHints
from include.tasks.airflow_urls import run_url
from include.tasks.lineage import CAMPAIGN_TABLES, CUSTOM_FIELDS, STORE_ORDER_TABLES, Lineage
from include.tasks.retry_policy import retries
from include.tasks.run_step import run_step
from include.tasks.run_stores import run_stores

CHANGES = Asset(
    "bigcommerce_store_changes",
    watchers=[AssetWatcher(name="bigcommerce_store_changes", trigger=NewHints())],
)


# One task for all stores, because a second one would cost a second. Its runs take at most half of the pool
# for orders; long first syncs, which fill the other pool, do not hold it up.
@task(pool=ORDER_POOL, execution_timeout=timedelta(hours=1))
def follow() -> list[str]:
    """Follow the hints of all stores; the DAGs of those that need a full sync."""
    from include.store_changes import steps

    run = get_current_context()["dag_run"]
    found = run_step(
        lambda: steps.due_stores(at_once=run.run_type == "manual"),
        doing="looking for changes in stores",
    )
    # triggering is not to depend on whether other stores answer; these have their turn in the next run
    if not found["flooded"]:
        url = run_url(run.dag_id, run.run_id)
        run_stores(
            found["stores"],
            lambda store_hash: steps.follow(store_hash, url),
            doing="following changes",
            more=steps.more_stores,
            lineage=lambda store_hash: Lineage(
                store_hash,
                reads=["/v3/catalog/products", "/v2/orders", "crm.order_push"],
                writes=[*CAMPAIGN_TABLES, *CUSTOM_FIELDS, *STORE_ORDER_TABLES],
            ),
        )
    return list(found["flooded"])


with DAG(
    STORE_CHANGES,
    dag_display_name="Store changes",
    doc_md=__doc__,
    schedule=AssetOrTimeSchedule(
        timetable=CronTriggerTimetable("*/5 * * * *", timezone="UTC"), assets=[CHANGES]
    ),
    start_date=datetime(2020, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    # hints received meanwhile cause one further run, however many they are; it leaves stores alone that the
    # other one is working on
    max_active_runs=2,
    is_paused_upon_creation=False,
    tags=["bigcommerce", "product sync"],
    # the second attempt is the next run, 5 minutes later at most
    default_args={"owner": "bigcommerce", **retries(), "retries": 0},
):
    TriggerDagRunOperator.partial(task_id="full_sync", openlineage_inject_parent_info=False).expand(
        trigger_dag_id=follow()
    )
