"""Starts and cancels the product syncs of a data source, through Airflow."""

from __future__ import annotations

from include import airflow_metadata
from include.crm import sync_runs
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.crm.sync_options import SyncOptions
from include.dag_ids import dag_id_of
from include.data_sources.errors import CannotSync, NotActive


def start_sync(source: DataSource, status: str, options: SyncOptions, person: str) -> str:
    """Start a sync for a person; the run id. `status` is that of the data source, as users see it.

    Raises NotActive, CannotSync and CannotStart.
    """
    if source.state != "active":
        raise NotActive(source.store_name)
    if status in ("Submitted", "In Progress"):
        raise CannotSync(f"A sync of {source.store_name} is already {status}.", "Wait until it has finished.")
    dag_id = dag_id_of(source.store_hash)
    run_id = airflow_metadata.start_run(dag_id, vars(options), person, alone=True)
    airflow_metadata.record_audit("bigcommerce.sync", person, dag_id, vars(options))
    return run_id


def cancel_sync(crm: Connection, source: DataSource, person: str) -> None:
    """Cancel the syncs that are queued or running. Raises CannotSync if there is none.

    The run in Airflow ends first, so that no further task starts. What a task has published by then stays.
    """
    dag_id = dag_id_of(source.store_hash)
    run_ids = airflow_metadata.cancel_runs(dag_id, f"Cancelled by {person}.")
    if not run_ids:
        raise CannotSync(
            f"No sync of {source.store_name} is running in Airflow.",
            "A sync that was started at a command line can only be stopped there.",
        )
    sync_runs.cancel(crm, dag_id, run_ids, person)
    crm.commit()
    airflow_metadata.record_audit("bigcommerce.cancel_sync", person, dag_id, {"runs": run_ids})
