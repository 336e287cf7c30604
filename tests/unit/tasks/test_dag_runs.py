"""Whether another DAG run is over, as a task learns it from Airflow."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowRuntimeError, ErrorType
from airflow.sdk.execution_time.comms import ErrorResponse

from include.tasks import dag_runs


@pytest.mark.parametrize(("going_on", "is_over"), [(1, False), (0, True)])
def test_run_that_is_neither_queued_nor_running_is_over(
    going_on: int, is_over: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def get_dr_count(dag_id: str, run_ids: list[str], states: list[str]) -> int:
        assert (dag_id, run_ids, states) == ("a DAG", ["a run"], ["queued", "running"])
        return going_on

    use(monkeypatch, get_dr_count)
    assert dag_runs.has_ended("a DAG", "a run") is is_over


def test_run_goes_on_as_far_as_is_known_where_airflow_does_not_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def get_dr_count(**_: Any) -> int:
        raise AirflowRuntimeError(ErrorResponse(error=ErrorType.API_SERVER_ERROR))

    use(monkeypatch, get_dr_count)
    assert not dag_runs.has_ended("a DAG", "a run")


def use(monkeypatch: pytest.MonkeyPatch, get_dr_count: Any) -> None:
    """Let Airflow answer so."""
    task_instance = SimpleNamespace(get_dr_count=get_dr_count)
    monkeypatch.setattr(dag_runs, "get_current_context", lambda: {"ti": task_instance})
