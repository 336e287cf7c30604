"""Which period a run reads again."""

from __future__ import annotations

from datetime import datetime, timezone
from types import SimpleNamespace
from typing import Any, cast

import pytest

from include.order_push.errors import UnclearRequest
from include.order_updates.run_request import requested_span

DAY, NEXT = (datetime(2026, 11, day, tzinfo=timezone.utc) for day in (1, 2))
NOTHING = {"from": None, "to": None}
PERIOD = {"from": "2026-11-01", "to": "2026-11-02"}


def run(run_type: str) -> Any:
    """A run; Airflow's UI gives manual ones a data interval, too, which nobody asked for."""
    return cast(Any, SimpleNamespace(run_type=run_type, data_interval_start=DAY, data_interval_end=NEXT))


@pytest.mark.parametrize("run_type", ["scheduled", "manual"])
def test_run_reads_what_changed_since_the_last_look_unless_a_period_is_given(run_type: str) -> None:
    assert requested_span(run(run_type), NOTHING) is None
    assert requested_span(run(run_type), PERIOD) == (DAY, NEXT)


def test_backfill_reads_its_dates_and_no_others() -> None:
    assert requested_span(run("backfill"), NOTHING) == (DAY, NEXT)
    with pytest.raises(UnclearRequest):
        requested_span(run("backfill"), PERIOD)


def test_half_a_period_is_refused() -> None:
    with pytest.raises(UnclearRequest):
        requested_span(run("manual"), {"from": "2026-11-01", "to": None})
