"""What may happen while a product sync runs in a real Airflow, and how it ends well."""

from __future__ import annotations

import psutil
import psycopg
import pytest

from include.crm.sync_runs import STOPPED_FROM_OUTSIDE
from include.dag_ids import MONITORING
from include.local.system import System
from tests.support.running_system import PAGE_API, Store, run_dag, wait_for, wait_for_parse

pytestmark = pytest.mark.end_to_end


@pytest.fixture
def slow_store(store: Store) -> Store:
    """A store whose sync takes about ten seconds, in which a test can do something."""
    store.sandbox.settings.page_cap = 2
    store.sandbox.settings.latency_seconds = 1.0
    return store


def test_sync_whose_process_is_killed_is_retried_and_completes(slow_store: Store) -> None:
    run_id = slow_store.system.airflow.start(slow_store.dag_id)
    wait_for(lambda: slow_store.sandbox.requests[5:], "a few requests")
    slow_store.sandbox.settings.latency_seconds = 5.0  # the rest lasts longer than to find the process
    task_process(slow_store, run_id, "extract").kill()
    slow_store.sandbox.settings.latency_seconds = 0.0
    sync = slow_store.finish(run_id)
    assert (sync["status"], sync["error"]) == ("Completed", None)
    assert len(slow_store.variants()) == len(slow_store.sandbox.catalogue.metafields) == 60


def test_a_second_sync_waits_until_the_first_has_ended(slow_store: Store) -> None:
    first = slow_store.system.airflow.start(slow_store.dag_id)
    slow_store.wait_for_state(first, "running")
    second = slow_store.system.airflow.start(slow_store.dag_id)
    wait_for(lambda: slow_store.sandbox.requests, "the first request")
    assert [slow_store.run(each)["state"] for each in (first, second)] == ["running", "queued"]
    slow_store.sandbox.settings.latency_seconds = 0.0
    finished = [slow_store.finish(each) for each in (first, second)]
    assert [sync["status"] for sync in finished] == ["Completed", "Completed"]
    assert finished[0]["finished_at"] <= finished[1]["started_at"]


def test_a_sync_whose_run_a_person_marks_does_not_stay_in_progress(slow_store: Store) -> None:
    run_id = slow_store.system.airflow.start(slow_store.dag_id)
    wait_for(lambda: slow_store.sandbox.requests, "the first request")
    path = f"/dags/{slow_store.dag_id}/dagRuns/{run_id}"
    slow_store.system.airflow.call("PATCH", path, {"state": "success"})
    assert slow_store.ended_sync(run_id) is None
    run_dag(slow_store.system, MONITORING)
    ended = slow_store.ended_sync(run_id)
    assert ended is not None
    assert (ended["status"], ended["error"]) == ("Failed", STOPPED_FROM_OUTSIDE)


def test_a_deactivated_store_finishes_its_sync_before_it_becomes_inactive(slow_store: Store) -> None:
    run_id = slow_store.system.airflow.start(slow_store.dag_id)
    wait_for(lambda: slow_store.sandbox.requests, "the first request")
    slow_store.sandbox.settings.latency_seconds = 5.0  # the rest lasts longer than this request
    deactivate = f"/{slow_store.sandbox.store_hash}/deactivate"
    slow_store.system.airflow.call("POST", deactivate, {}, below=PAGE_API)
    assert state_of(slow_store) == "draining"
    slow_store.sandbox.settings.latency_seconds = 0.0
    assert slow_store.finish(run_id)["status"] == "Completed"
    wait_for_parse(
        slow_store.system, lambda _: state_of(slow_store) == "inactive", "the data source to be inactive"
    )


def test_dags_stay_while_the_crm_database_is_unavailable(store: Store, system: System) -> None:
    dag = f"/dags/{store.dag_id}"
    with psycopg.connect(system.postgres.url("postgres"), autocommit=True) as server:
        parsed_before = system.airflow.call("GET", dag)["last_parsed_time"]
        server.execute("ALTER DATABASE crm ALLOW_CONNECTIONS false")
        try:
            wait_for_parse(
                system,
                lambda _: system.airflow.call("GET", dag)["last_parsed_time"] > parsed_before,
                "a parse",
            )
        finally:
            server.execute("ALTER DATABASE crm ALLOW_CONNECTIONS true")
    assert system.airflow.call("GET", dag)["is_stale"] is False
    assert system.airflow.call("GET", "/importErrors")["import_errors"] == []


def task_process(store: Store, run_id: str, task_id: str) -> psutil.Process:
    """The process that runs a task of a run now; Airflow titles it with the id of the task instance."""
    path = f"/dags/{store.dag_id}/dagRuns/{run_id}/taskInstances/{task_id}"
    title = f"airflow worker -- {store.system.airflow.call('GET', path)['id']}"
    (running,) = [
        each for each in psutil.process_iter(["cmdline"]) if (each.info["cmdline"] or [])[:1] == [title]
    ]
    return running


def state_of(store: Store) -> str:
    """State of the data source in the CRM."""
    row = store.crm("SELECT state FROM crm.data_source WHERE store_hash = %s", store.sandbox.store_hash)[0]
    return str(row["state"])
