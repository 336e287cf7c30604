"""Which orders a DAG run, or a person at a terminal, asks for. No I/O.

A time is from_time <= completed < to_time. Of a data interval only that of a backfill counts: the form of
Airflow's UI gives a manual run one too, which nobody asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, NamedTuple

from include.order_push.errors import AskedUnclearly
from include.order_push.steps import PushRequest

if TYPE_CHECKING:
    from airflow.sdk.types import DagRunProtocol

# The CRM has no orders from before then; what is earlier was mistyped.
EARLIEST_YEAR = 2000
COMPARED_DAYS = timedelta(days=7)
# An order completed just now may wait for the next run of the order push: that is no difference yet.
ON_ITS_WAY = timedelta(hours=1)


class TimeSpan(NamedTuple):
    """The orders completed in [from_time, to_time)."""

    from_time: datetime
    to_time: datetime


def push_request(run: DagRunProtocol, params: Mapping[str, Any]) -> PushRequest:
    """What one run of bigcommerce_order_push is to do. Raises AskedUnclearly."""
    order_ids = tuple(params["order_ids"] or ())
    span = read_span(params["from"], params["to"])
    if run.run_type == "backfill":
        if order_ids or span:
            raise AskedUnclearly(
                "A backfill pushes the orders of its dates: leave order_ids, from and to empty, or trigger "
                "the DAG with them instead."
            )
        span = _backfilled_span(run)
    from_time, to_time = span or (None, None)
    return PushRequest(
        requested_by={"scheduled": "schedule", "backfill": "backfill"}.get(run.run_type, "manual"),  # type: ignore[arg-type]
        order_ids=order_ids,
        from_time=from_time,
        to_time=to_time,
        dry_run=bool(params["dry_run"]),
    )


def compared_span(run: DagRunProtocol, params: Mapping[str, Any]) -> TimeSpan:
    """Which orders one run of bigcommerce_order_reconciliation is to compare. Raises AskedUnclearly."""
    if run.run_type == "backfill":
        return _backfilled_span(run)
    if span := read_span(params["from"], params["to"]):
        return span
    to_time = run.run_after - ON_ITS_WAY
    return TimeSpan(to_time - COMPARED_DAYS, to_time)


def read_span(from_text: str | None, to_text: str | None) -> TimeSpan | None:
    """A time as people write it, e.g. 2026-11-01 or 2026-11-01T08:00:00+01:00; UTC where they name no zone.

    None if neither end is given. Raises AskedUnclearly.
    """
    if not from_text and not to_text:
        return None
    if not from_text or not to_text:
        raise AskedUnclearly("Give both from and to, or neither.")
    span = TimeSpan(_read_time(from_text), _read_time(to_text))
    if span.from_time >= span.to_time:
        raise AskedUnclearly(f"There is no time between {from_text} and {to_text}: let from be the earlier.")
    return span


def _backfilled_span(run: DagRunProtocol) -> TimeSpan:
    start, end = run.data_interval_start, run.data_interval_end
    assert start is not None  # a backfill makes its runs from the timetable's intervals
    assert end is not None
    return TimeSpan(start, end)


def _read_time(text: str) -> datetime:
    try:
        # Python 3.10 does not know the Z
        moment = datetime.fromisoformat(re.sub("Z$", "+00:00", text))
    except ValueError:
        raise AskedUnclearly(
            f"{text!r} is not a time. Write it like 2026-11-01 or 2026-11-01T08:00:00Z."
        ) from None
    if moment.year < EARLIEST_YEAR:
        raise AskedUnclearly(f"There are no orders from {text}: give a time from {EARLIEST_YEAR} on.")
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
