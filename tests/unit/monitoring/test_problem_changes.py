"""Which changes alerts report, and which not, without a database."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.crm.alerts import LastReport
from include.crm.problems import Problem
from include.monitoring.problem_changes import TIMES_MORE, ProblemChange, find_changes

NOON = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)


def problem(kind: Any = "sync failing", **columns: Any) -> Problem:
    plain: dict[str, Any] = {"number": 1, "since": NOON, "reason": "Unavailable."}
    return Problem(1, "tea", "Tea Shop", None, kind, **{**plain, **columns})


def reported(
    change: Any, kind: Any = "sync failing", *, is_active: bool = True, **columns: Any
) -> LastReport:
    plain: dict[str, Any] = {
        "number": 1,
        "newest": None,
        "detail": "Unavailable.",
        "alarmed_at": NOON - 2 * HOUR,
    }
    plain["is_unclear"] = False
    return LastReport(1, "tea", "Tea Shop", is_active, kind, change, **{**plain, **columns})


def change(problem: Problem | None, last: LastReport | None, quiet: timedelta = HOUR) -> str | None:
    found = find_changes([problem] if problem else [], [last] if last else [], now=NOON, quiet=quiet)
    return found[0].change if found else None


def test_problem_that_begins_is_new_and_one_that_ends_has_recovered() -> None:
    assert change(problem(), None) == "new"
    assert change(problem(), reported("recovered")) == "new"
    assert change(None, reported("new")) == "recovered"
    assert change(None, reported("changed")) == "recovered"


def test_known_problem_is_not_reported_again() -> None:
    assert change(problem(), reported("new")) is None
    assert change(problem(), reported("changed")) is None
    assert change(None, reported("recovered")) is None
    assert change(None, None) is None


def test_deactivated_store_is_dropped_and_not_reported_as_recovered() -> None:
    assert change(None, reported("new", is_active=False)) == "dropped"
    assert change(None, reported("dropped", is_active=False)) is None
    assert change(problem(), reported("dropped")) == "new"


def test_unclear_report_is_followed_by_the_current_state() -> None:
    for before in ("new", "recovered"):
        unclear = reported(before, is_unclear=True, alarmed_at=NOON)
        assert change(problem(), unclear) == "new"
        assert change(None, unclear) == "recovered"


def test_another_reason_is_news_but_another_number_in_it_is_not() -> None:
    last = reported("new", detail="The store is unavailable; next attempt in 30 s.")
    assert change(problem(reason="The store is unavailable; next attempt in 1200 s."), last) is None
    assert change(problem(reason="The access token was refused."), last) == "changed"


def test_another_rejected_order_is_news_but_fewer_orders_are_not() -> None:
    last = reported("new", "orders rejected", number=3, newest=NOON - 2 * HOUR)
    same = problem("orders rejected", number=3, newest=NOON - 2 * HOUR)
    fewer = problem("orders rejected", number=2, newest=NOON - 3 * HOUR)
    other = problem("orders rejected", number=2, newest=NOON - 1 * HOUR)
    assert [change(each, last) for each in (same, fewer, other)] == [None, None, "changed"]


def test_waiting_orders_are_news_again_when_there_are_ten_times_as_many() -> None:
    last = reported("new", "orders waiting", number=4)
    assert change(problem("orders waiting", number=4 * TIMES_MORE - 1), last) is None
    assert change(problem("orders waiting", number=4 * TIMES_MORE), last) == "changed"


@pytest.mark.parametrize("before", ["new", "recovered"])
def test_only_the_end_of_a_problem_is_reported_while_it_is_quiet(before: str) -> None:
    last = reported(before, "orders rejected", alarmed_at=NOON - HOUR / 2, newest=NOON - 2 * HOUR)
    assert change(problem("orders rejected", number=500, newest=NOON), last) is None
    assert change(None, last) == ("recovered" if before == "new" else None)


@given(well=st.lists(st.booleans(), min_size=20, max_size=400), quiet=st.integers(1, 12))
def test_flapping_store_is_reported_once_per_quiet_time_and_the_last_report_is_true(
    well: list[bool], quiet: int
) -> None:
    """With a check every 5 minutes, alarms and recoveries alternate, one alarm at most in a quiet time."""
    last: LastReport | None = None
    news: list[tuple[int, str]] = []
    for check, is_well in enumerate([*well, *[well[-1]] * quiet]):
        now = NOON + check * timedelta(minutes=5)
        found = find_changes(
            [] if is_well else [problem()],
            [last] if last else [],
            now=now,
            quiet=quiet * timedelta(minutes=5),
        )
        for each in found:
            news.append((check, each.change))
            last = reported(each.change, alarmed_at=now if each.change == "new" else last and last.alarmed_at)
    assert [each for _, each in news] == (["new", "recovered"] * len(news))[: len(news)]
    alarms = [check for check, each in news if each == "new"]
    assert all(later - earlier >= quiet for earlier, later in pairwise(alarms))
    assert (last is None or not last.is_open) == well[-1]


def test_news_is_in_order_of_store_and_kind() -> None:
    several = [
        Problem(2, "zebra", "Zebra", None, "sync failing", 1, NOON),
        Problem(1, "tea", "Tea", None, "sync late", 1, NOON),
        Problem(1, "tea", "Tea", None, "orders waiting", 1, NOON),
    ]
    found: list[ProblemChange] = find_changes(several, [], now=NOON, quiet=HOUR)
    assert [(each.store_hash, each.kind) for each in found] == [
        ("tea", "orders waiting"),
        ("tea", "sync late"),
        ("zebra", "sync failing"),
    ]
