"""One task for several stores: each says how it went, and one that fails stops no other."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from include.bigcommerce.errors import StoreUnavailable, TokenRejected
from include.tasks import run_step
from include.tasks import run_stores as module
from include.tasks.run_stores import run_stores

STORES = [{"store_hash": name.lower(), "store_name": f"{name} Shop"} for name in ("Tea", "Coffee", "Cake")]


class Task:
    """Stands in for a task instance and what Airflow keeps between its attempts."""

    task_id = "push"

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}
        self.said: Any = None
        self.remedies: list[str | None] = []
        self.worked_on: list[str] = []

    def get(self, key: str) -> Any:
        return self.kept.get(key)

    def set(self, key: str, value: Any) -> None:
        self.kept[key] = dict(value)

    def xcom_push(self, key: str, value: Any) -> None:
        self.said = value

    def run(self, **failures: Exception) -> None:
        """One attempt, in which these stores fail."""
        self.worked_on = []

        def step(store_hash: str) -> dict[str, Any]:
            self.worked_on.append(store_hash)
            if error := failures.get(store_hash):
                raise error
            return {"summary": f"{store_hash}: done"}

        run_stores(STORES, step, doing="pushing")


@pytest.fixture
def task(monkeypatch: pytest.MonkeyPatch) -> Task:
    task = Task()
    context = {
        "ti": task,
        "task_state_store": task,
        "dag": SimpleNamespace(params={}),
        "dag_run": SimpleNamespace(conf={}),
    }
    for each in (module, run_step):
        monkeypatch.setattr(each, "get_current_context", lambda: context)
    monkeypatch.setattr(module, "measure", lambda task_id, remedy: task.remedies.append(remedy))
    return task


def test_each_store_leaves_its_sentence(task: Task) -> None:
    task.run()
    assert task.said == ["tea: done", "coffee: done", "cake: done"]
    assert task.remedies == [None]


def test_store_that_fails_stops_no_other_and_comes_first_in_the_note(task: Task) -> None:
    with pytest.raises(TokenRejected):
        task.run(coffee=TokenRejected("The access token was refused."))
    assert sorted(task.worked_on) == ["cake", "coffee", "tea"]
    assert task.said[0].startswith("Coffee Shop: The access token was refused.")
    assert task.said[1:] == ["tea: done", "cake: done"]
    assert task.remedies == ["credentials"]


def test_retry_repeats_only_what_failed_and_tells_of_all(task: Task) -> None:
    with pytest.raises(StoreUnavailable):
        task.run(coffee=StoreUnavailable("Unavailable."))
    task.run()
    assert task.worked_on == ["coffee"]
    assert sorted(task.said) == ["cake: done", "coffee: done", "tea: done"]


def test_task_is_retried_if_that_helps_any_of_its_stores(task: Task) -> None:
    with pytest.raises(StoreUnavailable):
        task.run(tea=TokenRejected("Refused."), cake=StoreUnavailable("Unavailable."))


def test_unexpected_error_of_a_store_shows_no_value(task: Task) -> None:
    with pytest.raises(Exception, match="unexpected error"):
        task.run(tea=KeyError("jane@example.com"))
    assert "jane" not in task.said[0]


def test_no_store_is_no_error_and_says_nothing(task: Task) -> None:
    run_stores([], lambda store_hash: {}, doing="pushing")
    assert task.said is None


def test_single_store_is_a_step_like_any_other(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_step, "measure", lambda task_id, remedy: None)
    run_stores(STORES[:1], lambda store_hash: {"summary": f"{store_hash}: done"}, doing="pushing")
    assert task.said == "tea: done"
