"""Which errors of a task are worth another try, and how long to wait for it.

A DAG's default arguments take in `retries(RetryRule(…), …)`, which begins with the DAG's own rules. Errors
without a rule get Airflow's usual treatment: another try after RETRY_DELAY. That includes a task whose
process was killed, and a missing Connection, which may only mean that Airflow's API did not answer.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule

from include.bigcommerce.errors import CredentialsError, OutcomeUnknown, RequestRefused, TryLater
from include.crm.data_sources import NoDataSource

RETRIES = 3
RETRY_DELAY = timedelta(seconds=15)

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
        retry_delay=timedelta(seconds=20),
        reason="The CRM's database is away; a restart takes seconds.",
    ),
)


def retries(*rules: RetryRule) -> dict[str, Any]:
    """Arguments of a task: `rules` first, then the ones for errors of the store and of the CRM's database."""
    return {
        "retries": RETRIES,
        "retry_delay": RETRY_DELAY,
        "retry_policy": ExceptionRetryPolicy(rules=[*rules, *_RULES]),
    }
