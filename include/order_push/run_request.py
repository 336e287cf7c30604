"""Which orders a DAG run, or a person at a terminal, requests. No I/O.

A time span is from_time <= completed < to_time. Only a backfill uses its run's data interval: Airflow's UI
gives manual runs one as well, which nobody requested.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, NamedTuple

from include.crm.ids import LARGEST_ID
from include.crm.order_ledger_rows import RequestedBy
from include.order_push.errors import UnclearRequest

if TYPE_CHECKING:
    from airflow.sdk.types import DagRunProtocol

# The CRM has no earlier orders; an earlier year is a typing error.
EARLIEST_YEAR = 2000
COMPARED_DAYS = timedelta(days=7)
# An order completed just now may still wait for the next run of the order push: that is not a difference.
ON_ITS_WAY = timedelta(hours=1)


@dataclass(frozen=True)
class PushRequest:
    """The orders that a run is to push: every new one, or those named or completed in [from_time, to_time).

    Orders requested by id or by time are sent even if they are from before sending was switched on, and
    rejected ones among them are retried.
    """

    requested_by: RequestedBy = "schedule"
    order_ids: tuple[int, ...] = ()
    from_time: datetime | None = None
    to_time: datetime | None = None
    dry_run: bool = False

    @property
    def is_selective(self) -> bool:
        """Whether certain orders are requested rather than whatever is new."""
        return bool(self.order_ids or self.from_time)


class TimeSpan(NamedTuple):
    """The orders completed in [from_time, to_time)."""

    from_time: datetime
    to_time: datetime


def push_request(run: DagRunProtocol, params: Mapping[str, Any]) -> PushRequest:
    """The request of one run of the order push. Raises UnclearRequest."""
    order_ids = _read_order_ids(() if params["order_ids"] is None else params["order_ids"])
    span = read_span(params["from"], params["to"])
    if run.run_type == "backfill":
        if order_ids or span:
            raise UnclearRequest(
                "A backfill pushes the orders of its dates.",
                "Leave order_ids, from and to empty, or trigger the DAG with them instead.",
            )
        span = backfilled_span(run)
    from_time, to_time = span or (None, None)
    return PushRequest(
        requested_by={"scheduled": "schedule", "backfill": "backfill"}.get(run.run_type, "manual"),  # type: ignore[arg-type]
        order_ids=order_ids,
        from_time=from_time,
        to_time=to_time,
        dry_run=bool(params["dry_run"]),
    )


def request_in_conf(conf: Mapping[str, Any]) -> PushRequest:
    """What a manual run with this conf requests; a Param that is not given has its default.

    Raises UnclearRequest.
    """
    order_ids = conf.get("order_ids")
    from_time, to_time = read_span(conf.get("from"), conf.get("to")) or (None, None)
    return PushRequest(
        "manual",
        _read_order_ids(() if order_ids is None else order_ids),
        from_time,
        to_time,
        bool(conf.get("dry_run")),
    )


def compared_span(run: DagRunProtocol, params: Mapping[str, Any]) -> TimeSpan:
    """The time span that one run of the reconciliation compares. Raises UnclearRequest."""
    if run.run_type == "backfill":
        return backfilled_span(run)
    if span := read_span(params["from"], params["to"]):
        return span
    to_time = run.run_after - ON_ITS_WAY
    return TimeSpan(to_time - COMPARED_DAYS, to_time)


def read_span(from_text: str | None, to_text: str | None) -> TimeSpan | None:
    """A time span as people write it, e.g. 2026-11-01 or 2026-11-01T08:00:00+01:00; UTC without a zone.

    None if neither end is given. Raises UnclearRequest.
    """
    if not from_text and not to_text:
        return None
    if not from_text or not to_text:
        raise UnclearRequest("Only one end of the time span is given.", "Give both from and to, or neither.")
    span = TimeSpan(read_time(from_text, "from"), read_time(to_text, "to"))
    if span.from_time >= span.to_time:
        raise UnclearRequest("The start date must be before the end date.", field="to")
    return span


def backfilled_span(run: DagRunProtocol) -> TimeSpan:
    """The data interval of a backfill's run."""
    start, end = run.data_interval_start, run.data_interval_end
    assert start is not None  # a backfill makes its runs from the timetable's intervals
    assert end is not None
    return TimeSpan(start, end)


def _read_order_ids(order_ids: object) -> tuple[int, ...]:
    if not isinstance(order_ids, list | tuple):
        raise UnclearRequest("order_ids is not a list.", "Write it like [1204, 1207]; nothing was pushed.")
    impossible = [order_id for order_id in order_ids if not _is_order_id(order_id)]
    if impossible:
        named = ", ".join(str(order_id)[:20] for order_id in impossible[:5])
        raise UnclearRequest(f"No order can have the id {named}.", "Correct order_ids; nothing was pushed.")
    return tuple(order_ids)


def _is_order_id(value: object) -> bool:
    # True is a number to Python, and nobody means order 1 by it
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= LARGEST_ID


def read_time(text: str, field: str = "") -> datetime:
    """A moment as people write it into a field; UTC without a zone. Raises UnclearRequest."""
    try:
        # Python 3.10 does not know the Z
        moment = datetime.fromisoformat(re.sub("Z$", "+00:00", text))
    except ValueError:
        raise UnclearRequest(
            f"{text[:100]!r} is not a time.", "Write it like 2026-11-01 or 2026-11-01T08:00:00Z.", field=field
        ) from None
    if moment.year < EARLIEST_YEAR:
        raise UnclearRequest(
            f"There are no orders from {text[:100]}.", f"Give a time from {EARLIEST_YEAR} on.", field=field
        )
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
