"""What is news, and what is not; no database."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.monitoring.news import TIMES_MORE, news_of
from include.monitoring.problems import Known, News, Trouble

NOON = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)


def trouble(kind: Any = "sync failing", **columns: Any) -> Trouble:
    plain: dict[str, Any] = {"number": 1, "since": NOON, "newest": None, "detail": "Away.", "next_step": ""}
    return Trouble(1, "tea", "Tea Shop", None, kind, **{**plain, **columns})


def known(change: Any, kind: Any = "sync failing", *, is_active: bool = True, **columns: Any) -> Known:
    plain: dict[str, Any] = {"number": 1, "newest": None, "detail": "Away.", "alarmed_at": NOON - 2 * HOUR}
    plain["is_unclear"] = False
    return Known(1, "tea", "Tea Shop", is_active, kind, change, **{**plain, **columns})


def change(trouble: Trouble | None, known: Known | None, quiet: timedelta = HOUR) -> str | None:
    found = news_of([trouble] if trouble else [], [known] if known else [], now=NOON, quiet=quiet)
    return found[0].change if found else None


def test_what_begins_is_new_and_what_ends_is_over() -> None:
    assert change(trouble(), None) == "new"
    assert change(trouble(), known("recovered")) == "new"
    assert change(None, known("new")) == "recovered"
    assert change(None, known("changed")) == "recovered"


def test_what_is_known_is_no_news() -> None:
    assert change(trouble(), known("new")) is None
    assert change(trouble(), known("changed")) is None
    assert change(None, known("recovered")) is None
    assert change(None, None) is None


def test_a_deactivated_store_is_dropped_rather_than_called_well() -> None:
    assert change(None, known("new", is_active=False)) == "dropped"
    assert change(None, known("dropped", is_active=False)) is None
    assert change(trouble(), known("dropped")) == "new"


def test_what_may_have_been_told_or_not_is_told_as_it_stands_now() -> None:
    for before in ("new", "recovered"):
        unclear = known(before, is_unclear=True, alarmed_at=NOON)
        assert change(trouble(), unclear) == "new"
        assert change(None, unclear) == "recovered"


def test_another_reason_is_news_but_not_another_number_in_it() -> None:
    told = known("new", detail="The store is away; it is asked again in 30 s.")
    assert change(trouble(detail="The store is away; it is asked again in 1200 s."), told) is None
    assert change(trouble(detail="The access token was refused."), told) == "changed"


def test_another_order_is_news_but_fewer_orders_are_not() -> None:
    told = known("new", "orders rejected", number=3, newest=NOON - 2 * HOUR)
    same = trouble("orders rejected", number=3, newest=NOON - 2 * HOUR)
    fewer = trouble("orders rejected", number=2, newest=NOON - 3 * HOUR)
    other = trouble("orders rejected", number=2, newest=NOON - 1 * HOUR)
    assert [change(each, told) for each in (same, fewer, other)] == [None, None, "changed"]


def test_more_waiting_orders_are_news_when_they_are_ten_times_as_many() -> None:
    told = known("new", "orders waiting", number=4)
    assert change(trouble("orders waiting", number=4 * TIMES_MORE - 1), told) is None
    assert change(trouble("orders waiting", number=4 * TIMES_MORE), told) == "changed"


@pytest.mark.parametrize("before", ["new", "recovered"])
def test_while_a_trouble_is_quiet_only_its_end_is_told(before: str) -> None:
    told = known(before, "orders rejected", alarmed_at=NOON - HOUR / 2, newest=NOON - 2 * HOUR)
    assert change(trouble("orders rejected", number=500, newest=NOON), told) is None
    assert change(None, told) == ("recovered" if before == "new" else None)


@given(well=st.lists(st.booleans(), min_size=20, max_size=400), quiet=st.integers(1, 12))
def test_a_store_that_flaps_is_told_of_once_in_a_while_and_in_the_end_the_truth(
    well: list[bool], quiet: int
) -> None:
    """A look every 5 minutes; people are told failing and well by turns, and failing at most once a time."""
    told: Known | None = None
    news: list[tuple[int, str]] = []
    for look, is_well in enumerate([*well, *[well[-1]] * quiet]):
        now = NOON + look * timedelta(minutes=5)
        found = news_of(
            [] if is_well else [trouble()],
            [told] if told else [],
            now=now,
            quiet=quiet * timedelta(minutes=5),
        )
        for each in found:
            news.append((look, each.change))
            told = known(each.change, alarmed_at=now if each.change == "new" else told and told.alarmed_at)
    assert [each for _, each in news] == (["new", "recovered"] * len(news))[: len(news)]
    alarms = [look for look, each in news if each == "new"]
    assert all(later - earlier >= quiet for earlier, later in pairwise(alarms))
    assert (told is None or not told.is_open) == well[-1]


def test_news_are_in_order_of_store_and_kind() -> None:
    several = [
        Trouble(2, "zebra", "Zebra", None, "sync failing", 1, NOON, None, "", ""),
        Trouble(1, "tea", "Tea", None, "sync late", 1, NOON, None, "", ""),
        Trouble(1, "tea", "Tea", None, "orders waiting", 1, NOON, None, "", ""),
    ]
    found: list[News] = news_of(several, [], now=NOON, quiet=HOUR)
    assert [(each.store_hash, each.kind) for each in found] == [
        ("tea", "orders waiting"),
        ("tea", "sync late"),
        ("zebra", "sync failing"),
    ]
