"""What a task may ask about other DAG runs: by Airflow's API for tasks, not from its database."""

from __future__ import annotations

import logging

from airflow.sdk import get_current_context
from airflow.sdk.exceptions import AirflowRuntimeError

log = logging.getLogger(__name__)

# Of a run that does something, or will.
_GOING_ON = ["queued", "running"]


def has_ended(dag_id: str, run_id: str) -> bool:
    """Whether a DAG run has ended, however, or was deleted; False also if Airflow does not say."""
    task_instance = get_current_context()["ti"]
    try:
        return task_instance.get_dr_count(dag_id=dag_id, run_ids=[run_id], states=_GOING_ON) == 0
    except AirflowRuntimeError as error:
        log.warning("Airflow does not say whether the run %s of %s has ended. %s", run_id, dag_id, error)
        return False
