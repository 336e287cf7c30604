"""What an overview's charts show: days in UTC, whatever time zone the database has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import psycopg
import pytest

from include.crm import store_overview
from include.crm.data_sources import DataSource
from tests.support.crm_rows import Add


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Kiritimati"])
def test_days_are_those_of_utc_whatever_the_time_zone_of_the_session(
    crm: psycopg.Connection[Any],
    source: Callable[..., DataSource],
    order: Callable[..., int],
    add: Add,
    zone: str,
) -> None:
    crm.execute("SELECT set_config('TimeZone', %s, true)", [zone])
    row = crm.execute("SELECT now()").fetchone()
    assert row is not None
    today = row[0].astimezone(timezone.utc).date()
    midnight = datetime(today.year, today.month, today.day, tzinfo=timezone.utc)
    tea, second = source("tea1"), timedelta(seconds=1)
    for at, settled in (
        (midnight, {"state": "pushed", "bigcommerce_order_id": 1}),
        (midnight, {"state": "rejected", "reason": "No stock.", "next_step": "Restock."}),
        (midnight - second, {"state": "pushed", "bigcommerce_order_id": 2}),
    ):
        push = {"order_id": order(tea), "requested_by": "schedule", "updated_at": at, **settled}
        add("order_push", data_source_id=tea.data_source_id, **push)
    earliest = midnight - timedelta(days=store_overview.DAYS - 1)
    for at in (midnight, earliest, earliest - second):
        sync = {"trigger": "scheduled", "status": "Completed", "submitted_at": at, "started_at": at}
        add("sync_run", data_source_id=tea.data_source_id, published_at=at, finished_at=at, **sync)

    orders = store_overview.orders_by_day(crm, tea.data_source_id)
    syncs = store_overview.syncs_by_day(crm, tea.data_source_id)

    days = [today - timedelta(days=ago) for ago in reversed(range(store_overview.DAYS))]
    assert [each.day for each in orders] == [each.day for each in syncs] == days
    assert [(each.pushed, each.rejected) for each in orders[-2:]] == [(1, 0), (1, 1)]
    assert sum(each.pushed + each.rejected for each in orders) == 3
    assert [each.day for each in syncs if each.completed] == [days[0], days[-1]]
