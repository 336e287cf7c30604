"""Cancelling a sync: its run ends in Airflow, its row names the person, and it is no alarm."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import psycopg
import pytest

from include import airflow_metadata
from include.airflow_metadata.errors import CannotStart
from include.crm import sync_runs
from include.crm.problems import find_problems
from include.crm.sync_options import SyncOptions
from include.crm.sync_run_rows import DagRunReference
from include.data_sources.errors import CannotSync
from include.data_sources.syncing import cancel_sync

DAG_ID = "bigcommerce_product_sync__tea"
InAirflow = Callable[..., list[dict[str, Any]]]


def add_run(in_airflow: InAirflow, run_id: str, state: str) -> None:
    in_airflow(
        "INSERT INTO dag_run (dag_id, run_id, run_type, state, run_after, clear_number, span_status) "
        "VALUES (%s, %s, 'manual', %s, now(), 0, 'not_started')",
        DAG_ID,
        run_id,
        state,
    )


def test_cancelled_sync_is_failed_by_name_and_no_alarm(
    crm: psycopg.Connection[Any], activated: Any, in_airflow: InAirflow
) -> None:
    tea = activated("tea")
    add_run(in_airflow, "manual__1", "running")
    add_run(in_airflow, "manual__2", "queued")
    started = DagRunReference(DAG_ID, "manual__1")
    sync_run_id = sync_runs.begin(crm, tea.data_source_id, SyncOptions(), started)
    crm.commit()
    cancel_sync(crm, tea, "Ann")
    assert [row["state"] for row in in_airflow("SELECT state FROM dag_run")] == ["failed", "failed"]
    status = airflow_metadata.run_status(DAG_ID, "manual__1")
    assert status is not None
    assert status.note == "Cancelled by Ann."
    sync = sync_runs.get(crm, sync_run_id)
    assert (sync.status, sync.error) == ("Failed", "Cancelled by Ann.")
    assert find_problems(crm, 60) == []
    assert in_airflow("SELECT owner FROM log WHERE event = 'bigcommerce.cancel_sync'") == [{"owner": "Ann"}]


def test_cancelling_does_not_hide_an_earlier_failure(
    crm: psycopg.Connection[Any], activated: Any, in_airflow: InAirflow
) -> None:
    tea = activated("tea")
    failed = sync_runs.begin(crm, tea.data_source_id, SyncOptions(), DagRunReference(DAG_ID, "manual__0"))
    sync_runs.fail(crm, failed, "The access token was refused.")
    add_run(in_airflow, "manual__1", "running")
    sync_runs.begin(crm, tea.data_source_id, SyncOptions(), DagRunReference(DAG_ID, "manual__1"))
    crm.commit()
    cancel_sync(crm, tea, "Ann")
    assert [each.reason for each in find_problems(crm, 60)] == ["The access token was refused."]


def test_sync_that_completes_all_the_same_is_completed(
    crm: psycopg.Connection[Any], activated: Any, in_airflow: InAirflow
) -> None:
    tea = activated("tea")
    add_run(in_airflow, "manual__1", "running")
    run_id = sync_runs.begin(crm, tea.data_source_id, SyncOptions(), DagRunReference(DAG_ID, "manual__1"))
    crm.commit()
    cancel_sync(crm, tea, "Ann")
    sync_runs.complete(crm, run_id, "3 products", {}, 1)
    row = crm.execute("SELECT status, cancelled_by FROM crm.sync_run").fetchone()
    assert row == ("Completed", None)


def test_cancelling_without_a_running_sync_is_refused(
    crm: psycopg.Connection[Any], activated: Any, in_airflow: InAirflow
) -> None:
    with pytest.raises(CannotSync, match="No sync of Store tea is running in Airflow"):
        cancel_sync(crm, activated("tea"), "Ann")


def test_presses_at_the_same_moment_start_one_run(order_push_dag: str, in_airflow: InAirflow) -> None:
    people = ["Ann", "Ben", "Cem", "Dee"]
    start = Barrier(len(people))

    def press(person: str) -> str:
        start.wait()
        return airflow_metadata.start_run(order_push_dag, {}, person, alone=True)

    with ThreadPoolExecutor(len(people)) as threads:
        presses = [threads.submit(press, person) for person in people]
    refused = [problem for each in presses if (problem := each.exception())]
    assert [type(problem) for problem in refused] == [CannotStart] * (len(people) - 1)
    [run] = in_airflow("SELECT run_id, triggering_user_name FROM dag_run")
    [started] = [
        (each.result(), person) for each, person in zip(presses, people, strict=True) if not each.exception()
    ]
    assert started == (run["run_id"], run["triggering_user_name"])


def test_running_and_waiting_tasks_of_a_cancelled_run_end(order_push_dag: str, in_airflow: InAirflow) -> None:
    run_id = airflow_metadata.start_run(order_push_dag, {}, "Ann")
    in_airflow("UPDATE dag_run SET state = 'running'")
    in_airflow("UPDATE task_instance SET state = 'running' WHERE task_id = 'find_stores'")
    assert airflow_metadata.cancel_runs(order_push_dag, "Cancelled by *Ann*.") == [run_id]
    states = {row["task_id"]: row["state"] for row in in_airflow("SELECT task_id, state FROM task_instance")}
    assert states["find_stores"] == "failed"
    assert set(states.values()) <= {"failed", "skipped"}
    status = airflow_metadata.run_status(order_push_dag, run_id)
    assert status == airflow_metadata.RunStatus("failed", "Cancelled by *Ann*.")
    assert airflow_metadata.cancel_runs(order_push_dag, "x") == []
