"""Copies the catalogue of a BigCommerce store into the CRM and writes the CRM's ids back to the store.

- **Trigger** syncs this store now, as *Sync Products* on the page does; the form explains its options.
- Everything else is on **Admin, Data Sources**: what a sync changed, warnings, orders, settings.

| task | what it does |
| --- | --- |
| extract | checks the access token, then reads every product with its variants |
| load | finds what is new, changed or removed, and publishes it in one transaction |
| write_back | writes the custom field with the CRM's ids to each variant in BigCommerce |

**When it runs:** on *Sync Products* (Trigger), and on a schedule if the data source has one (*Automatic
sync*). A second run waits until the first has finished.

**What users see:** *Submitted* while a run waits, *In Progress* while it works, then *Completed* (all
products are read and all custom fields are written) or *Failed*. The note of each run says what changed or
what went wrong.

**When it failed**, the run's note says why. A sync never publishes half of a catalogue and never loses a
price override.

- *The access token was refused*, or *lacks a scope*: enter a new token on the page of the data source
  (**Change settings**), or with `python -m include.data_sources update STORE_HASH --new-token`. Then
  trigger the DAG.
- *The store still lists fewer than half of the variants*: check the store first. If its catalogue is right,
  trigger the DAG with **Allow mass removal**.
- *None of the products can be used*: the note gives the first reason. Nothing was published.
- *BigCommerce refused custom fields*: the products are published, but checkout links cannot name the
  variants that the sync's warnings list. Fix them in BigCommerce, then trigger the DAG again.
- *Another sync is running*: somebody syncs the same store from a command line. Airflow retries.
- *The store is busy or unavailable*, or *the CRM database is unavailable*: the task was retried several
  times. Trigger the DAG again later.
- Anything else: see the log of the failed task. Every step is safe to repeat, so trigger the DAG again.

**To stop syncing a store**, deactivate it on its page, or with `python -m include.data_sources deactivate
STORE_HASH`. Do not pause or delete the DAG while it runs, because Airflow would never finish that run. The
tag `draining` means that the store was deactivated; its DAG disappears when its last run has finished.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import (
    DAG,
    Asset,
    AssetAlias,
    DeltaTriggerTimetable,
    Param,
    get_current_context,
    get_parsing_context,
)

from include.crm.sync_options import SYNC_OPTIONS, SyncOptions
from include.crm.sync_run_rows import DagRunReference
from include.dag_ids import PRODUCT_SYNC_PREFIX, dag_id_of
from include.data_sources.control_panel import official_control_panel
from include.data_sources.dag_list_snapshot import RegisteredStore
from include.data_sources.dag_registry import registered_stores
from include.data_sources.pools import POOL
from include.tasks.airflow_urls import run_url
from include.tasks.lineage import CAMPAIGN_TABLES, CUSTOM_FIELDS, Lineage
from include.tasks.retry_policy import retries
from include.tasks.run_step import run_step

if TYPE_CHECKING:
    from airflow.sdk import Context

OWNER = "bigcommerce"

PARAMS = {
    option.name: Param(
        option.default,
        title=option.label,
        description=option.help,
        **({"type": "boolean"} if option.is_switch else {"type": ["null", "integer"], "minimum": 1}),
    )
    for option in SYNC_OPTIONS
}

DEFAULT_ARGUMENTS = {
    "owner": OWNER,
    # running syncs finish before others start: of many due at once, the first are soon complete
    "weight_rule": "upstream",
    **retries(),
}


def _extract(store_hash: str) -> int:
    """Check access and read the catalogue; the sync_run_id."""
    from include.product_sync import steps  # heavy, and parsing does not need it

    def begin_and_extract() -> dict[str, Any]:
        return steps.extract(steps.begin(store_hash, _options(), _dag_run()))

    data = Lineage(store_hash, reads=["/v3/catalog/products"], writes=["crm.catalogue_page"])
    return int(run_step(begin_and_extract, doing="reading the store", lineage=data)["sync_run_id"])


def _load(sync_run_id: int) -> int:
    """Publish what was read; the sync_run_id."""
    from include.product_sync import steps

    data = Lineage(_store_hash(), reads=["crm.catalogue_page"], writes=_unless_dry(*CAMPAIGN_TABLES))
    run_step(lambda: steps.load(sync_run_id), doing="publishing", lineage=data)
    return sync_run_id


def _write_back(sync_run_id: int, asset_name: str) -> None:
    """Write the custom fields; then the campaign's products are up to date, and the Asset event says so."""
    from include.product_sync import steps

    fields = _unless_dry(*CUSTOM_FIELDS)
    data = Lineage(_store_hash(), reads=CAMPAIGN_TABLES, writes=fields)
    result = run_step(lambda: steps.write_back(sync_run_id), doing="writing custom fields", lineage=data)
    # through an alias, because a dry run must not set off what waits for new products
    if not _options().dry_run:
        events = get_current_context()["outlet_events"][AssetAlias(asset_name)]
        events.add(Asset(asset_name), extra=result["counts"])


