"""When a deactivated data source is done: draining -> inactive.

`deactivate` does it at once when no run is active. Otherwise the DAG processor does it here, each time it
parses the DAG file (every 30 s). That looks at how things are rather than waiting for an event, so nothing is
lost when a process dies or a database is away just as the last run ends, not even the failure of a sync that
the DAG's callback could not record; and it leaves the scheduler, which would see that event, free of the
CRM's database.
"""

from __future__ import annotations

from typing import Any

import psycopg
from airflow.sdk.execution_time import task_runner

from include.crm import data_sources

LAST_TASK = "write_back"
FINISHED = {"success", "failed", "skipped", "upstream_failed", "removed"}


def retire_if_drained(crm: psycopg.Connection[Any], store_hash: str, dag_id: str) -> None:
    """Retire a draining data source whose DAG has no queued or running run, and commit."""
    if not may_have_active_runs(dag_id):
        data_sources.retire(crm, store_hash, dag_id)
        crm.commit()


def may_have_active_runs(dag_id: str) -> bool:
    """Whether a DAG has queued or running runs.

    True as well in a process that Airflow gives no answer to, such as a test that parses the DAG file.
    """
    if getattr(task_runner, "SUPERVISOR_COMMS", None) is None:
        return True
    # A queued run has its tasks already; the DAG processor may ask for the states of tasks, not of runs.
    runs = task_runner.RuntimeTaskInstance.get_task_states(dag_id=dag_id, task_ids=[LAST_TASK])
    return any(tasks.get(LAST_TASK) not in FINISHED for tasks in runs.values())
