"""A draining data source becomes inactive after its last run, and not before."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from airflow.sdk.execution_time import task_runner
from airflow.sdk.execution_time.comms import GetTaskStates, TaskStatesResult

from include.crm.data_sources import drain, get
from include.data_sources.registry import registered_stores

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
def test_it_is_inactive_after_the_last_run(
    draining: int, crm: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    assert state_after_parsing(crm, monkeypatch, newest=state) == "inactive"
    assert registered_stores() == []


def test_a_failure_is_recorded_before_the_dag_goes(
    draining: int, crm: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    crm.execute(
        "INSERT INTO crm.sync_run (data_source_id, dag_id, dag_run_id, trigger, status) "
        "VALUES (%s, 'a', 'b', 'manual', 'In Progress')",
        [draining],
    )
    crm.commit()
    assert state_after_parsing(crm, monkeypatch, newest="failed") == "draining"
    crm.execute("UPDATE crm.sync_run SET status = 'Failed', error = 'No.', finished_at = now()")
    crm.commit()
    assert state_after_parsing(crm, monkeypatch, newest="failed") == "inactive"


def test_an_active_data_source_is_never_retired(
    activated: Any, crm: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    activated("store1")
    assert state_after_parsing(crm, monkeypatch) == "active"
