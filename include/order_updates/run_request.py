"""The period that a DAG run, or a person at a terminal, wants to have read again. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from include.order_push.errors import UnclearRequest
from include.order_push.run_request import TimeSpan, backfilled_span, read_span

if TYPE_CHECKING:
    from airflow.sdk.types import DagRunProtocol


def requested_span(run: DagRunProtocol, params: Mapping[str, Any]) -> TimeSpan | None:
    """The period of changes that a run reads again; None reads what changed since the last look.

    Raises UnclearRequest.
    """
    span = read_span(params["from"], params["to"])
    if run.run_type != "backfill":
        return span
    if span:
        raise UnclearRequest(
            "A backfill reads the changes of its dates.",
            "Leave from and to empty, or trigger the DAG with them instead.",
        )
    return backfilled_span(run)
