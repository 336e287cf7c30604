"""Progress bars of a running sync, from crm.sync_run."""

from __future__ import annotations

import time

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from include.crm import sync_runs
from include.crm.database import Connection
from include.crm.sync_run_rows import DagRunReference, SyncRun
from include.local.supervisor import SystemFailed
from include.local.system import System

POLL_SECONDS = 0.2


def wait_for_sync(crm: Connection, dag_id: str, run_id: str, system: System, console: Console) -> SyncRun:
    """Show the progress of a DAG run's sync until it has finished, and return the sync.

    `crm` is in autocommit. Raises SystemFailed if a process of the system ends, or if the DAG run fails
    before its sync starts.
    """
    columns = (TextColumn("{task.description:<24}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        products = progress.add_task("  products pulled", total=None)
        variants = progress.add_task("  variants written back", total=None)
        while True:
            system.check()
            run = _row(crm, dag_id, run_id)
            if run:
                progress.update(products, completed=run.products_pulled, total=run.products_total or None)
                progress.update(
                    variants, completed=run.custom_fields_written, total=run.custom_fields_total or None
                )
                if run.status in ("Completed", "Failed"):
                    if not run.custom_fields_total:
                        progress.update(variants, total=0)
                    return run
            elif system.airflow.run(dag_id, run_id)["state"] == "failed":
                raise SystemFailed(
                    f"The DAG run {run_id} failed before its sync started. See {system.airflow.address}."
                )
            time.sleep(POLL_SECONDS)


def _row(crm: Connection, dag_id: str, run_id: str) -> SyncRun | None:
    sync_run_id = sync_runs.by_dag_run(crm, DagRunReference(dag_id=dag_id, run_id=run_id))
    return None if sync_run_id is None else sync_runs.get(crm, sync_run_id)
