"""A draining data source becomes inactive after its last run, and not before."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from airflow.sdk.execution_time import task_runner
from airflow.sdk.execution_time.comms import GetTaskStates, TaskStatesResult

from include.crm.data_sources import drain, get
from include.crm.sync_runs import STOPPED_FROM_OUTSIDE
from include.dag_ids import dag_id_of
from include.data_sources.dag_list_snapshot import RegisteredStore
from include.data_sources.dag_registry import registered_stores

pytestmark = pytest.mark.usefixtures("crm_connection", "snapshot")


class DagProcessor:
    """Answers as Airflow's DAG processor answers the process in which it parses a DAG file."""

    def __init__(self, runs: dict[str, dict[str, Any]]) -> None:
        self.runs = runs

    def send(self, request: Any) -> Any:
        if isinstance(request, GetTaskStates):
            return TaskStatesResult(task_states=self.runs)
        return None


@pytest.fixture
def draining(crm: psycopg.Connection[Any], activated: Any) -> int:
    """The data source of store1, draining; its id."""
    source = activated("store1")
    drain(crm, "store1")
    crm.commit()
    return int(source.data_source_id)


def state_after_parsing(
    crm: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch, **last_task_of_run: str | None
) -> str:
    runs = {run: {"write_back": state} for run, state in last_task_of_run.items()}
    monkeypatch.setattr(task_runner, "SUPERVISOR_COMMS", DagProcessor(runs), raising=False)
    registered_stores()
    crm.rollback()
    source = get(crm, "store1")
    assert source is not None
    return source.state


@pytest.mark.parametrize("state", [None, "scheduled", "queued", "running", "up_for_retry", "deferred"])
def test_a_run_under_way_keeps_it_draining(
    draining: int, crm: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch, state: str | None
) -> None:
    assert state_after_parsing(crm, monkeypatch, older="success", newest=state) == "draining"


@pytest.mark.parametrize("state", ["success", "failed", "upstream_failed"])
def test_draining_data_source_is_inactive_after_its_last_run(
    draining: int, crm: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    assert state_after_parsing(crm, monkeypatch, newest=state) == "inactive"
    assert registered_stores() == []


def add_open_sync(crm: psycopg.Connection[Any], data_source_id: int, dag_id: str | None, run: str) -> None:
    crm.execute(
        "INSERT INTO crm.sync_run (data_source_id, dag_id, dag_run_id, trigger, status) "
        "VALUES (%s, %s, %s, 'manual', 'In Progress')",
        [data_source_id, dag_id, run],
    )
    crm.commit()


def syncs(crm: psycopg.Connection[Any]) -> list[Any]:
    return crm.execute("SELECT status, error FROM crm.sync_run ORDER BY sync_run_id").fetchall()


def test_a_sync_whose_failure_could_not_be_recorded_ends_with_its_last_dag_run(
    draining: int, crm: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    add_open_sync(crm, draining, dag_id_of("store1"), "newest")
    assert state_after_parsing(crm, monkeypatch, newest="running") == "draining"
    assert syncs(crm) == [("In Progress", None)]
    assert state_after_parsing(crm, monkeypatch, newest="failed") == "inactive"
    assert syncs(crm) == [("Failed", STOPPED_FROM_OUTSIDE)]


def test_open_sync_ends_with_the_error_of_its_last_attempt_if_there_was_one(
    draining: int, crm: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    add_open_sync(crm, draining, dag_id_of("store1"), "newest")
    crm.execute("UPDATE crm.sync_run SET error = 'The token was refused.'")
    crm.commit()
    assert state_after_parsing(crm, monkeypatch, newest="failed") == "inactive"
    assert syncs(crm) == [("Failed", "The token was refused.")]


def test_a_sync_of_another_store_or_of_the_command_line_is_left_alone(
    draining: int, activated: Any, crm: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    add_open_sync(crm, activated("store2").data_source_id, dag_id_of("store2"), "newest")
    add_open_sync(crm, draining, None, "")
    assert state_after_parsing(crm, monkeypatch) == "inactive"
    assert syncs(crm) == [("In Progress", None), ("In Progress", None)]


def test_a_run_made_just_before_the_schedule_went_keeps_the_dag_until_it_has_ended(
    activated: Any, crm: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    activated("store1", auto_sync_minutes=60)
    registered_stores()
    drain(crm, "store1")
    crm.commit()
    unscheduled = RegisteredStore("store1", "Store store1", None, True)
    assert state_after_parsing(crm, monkeypatch) == "inactive"
    state_after_parsing(crm, monkeypatch, newest=None)
    assert registered_stores() == [unscheduled]
    state_after_parsing(crm, monkeypatch, newest="success")
    assert registered_stores() == []


def test_a_dag_is_without_its_schedule_for_one_parse_before_it_goes(
    activated: Any, crm: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    activated("store1", auto_sync_minutes=60)
    monkeypatch.setattr(task_runner, "SUPERVISOR_COMMS", DagProcessor({}), raising=False)
    registered_stores()
    crm.execute("UPDATE crm.data_source SET state = 'inactive'")
    crm.commit()
    assert registered_stores() == [RegisteredStore("store1", "Store store1", None, True)]
    assert registered_stores() == []


def test_an_active_data_source_is_never_retired(
    activated: Any, crm: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    activated("store1")
    assert state_after_parsing(crm, monkeypatch) == "active"
