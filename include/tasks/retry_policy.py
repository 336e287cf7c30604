"""Which errors of a task are worth another try, and how long to wait for it.

A DAG's default arguments take in `retries(RetryRule(…), …)`, which begins with the DAG's own rules.

What no exception tells waits longer from try to try: 15 to 30 s, twice that, … 4 to 8 minutes. That is a task
whose process or machine died, or that could not be handed to a worker because Redis was away; each counts as
a try. In all a task outlives 8 minutes of an outage, and a few deaths besides.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule

from include.bigcommerce.errors import CredentialsError, OutcomeUnknown, RequestRefused, TryLater
from include.crm.data_sources import NoDataSource

RETRIES = 5
RETRY_DELAY = timedelta(seconds=15)
# What the delay is multiplied by from try to try. Airflow adds up to as much again, lest all come at once.
RETRY_BACKOFF = 2.0

_RULES = (
    RetryRule(
        CredentialsError,
        RetryAction.FAIL,
        reason="The store refuses the access token, and will until someone gives a better one.",
    ),
    RetryRule(
        RequestRefused,
        RetryAction.FAIL,
        reason="The store refuses the data, and will refuse the same data again.",
    ),
    RetryRule(NoDataSource, RetryAction.FAIL, reason="Someone has to activate the store first."),
    RetryRule(
        TryLater,
        RetryAction.RETRY,
        retry_delay=timedelta(minutes=2),
        reason="The store is busy or away, for longer than the client's patience.",
    ),
    RetryRule(
        OutcomeUnknown,
        RetryAction.RETRY,
        retry_delay=timedelta(minutes=1),
        reason="The store's answer made no sense. Every step may be repeated, and odd answers often pass.",
    ),
    RetryRule(
        psycopg.OperationalError,
        RetryAction.RETRY,
        reason="The CRM's database is away; a restart takes seconds, after a crash minutes.",
    ),
    RetryRule(
        Exception,
        RetryAction.RETRY,
        retry_delay=RETRY_DELAY,
        reason="Unforeseen. Airflow's API being away passes; a slip of ours does not, and is known soon.",
    ),
)


def retries(*rules: RetryRule) -> dict[str, Any]:
    """Arguments of a task: `rules` first, then the ones for errors of the store and of the CRM's database."""
    return {
        "retries": RETRIES,
        "retry_delay": RETRY_DELAY,
        "retry_exponential_backoff": RETRY_BACKOFF,
        "retry_policy": ExceptionRetryPolicy(rules=[*rules, *_RULES]),
    }
