"""What a test of a system whose parts die waits for and looks at."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import psycopg
import requests

from tests.long.many_machines import ManyMachines

ORDER_PUSH = "bigcommerce_order_push"
ORDER_PUSH_NOW = "bigcommerce_order_push_now"
PATIENCE_SECONDS = 30 * 60.0


def wait_until(system: ManyMachines, condition: Callable[[], bool]) -> None:
    """Wait, starting again what has ended, as Docker Compose does."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        if again := system.tend():
            print(f"  started again: {', '.join(again)}", flush=True)
        try:
            if condition():
                return
        except (requests.RequestException, psycopg.OperationalError) as away:
            print(f"  {type(away).__name__}", flush=True)
        assert time.monotonic() < deadline
        time.sleep(0.5)


def crm_of(system: ManyMachines) -> psycopg.Connection[Any]:
    """The CRM's database."""
    return psycopg.connect(system.postgres.url("crm"), autocommit=True)


def by_status(system: ManyMachines, after: int) -> dict[str, int]:
    """How many syncs with an id above this one there are, by status."""
    with crm_of(system) as crm:
        rows = crm.execute(
            "SELECT status, count(*) FROM crm.sync_run WHERE sync_run_id > %s GROUP BY status", [after]
        )
        return dict(rows.fetchall())


def ended(system: ManyMachines, after: int) -> int:
    """How many syncs with an id above this one have ended, well or not."""
    found = by_status(system, after)
    return found.get("Completed", 0) + found.get("Failed", 0)


def is_pushing(system: ManyMachines, run_id: str) -> bool:
    """Whether a run of the order push has begun to send orders, or found that they were sent at once."""
    path = f"/dags/{ORDER_PUSH}/dagRuns/{run_id}/taskInstances?task_id=push"
    states = {each["state"] for each in system.airflow.call("GET", path)["task_instances"]}
    return bool(states & {"running", "success", "skipped"})


def failed_runs(system: ManyMachines) -> list[str]:
    """DAG runs that failed, except pushes at once: the order push does what they could not."""
    runs = system.airflow.call("GET", "/dags/~/dagRuns?state=failed")["dag_runs"]
    return [
        f"{run['dag_id']} {run['dag_run_id']}: {run['note']}"
        for run in runs
        if run["dag_id"] != ORDER_PUSH_NOW
    ]


def tries(system: ManyMachines) -> dict[int, int]:
    """How many task instances took how many tries."""
    with psycopg.connect(system.postgres.url("airflow")) as metadata:
        rows = metadata.execute(
            "SELECT try_number, count(*) FROM task_instance GROUP BY try_number ORDER BY try_number"
        )
        return dict(rows.fetchall())
