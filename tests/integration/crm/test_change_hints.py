"""Hints about changes are kept once for each event, and announced as they are committed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from include.crm import change_hints
from tests.support.announcements import Announced, announcements


@pytest.fixture
def announced(crm_url: str) -> Iterator[Announced]:
    """The payloads announced since the last call."""
    with announcements(crm_url, change_hints.CHANNEL) as announced:
        yield announced


def test_replayed_event_is_no_new_hint_even_after_the_first_was_handled(
    crm: psycopg.Connection[Any], source: Any
) -> None:
    tea, coffee = source("tea").data_source_id, source("coffee").data_source_id
    assert change_hints.keep(crm, tea, "product", 7, "abc")
    assert not change_hints.keep(crm, tea, "product", 7, "abc")
    crm.execute("UPDATE crm.change_hint SET handled_at = now()")
    assert not change_hints.keep(crm, tea, "product", 7, "abc")
    assert change_hints.keep(crm, coffee, "product", 7, "abc")
    assert change_hints.keep(crm, tea, "order", 7, "def")


@pytest.mark.parametrize(("seconds", "is_due_again"), [(5, True), (60, False)])
def test_second_change_in_the_same_second_is_looked_at_and_a_replay_is_not(
    crm: psycopg.Connection[Any], source: Any, seconds: int, is_due_again: bool
) -> None:
    tea = source("tea").data_source_id
    change_hints.keep(crm, tea, "product", 7, "abc")
    crm.execute(
        "UPDATE crm.change_hint SET handled_at = now(), received_at = now() - make_interval(secs => %s)",
        [seconds],
    )
    assert not change_hints.keep(crm, tea, "product", 7, "abc")
    assert bool(change_hints.due_products(crm, tea)) == is_due_again


def test_hint_is_announced_as_it_is_committed_and_a_replayed_one_is_not(
    crm: psycopg.Connection[Any], source: Any, announced: Announced
) -> None:
    tea = source("tea").data_source_id
    change_hints.keep(crm, tea, "product", 7, "abc")
    change_hints.keep(crm, tea, "order", 8, "def")
    assert announced() == []
    crm.commit()
    assert announced() == [str(tea)]
    change_hints.keep(crm, tea, "product", 7, "abc")
    crm.commit()
    assert announced() == []


def test_hints_of_stores_that_nobody_reads_are_kept_and_not_announced(
    crm: psycopg.Connection[Any], source: Any, announced: Announced
) -> None:
    paused = source("paused", paused_at="2026-11-01T00:00:00Z", paused_by="Ann").data_source_id
    gone = source("gone", state="inactive").data_source_id
    assert change_hints.keep(crm, paused, "product", 7, "abc")
    assert change_hints.keep(crm, gone, "product", 7, "abc")
    crm.commit()
    assert announced() == []
