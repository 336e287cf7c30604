"""A task keeps a sentence of its step for the note of its run, and the remedy of an error for the metrics."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from include.bigcommerce.errors import RequestRefused
from include.crm.data_sources import NoDataSource
from include.database_errors import DatabaseUnavailable
from include.errors import FixData
from include.tasks import run_step as module
from include.tasks.errors import UnknownParameter
from include.tasks.run_step import SUMMARY, run_step


class Kept:
    """Stands in for a task instance, and for the counter of failures."""

    task_id = "push"

    def __init__(self) -> None:
        self.sentences: dict[str, str] = {}
        self.failures: dict[str, int] = {}

    def xcom_push(self, key: str, sentence: str) -> None:
        self.sentences[key] = sentence

    def add(self, number: int, *, task_id: str, remedy: str) -> None:
        assert task_id == "push"
        self.failures[remedy] = number

    @property
    def summary(self) -> str:
        return self.sentences[SUMMARY]


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Kept:
    task_instance = Kept()
    context = {
        "ti": task_instance,
        "dag": SimpleNamespace(params={"dry_run": False}),
        "dag_run": SimpleNamespace(conf={}),
    }
    monkeypatch.setattr(module, "get_current_context", lambda: context)
    monkeypatch.setattr(module, "TASK_FAILURES", task_instance)
    task_instance.context = context  # type: ignore[attr-defined]
    return task_instance


def failing(error: Exception) -> Any:
    def step() -> dict[str, Any]:
        raise error

    return step


def test_result_and_summary_of_a_step_are_kept(kept: Kept) -> None:
    assert run_step(lambda: {"summary": "Done.", "counts": 3}, doing="pushing")["counts"] == 3
    assert kept.summary == "Done."
    assert set(kept.failures.values()) == {0}


def test_error_that_may_pass_says_that_airflow_retries(kept: Kept) -> None:
    with pytest.raises(DatabaseUnavailable):
        run_step(failing(DatabaseUnavailable("The CRM database cannot be reached.")), doing="pushing")
    assert kept.summary.startswith("The CRM database cannot be reached. Airflow retries automatically;")
    assert kept.failures == {"credentials": 0, "data": 0, "wait": 1, "investigate": 0}


def test_unexpected_error_names_its_kind_and_shows_no_value(kept: Kept) -> None:
    with pytest.raises(KeyError):
        run_step(failing(KeyError("jane@example.com")), doing="publishing")
    assert kept.summary == (
        "Show this task's log to your administrator. "
        "The run stopped while publishing because of an unexpected error (KeyError). Nothing is half-done."
    )
    assert kept.failures["investigate"] == 1


@pytest.mark.parametrize(
    "reason", [f"BigCommerce refused the field ({'very ' * 40}long).", "It failed. Nothing was published."]
)
def test_next_step_comes_before_a_long_reason(kept: Kept, reason: str) -> None:
    with pytest.raises(RequestRefused):
        run_step(failing(RequestRefused(reason, "Fix the field.")), doing="publishing", store_name="Tea Shop")
    assert kept.summary == f"Tea Shop: Fix the field. {reason}"


def test_error_of_one_store_among_many_names_it_once(kept: Kept) -> None:
    with pytest.raises(DatabaseUnavailable):
        run_step(failing(DatabaseUnavailable("Unavailable.")), doing="pushing", store_name="Tea Shop")
    assert kept.summary.startswith("Tea Shop: Unavailable.")
    with pytest.raises(NoDataSource):
        run_step(failing(NoDataSource("tea")), doing="pushing", store_name="Tea Shop")
    assert kept.summary.startswith("Store tea has no data source.")


def test_parameter_with_a_typo_stops_the_task_before_its_step(kept: Kept) -> None:
    kept.context["dag_run"].conf = {"dryrun": True}  # type: ignore[attr-defined]
    with pytest.raises(UnknownParameter) as refused:
        run_step(failing(AssertionError("The step ran.")), doing="pushing")
    assert "dryrun" in refused.value.sentence
    assert "dry_run" in refused.value.next_step
    assert not refused.value.is_retried
    assert kept.failures["data"] == 1


def test_log_says_in_one_line_what_was_done_or_what_went_wrong_and_what_to_do(
    kept: Kept, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    run_step(lambda: {"summary": "3 products: nothing changed"}, doing="publishing")
    with pytest.raises(FixData):
        run_step(failing(FixData("There is none.", "Activate it.")), doing="pushing", store_name="Tea")
    done, failed = caplog.records
    assert (done.levelname, done.getMessage()) == ("INFO", "3 products: nothing changed")
    assert (failed.levelname, failed.getMessage()) == ("ERROR", "Tea: There is none. Activate it.")
