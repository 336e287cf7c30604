"""Which errors Airflow retries, for the tasks of every DAG that reads from or writes to a store."""

from __future__ import annotations

import pytest
from airflow.sdk import DAG, RetryAction

from include.bigcommerce.errors import (
    QuotaExhausted,
    RequestRefused,
    ScopeMissing,
    StoreUnavailable,
    TokenRejected,
    UnexpectedResponse,
)
from include.crm.data_sources import NoDataSource
from include.database_errors import DatabaseUnavailable
from include.order_push.errors import FoundTwice, NotReconciled
from include.product_sync.errors import MassRemoval
from include.tasks.retry_policy import RETRIES
from tests.support.parsed_dags import parse

PRODUCT_SYNC = "bigcommerce_product_sync__store1"


@pytest.fixture(params=["order_push", "order_reconciliation", "order_updates", "product_sync"])
def dag(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> DAG:
    """Each DAG, parsed without a database."""
    monkeypatch.delenv("AIRFLOW_CONN_CRM_DB", raising=False)
    if request.param == "product_sync":
        monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", PRODUCT_SYNC)
        return parse("product_sync", PRODUCT_SYNC)
    return parse(request.param)


@pytest.mark.parametrize(
    ("error", "action"),
    [
        (TokenRejected("The token is refused."), RetryAction.FAIL),
        (ScopeMissing("A scope is missing."), RetryAction.FAIL),
        (RequestRefused("Refused."), RetryAction.FAIL),
        (MassRemoval(1, 9), RetryAction.FAIL),
        (NoDataSource("store1"), RetryAction.FAIL),
        (FoundTwice("Tea Shop: 1 order pushed"), RetryAction.FAIL),
        (NotReconciled("1 not pushed"), RetryAction.FAIL),
        (QuotaExhausted("Later."), RetryAction.RETRY),
        (StoreUnavailable("Away."), RetryAction.RETRY),
        (UnexpectedResponse("Odd."), RetryAction.RETRY),
        (DatabaseUnavailable("Away."), RetryAction.RETRY),
        (RuntimeError("A bug."), RetryAction.RETRY),
    ],
)
def test_error_that_a_person_has_to_fix_is_not_retried(
    dag: DAG, error: Exception, action: RetryAction
) -> None:
    for task in dag.tasks:
        assert task.retries == RETRIES
        assert task.retry_policy is not None
        decision = task.retry_policy.evaluate(error, 1, RETRIES)
        assert decision.action is action
        assert decision.reason
