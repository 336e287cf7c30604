"""The history of a data source's syncs, as people look at it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from include.crm import sync_history, sync_warnings
from include.crm.data_sources import DataSource

Crm = psycopg.Connection[Any]


@pytest.fixture
def sync(add: Any) -> Callable[..., int]:
    """A sync of a data source that took `seconds` and was Completed; its sync_run_id."""

    def sync(source: DataSource, seconds: int = 30, **columns: object) -> int:
        plain = {
            "data_source_id": source.data_source_id,
            "trigger": "manual",
            "status": "Completed",
            "started_at": "2026-11-01T00:00:00Z",
            "finished_at": f"2026-11-01T00:00:{seconds:02}Z",
        }
        return int(add("sync_run", **{**plain, **columns})["sync_run_id"])

    return sync


def test_pages_follow_each_other_newest_first(crm: Crm, source: Any, sync: Callable[..., int]) -> None:
    tea = source("tea1")
    runs = [sync(tea) for _ in range(5)]
    sync(source("other1"))
    first = sync_history.page(crm, tea.data_source_id, limit=3)
    second = sync_history.page(crm, tea.data_source_id, before=first[-1].sync_run_id, limit=3)
    assert [row.sync_run_id for row in first + second] == runs[::-1]
    assert first[0].seconds == 30.0


def test_a_trend_holds_the_last_syncs_of_each_data_source_oldest_first(
    crm: Crm, source: Any, sync: Callable[..., int]
) -> None:
    tea, other = source("tea1"), source("other1")
    source("new1")
    runs = [sync(tea, seconds) for seconds in (10, 20, 30)]
    failed = sync(other, status="Failed", error="The store is away.")
    trends = sync_history.trends(crm, limit=2)
    assert [(row.sync_run_id, row.seconds) for row in trends[tea.data_source_id]] == [
        (runs[1], 20.0),
        (runs[2], 30.0),
    ]
    assert [(row.sync_run_id, row.status) for row in trends[other.data_source_id]] == [(failed, "Failed")]
    assert trends.keys() == {tea.data_source_id, other.data_source_id}


def test_the_first_warnings_of_each_kind_are_listed(
    crm: Crm, add: Any, source: Any, sync: Callable[..., int]
) -> None:
    run = sync(source("tea1"))
    for kind, number in (("blank SKU", 3), ("quarantined", 1)):
        for product in range(number, 0, -1):
            add("sync_warning", sync_run_id=run, kind=kind, bigcommerce_product_id=product, reason="Why.")
    found = sync_warnings.by_kind(crm, run, limit=2)
    assert {kind: [row.bigcommerce_product_id for row in rows] for kind, rows in found.items()} == {
        "blank SKU": [1, 2],
        "quarantined": [1],
    }
    assert sync_warnings.by_kind(crm, run + 1, limit=2) == {}
