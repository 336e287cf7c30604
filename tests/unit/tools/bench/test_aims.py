"""Each aim is judged by what was measured, and a run that measured nothing says so."""

from __future__ import annotations

import pytest

from tests.support.bench_results import COST, a_run_that_meets_every_aim, measured
from tools.bench.aim import Aim, at_least, at_most
from tools.bench.aims import AIMS
from tools.bench.judges import IDLE, LARGE, SMALL, USUAL
from tools.bench.results import Measurement, Results

EVERY_AIM = [aim for aims in AIMS.values() for aim in aims]
SECTIONS = {
    "Unchanged costs nothing",
    "Orders at once",
    "Changes of the store at once",
    "Cost grows with work, not with stores",
}


@pytest.mark.parametrize("aim", EVERY_AIM, ids=lambda aim: aim.what)
def test_an_aim_is_met_by_a_run_that_is_as_wanted_and_not_measured_by_an_empty_one(aim: Aim) -> None:
    words, outcome = aim.outcome(measured())
    assert (outcome, bool(words)) == ("met", True), words
    assert aim.outcome(Results()) == ("", "not measured")


def test_every_section_of_the_aims_is_there_beside_older_aims() -> None:
    assert set(AIMS) == {*SECTIONS, "Beside these"}


@pytest.mark.parametrize(
    ("key", "worse", "concerned"),
    [
        (("unchanged", SMALL), {"seconds": 2.1}, "unchanged at most 2 times"),
        (("1 % changed", SMALL), {"seconds": 3.1}, "1 % changed at most 3 times"),
        (("dlt merge", SMALL), {"seconds": 4.9}, "as fast as dlt's merge"),
        (("unchanged", SMALL), {"rows_written": 1}, "unchanged: rows written"),
        (("unchanged", SMALL), {"loads_pandas": True}, "pandas"),
        (("first sync", LARGE), {"peak_memory": 221e6}, "peak memory at most 220 MB"),
        (
            ("first sync", LARGE),
            {"peak_memory": 221e6},
            "10,000 to 100,000 products (10 %)",
        ),
        (("event: order", 1), {"seconds": 5.1}, "after its commit (median)"),
        (("event: change", 1), {"seconds": 15.1}, "in the CRM after 15 s"),
        (("event: call", 1), {"seconds": 0.051}, "webhook calls"),
        (("changes", 100), {"requests": 14, "options": 10}, "requests: products changed / 250"),
        (("stores: at-once", USUAL.stores), {"too_many": 1}, "each in its store once"),
        (("idle: monitoring", IDLE), {"cpu": 2.1}, "a day of looks"),
    ],
)
def test_an_aim_is_not_met_by_a_worse_measurement(
    key: tuple[str, int], worse: Measurement, concerned: str
) -> None:
    results = measured((key, {**a_run_that_meets_every_aim()[key], **worse}))
    [aim] = [each for each in EVERY_AIM if concerned in each.what]
    assert aim.outcome(results)[1] == "not met"


def test_requests_for_the_options_of_changed_products_are_named() -> None:
    results = measured((("changes", 100), {**COST, "requests": 14, "options": 10, "least": 4}))
    [aim] = [each for each in EVERY_AIM if "requests: products changed" in each.what]
    assert "100: 14 (10 for options; least 4)" in aim.outcome(results)[0]


def test_a_limit_itself_is_within_the_limit() -> None:
    assert at_most("", lambda _: 2.0, 2).outcome(Results())[1] == "met"
    assert at_least("", lambda _: 2.0, 2).outcome(Results())[1] == "met"
