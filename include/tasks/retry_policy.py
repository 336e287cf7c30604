"""Whether an error of a task is worth another attempt, and how long to wait for it.

The error says so itself (include/errors.py); each DAG's default arguments include `retries()`.

An attempt that ends without an exception waits longer from attempt to attempt: 15 to 30 s, twice that, … 4 to
8 minutes. That is a task whose process or machine died, or that could not be handed to a worker because Redis
was unavailable. In all a task outlives 8 minutes of an outage, and a few deaths besides.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import RetryPolicy
from airflow.sdk.definitions.retry_policy import RetryDecision

from include.errors import actionable

if TYPE_CHECKING:
    from airflow.sdk import Context

RETRIES = 5
RETRY_DELAY = timedelta(seconds=15)
# What the delay is multiplied by from attempt to attempt. Airflow adds up to as much again at random.
RETRY_BACKOFF = 2.0


class RetryAsTheErrorSays(RetryPolicy):
    """Retries what may pass by itself, and fails at once where a person has to act first."""

    def evaluate(
        self, exception: BaseException, try_number: int, max_tries: int, context: Context | None = None
    ) -> RetryDecision:
        """Decide by the attributes of the error; `try_number` and the rest play no part."""
        error = actionable(exception, "running a task")
        if error.is_retried:
            return RetryDecision.retry(error.retry_after, error.retry_reason)
        return RetryDecision.fail(error.retry_reason)


def retries() -> dict[str, Any]:
    """Arguments of a task: how many attempts it has, and what decides about another."""
    return {
        "retries": RETRIES,
        "retry_delay": RETRY_DELAY,
        "retry_exponential_backoff": RETRY_BACKOFF,
        "retry_policy": RetryAsTheErrorSays(),
    }
