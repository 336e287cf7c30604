"""Hints about changes are kept once for each event, and announced as they are committed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from include.crm import change_hints

Announced = Callable[[], list[str]]


@pytest.fixture
def announced(crm_url: str) -> Iterator[Announced]:
    """The payloads announced since the last call."""
    with psycopg.connect(crm_url, autocommit=True) as listener:
        listener.execute(f"LISTEN {change_hints.CHANNEL}".encode())

        def announced() -> list[str]:
            listener.execute("SELECT 1")  # what was committed before is received with the answer
            return [notification.payload for notification in listener.notifies(timeout=0)]

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