def record_failure(context: Context) -> None:
    """End the sync as Failed; runs in the DAG processor when the DAG run has failed, whatever the reason."""
    from include.product_sync import metrics, steps

    # first, because the next line writes to the database, which may be what failed
    metrics.failed(_store_hash(context))
    steps.fail(DagRunReference(dag_id=context["dag"].dag_id, run_id=context["run_id"]), None)


def product_sync(store: RegisteredStore) -> DAG:
    """The DAG of one store."""
    minutes = store.auto_sync_minutes
    asset_name = f"bigcommerce_campaign_products__{store.store_hash}"
    with DAG(
        dag_id_of(store.store_hash),
        dag_display_name=f"Product sync · {store.store_name}",
        doc_md=__doc__,
        # fires at once when it is new, then that long after the last run; after a downtime once, not for each
        schedule=DeltaTriggerTimetable(timedelta(minutes=minutes)) if minutes else None,
        catchup=False,
        max_active_runs=1,
        is_paused_upon_creation=False,
        tags=["bigcommerce", "product sync", *(["draining"] if store.is_draining else [])],
        owner_links={OWNER: official_control_panel(store.store_hash)},
        default_args=DEFAULT_ARGUMENTS,
        on_failure_callback=record_failure,
    ) as dag:
        # not @task: Airflow takes half as long again for each, of thousands at every parse
        extract = PythonOperator(
            task_id="extract",
            python_callable=_extract,
            doc_md=_extract.__doc__,
            op_args=[store.store_hash],
            pool=POOL,
            execution_timeout=timedelta(hours=2),
        )
        load = PythonOperator(
            task_id="load",
            python_callable=_load,
            doc_md=_load.__doc__,
            op_args=[extract.output],
            execution_timeout=timedelta(hours=1),
        )
        PythonOperator(
            task_id="write_back",
            python_callable=_write_back,
            doc_md=_write_back.__doc__,
            op_args=[load.output, asset_name],
            pool=POOL,
            # at the least quota, 150 requests in 30 s, a million variants take 7 hours, 10 to a request
            execution_timeout=timedelta(hours=8),
            outlets=[AssetAlias(asset_name)],
        )
    # not before there are tasks: Airflow would copy them into each, which triples the time to parse
    dag.params.update(PARAMS)
    return dag


def _store_hash(context: Context | None = None) -> str:
    return str((context or get_current_context())["dag"].dag_id).removeprefix(PRODUCT_SYNC_PREFIX)


def _unless_dry(*written: str) -> list[str]:
    return [] if _options().dry_run else list(written)


def _options() -> SyncOptions:
    return SyncOptions(**{name: get_current_context()["params"][name] for name in PARAMS})


def _dag_run() -> DagRunReference:
    run = get_current_context()["dag_run"]
    # the DAG "Store changes" triggers it where more products changed than are worth reading one by one
    triggers = {"scheduled": "scheduled", "backfill": "backfill", "operator_triggered": "store change"}
    trigger = triggers.get(run.run_type, "manual")
    url = run_url(run.dag_id, run.run_id)
    return DagRunReference(run.dag_id, run.run_id, url, trigger, run.triggering_user_name or "")


if dag_id := get_parsing_context().dag_id:
    # A task starts. It needs its own DAG, and of that neither name nor schedule: no database is read.
    store_hash = dag_id.removeprefix(PRODUCT_SYNC_PREFIX)
    product_sync(RegisteredStore(store_hash, store_hash, None, False))
else:
    for store in registered_stores():
        product_sync(store)
