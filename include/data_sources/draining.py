"""Retires deactivated data sources when their last run has finished: draining -> inactive.

`deactivate` does this at once if no run is active. Otherwise the DAG processor does it here, each time it
parses the DAG file (every 30 s). It checks the current state instead of waiting for an event, so nothing is
missed when a process dies or a database is unavailable just as the last run finishes: not even the failure of
a sync that the DAG's callback could not record. It also keeps the scheduler, which would see that event, from
needing the CRM's database.
"""

from __future__ import annotations

from airflow.sdk.execution_time import task_runner

from include.crm import data_sources
from include.crm.database import Connection

LAST_TASK = "write_back"
FINISHED = {"success", "failed", "skipped", "upstream_failed", "removed"}


def retire_if_drained(crm: Connection, store_hash: str, dag_id: str) -> None:
    """Retire a draining data source whose DAG has no queued or running run, and commit."""
    if not may_have_active_runs(dag_id):
        data_sources.retire(crm, store_hash, dag_id)
        crm.commit()


def may_have_active_runs(dag_id: str) -> bool:
    """Whether a DAG has queued or running runs.

    Also True in a process that cannot ask Airflow, such as a test that parses the DAG file.
    """
    if getattr(task_runner, "SUPERVISOR_COMMS", None) is None:
        return True
    # The DAG processor can read the states of tasks, not of runs; a queued run already has its tasks.
    runs = task_runner.RuntimeTaskInstance.get_task_states(dag_id=dag_id, task_ids=[LAST_TASK])
    return any(tasks.get(LAST_TASK) not in FINISHED for tasks in runs.values())
