"""How long a task goes on trying, which is how long an outage it outlives."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from include.bigcommerce.errors import StoreUnavailable
from include.database_errors import DatabaseUnavailable
from include.tasks.retry_policy import retries


def patience(error: Exception | None) -> timedelta:
    """The least time between the first try and the last, if each ends with this error or, with None, dies."""
    settings: dict[str, Any] = retries()
    delays = [
        settings["retry_delay"] * settings["retry_exponential_backoff"] ** number
        for number in range(settings["retries"])
    ]
    if error is not None:
        decided = settings["retry_policy"].evaluate(error, 1, settings["retries"]).retry_delay
        delays = [decided or delay for delay in delays]
    return sum(delays, timedelta())


@pytest.mark.parametrize("error", [None, DatabaseUnavailable("Away."), StoreUnavailable("Away.")])
def test_a_task_outlives_minutes_without_its_machine_its_database_or_its_store(
    error: Exception | None,
) -> None:
    assert patience(error) > timedelta(minutes=7)


def test_a_slip_in_the_program_is_known_within_two_minutes() -> None:
    assert patience(KeyError("a slip")) < timedelta(minutes=2)
