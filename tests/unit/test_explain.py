"""What is said of an error, to who waits for a run and to who waits at a terminal."""

from __future__ import annotations

import argparse

import pytest

from include.bigcommerce.errors import BigCommerceError, QuotaExhausted, TokenRejected
from include.command_line import run
from include.crm.data_sources import NoDataSource
from include.explain import explain

BUSY = "Store tea does not let GET /v2/store through."


def test_of_what_may_pass_a_run_says_that_it_is_tried_again_by_itself() -> None:
    assert explain(QuotaExhausted(BUSY), "reading the store") == (
        f"{BUSY} Retrying automatically; if the run fails nevertheless, start it again later."
    )


def test_of_what_may_pass_a_terminal_says_to_try_again(capsys: pytest.CaptureFixture[str]) -> None:
    def push(options: argparse.Namespace) -> None:
        raise QuotaExhausted(BUSY)

    assert run(argparse.Namespace(run=push, verbose=False), BigCommerceError) == 1
    assert capsys.readouterr().err == f"{BUSY} Run it again in a few minutes.\n"


@pytest.mark.parametrize("error", [TokenRejected("It is refused. Enter another."), NoDataSource("tea")])
def test_what_speaks_for_itself_is_said_as_it_is(error: Exception) -> None:
    assert explain(error, "reading the store") == str(error)


def test_an_error_of_the_program_tells_its_kind_and_no_values() -> None:
    said = explain(KeyError("jane@example.com"), "publishing")
    assert "while publishing" in said
    assert "KeyError" in said
    assert "jane" not in said
