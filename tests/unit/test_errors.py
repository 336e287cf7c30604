"""Every error says what its reader must do, and everything else follows from that."""

from __future__ import annotations

import argparse
from datetime import timedelta

import pytest

from include.bigcommerce.errors import (
    QuotaExhausted,
    RequestRefused,
    ScopeMissing,
    StoreUnavailable,
    TokenRejected,
    UnexpectedResponse,
)
from include.command_line import run
from include.connections.lookup import ConnectionMissing, ConnectionUnavailable
from include.crm.data_sources import NoDataSource
from include.database_errors import DatabaseAccessDenied, DatabaseNotReady, DatabaseUnavailable
from include.errors import ActionableError, Remedy, actionable
from include.monitoring.errors import ChannelUnusable, NotDelivered
from include.order_push.errors import FoundTwice
from include.product_sync.errors import MassRemoval
from include.tasks.errors import UnknownParameter
from include.tasks.retry_policy import retries

BUSY = "Store tea does not let GET /v2/store through."


@pytest.mark.parametrize(
    ("error", "remedy", "is_retried"),
    [
        (TokenRejected("no"), "credentials", False),
        (ScopeMissing("no"), "credentials", False),
        (ConnectionMissing("no"), "credentials", False),
        (DatabaseAccessDenied("no"), "credentials", False),
        (ChannelUnusable("no"), "credentials", False),
        (RequestRefused("no"), "data", False),
        (MassRemoval(1, 3), "data", False),
        (FoundTwice("Tea Shop"), "data", False),
        (UnknownParameter(["dryrun"], ["dry_run"]), "data", False),
        (NoDataSource("tea1"), "data", False),
        (DatabaseNotReady("no"), "data", False),
        (QuotaExhausted("no"), "wait", True),
        (StoreUnavailable("no"), "wait", True),
        (DatabaseUnavailable("no"), "wait", True),
        (ConnectionUnavailable("no"), "wait", True),
        (NotDelivered("no"), "wait", True),
        (UnexpectedResponse("no"), "investigate", True),
        (KeyError("a defect of ours"), "investigate", True),
    ],
    ids=lambda given: type(given).__name__ if isinstance(given, Exception) else str(given),
)
def test_error_says_what_to_do_and_whether_airflow_retries(
    error: Exception, remedy: Remedy, is_retried: bool
) -> None:
    found = actionable(error, "publishing")
    assert (found.remedy, found.is_retried) == (remedy, is_retried)
    decision = retries()["retry_policy"].evaluate(error, 1, 5)
    assert decision.action.value == ("retry" if is_retried else "fail")
    assert decision.reason


def test_unavailable_store_is_retried_after_two_minutes() -> None:
    decision = retries()["retry_policy"].evaluate(QuotaExhausted(BUSY), 1, 5)
    assert decision.retry_delay == timedelta(minutes=2)


def test_run_note_says_that_airflow_retries_and_the_page_says_to_try_again() -> None:
    error = QuotaExhausted(BUSY)
    assert error.for_run_note == (
        f"{BUSY} Airflow retries automatically; if the run still fails, start it again later."
    )
    assert str(error) == f"{BUSY} Try again in a few minutes."


def test_command_is_shown_at_a_terminal_only() -> None:
    error = NoDataSource("tea")
    assert "python -m include.data_sources activate tea" in error.for_terminal
    assert "python" not in str(error)
    assert error.http_status == 404


def test_command_that_fails_exits_with_1_and_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    def push(options: argparse.Namespace) -> None:
        raise QuotaExhausted(BUSY)

    assert run(argparse.Namespace(run=push, verbose=False, json=False)) == 1
    assert capsys.readouterr().err == f"{BUSY} Run it again in a few minutes.\n"


@pytest.mark.parametrize("step", ["", "Do this."])
def test_message_has_no_blank_at_its_end(step: str) -> None:
    error = ActionableError("It failed.", step)
    for text in (str(error), error.for_terminal, error.for_run_note):
        assert text == f"It failed. {step}".strip()
