"""Which orders a run asks for, by its type, its data interval and its Params."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from airflow.sdk.api.datamodels._generated import DagRun, DagRunType
from airflow.sdk.timezone import initialize
from hypothesis import given
from hypothesis import strategies as st

from include.order_push.errors import UnclearRequest
from include.order_push.run_request import PushRequest, TimeSpan, compared_span, push_request, read_span

NOON = datetime(2026, 11, 1, 12, tzinfo=timezone.utc)
INTERVAL = TimeSpan(NOON, NOON + timedelta(minutes=15))
DAY = {"from": "2026-11-01T00:00:00Z", "to": "2026-11-02T00:00:00Z"}
THAT_DAY = TimeSpan(datetime(2026, 11, 1, tzinfo=timezone.utc), datetime(2026, 11, 2, tzinfo=timezone.utc))
moments = st.datetimes(timezones=st.just(timezone.utc), min_value=datetime(2000, 1, 1))  # noqa: DTZ001 - as hypothesis wants it


def run(run_type: str, interval: TimeSpan | None = INTERVAL) -> Any:
    """A DAG run as Airflow gives it to a task."""
    start, end = interval or (None, None)
    return DagRun.model_construct(
        run_type=DagRunType(run_type), data_interval_start=start, data_interval_end=end, run_after=NOON
    )


def params(**given: Any) -> dict[str, Any]:
    return {"store": None, "from": None, "to": None, "order_ids": None, "dry_run": False, **given}


def test_a_scheduled_run_pushes_what_is_due() -> None:
    assert push_request(run("scheduled"), params()) == PushRequest(requested_by="schedule")


def test_a_backfill_asks_for_the_orders_of_its_data_interval() -> None:
    assert push_request(run("backfill"), params()) == PushRequest("backfill", (), *INTERVAL)


@pytest.mark.parametrize("given", [{"order_ids": [5]}, DAY])
def test_a_backfill_asks_for_nothing_but_its_dates(given: dict[str, Any]) -> None:
    with pytest.raises(UnclearRequest, match="Leave order_ids, from and to empty"):
        push_request(run("backfill"), params(**given))


@pytest.mark.parametrize("interval", [None, INTERVAL])
def test_a_manual_run_goes_by_its_params_whatever_interval_the_form_fills_in(
    interval: TimeSpan | None,
) -> None:
    assert push_request(run("manual", interval), params()) == PushRequest("manual")
    assert push_request(run("manual", interval), params(**DAY)) == PushRequest("manual", (), *THAT_DAY)
    assert push_request(run("manual", interval), params(order_ids=[5, 7])) == PushRequest("manual", (5, 7))


@pytest.mark.parametrize("run_type", ["scheduled", "backfill", "manual"])
def test_a_dry_run_can_be_of_any_type(run_type: str) -> None:
    assert push_request(run(run_type), params(dry_run=True)).dry_run


def test_a_comparison_is_of_the_last_week_without_the_orders_on_their_way() -> None:
    span = compared_span(run("scheduled"), params())
    assert span == (NOON - timedelta(days=7, hours=1), NOON - timedelta(hours=1))


def test_comparison_covers_the_requested_time() -> None:
    assert compared_span(run("manual"), params(**DAY)) == THAT_DAY
    assert compared_span(run("backfill"), params()) == INTERVAL


@given(moments, moments)
def test_a_time_is_read_as_it_was_written_or_refused(start: datetime, end: datetime) -> None:
    if start < end:
        assert read_span(start.isoformat(), end.isoformat()) == (start, end)
    else:
        with pytest.raises(UnclearRequest, match="start date must be before the end date"):
            read_span(start.isoformat(), end.isoformat())


def test_a_time_without_a_zone_is_utc_and_a_date_begins_at_midnight() -> None:
    assert read_span("2026-11-01", "2026-11-02T00:00:00") == THAT_DAY
    assert read_span("2026-11-01T01:00:00+01:00", "2026-11-02") == THAT_DAY


def test_a_time_without_a_zone_is_utc_whatever_the_default_zone_of_airflow() -> None:
    initialize("America/New_York")
    try:
        assert read_span("2026-11-01", "2026-11-02T00:00:00") == THAT_DAY
    finally:
        initialize("UTC")


@pytest.mark.parametrize("text", ["10", "12:30", "now", "P1D", "2026-11", "2026-02-30", "1e9", " ", "Z"])
def test_what_is_not_a_date_is_no_time(text: str) -> None:
    with pytest.raises(UnclearRequest, match="is not a time"):
        read_span(text, "2026-11-02")


def test_a_time_in_which_there_were_no_orders_is_refused() -> None:
    with pytest.raises(UnclearRequest, match="from 2000 on"):
        read_span("0001-01-01", "2026-11-02")


@pytest.mark.parametrize(
    ("start", "end", "sentence"),
    [
        ("2026-11-01", None, "both"),
        (None, "2026-11-01", "both"),
        ("yesterday", "2026-11-01", "'yesterday' is not a time"),
    ],
)
def test_half_a_time_is_refused(start: str | None, end: str | None, sentence: str) -> None:
    with pytest.raises(UnclearRequest, match=sentence):
        read_span(start, end)


@pytest.mark.parametrize("order_id", [-1, 0, 2**63, 2**70, True, "x", "5", 1.0, None, [5]])
def test_order_id_that_no_order_can_have_is_refused_at_once(order_id: object) -> None:
    with pytest.raises(UnclearRequest, match="No order can have the id") as refused:
        push_request(run("manual"), params(order_ids=[7, order_id]))
    assert str(order_id)[:20] in refused.value.sentence
    assert refused.value.next_step == "Correct order_ids; nothing was pushed."


@pytest.mark.parametrize("order_ids", [5, "5", {"5": 5}, True])
def test_order_ids_that_are_no_list_are_refused_at_once(order_ids: object) -> None:
    with pytest.raises(UnclearRequest, match="order_ids is not a list"):
        push_request(run("manual"), params(order_ids=order_ids))
