"""A task of several stores without Airflow: what it says, and what is kept between its attempts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from include.tasks import run_step
from include.tasks import run_stores as module


class StoresTask:
    """Stands in for a task instance and what Airflow keeps between its attempts."""

    task_id = "push"

    def __init__(self) -> None:
        self.max_tries = 5
        self.kept: dict[str, Any] = {}
        self.said: Any = None
        self.remedies: list[str | None] = []

    def get(self, key: str) -> Any:
        """What an earlier attempt kept."""
        return self.kept.get(key)

    def set(self, key: str, value: Any) -> None:
        """Keep it for the next attempt."""
        self.kept[key] = dict(value)

    def xcom_push(self, key: str, value: Any) -> None:
        """What the run's note is made of."""
        self.said = value

    def clear(self) -> None:
        """As Airflow clears a task after one attempt: it keeps everything, and allows its retries anew."""
        self.max_tries += 1

    def run(
        self, stores: Sequence[dict[str, str]], step: Callable[[str], dict[str, Any]], **options: Any
    ) -> None:
        """One attempt."""
        module.run_stores(stores, step, doing="pushing", **options)


@pytest.fixture
def stores_task(monkeypatch: pytest.MonkeyPatch) -> StoresTask:
    """A task whose attempts a test runs."""
    task = StoresTask()
    context = {
        "ti": task,
        "task_state_store": task,
        "dag": SimpleNamespace(params={}),
        "dag_run": SimpleNamespace(conf={}),
    }
    for each in (module, run_step):
        monkeypatch.setattr(each, "get_current_context", lambda: context)
        monkeypatch.setattr(each, "measure", lambda task_id, remedy: task.remedies.append(remedy))
    return task
