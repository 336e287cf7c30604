"""Refunds and cancellations that need people, or wait for too long, are problems of their store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import psycopg
import pytest

from include.crm.data_sources import DataSource
from include.crm.problems import Problem, find_problems
from include.monitoring import alert_texts
from tests.support.crm_rows import Add

NOW = datetime.now(timezone.utc)


def ago(**time: int) -> datetime:
    return NOW - timedelta(**time)


@pytest.fixture
def tea(source: Callable[..., DataSource]) -> DataSource:
    return source("tea", mirror_refunds="record", mirror_cancellations=True)


@pytest.fixture
def reversal(add: Add, order: Callable[..., int], tea: DataSource) -> Callable[..., int]:
    """A refund of an order in the ledger; the order's id."""

    def reversal(state: str, **columns: object) -> int:
        order_id = order(tea)
        add("order_refund", refund_id=order_id + 500, order_id=order_id, amount=1)
        row = {"data_source_id": tea.data_source_id, "order_id": order_id, "refund_id": order_id + 500}
        add("order_reversal", kind="refund", state=state, **{**row, "created_at": ago(minutes=90), **columns})
        return order_id

    return reversal


def problems(crm: psycopg.Connection[object]) -> dict[str, Problem]:
    return {problem.kind: problem for problem in find_problems(crm, 60)}


def test_rejected_refunds_are_reported_with_the_reason_of_the_latest(
    crm: psycopg.Connection[object], reversal: Callable[..., int]
) -> None:
    why = {"reason": "The order is Shipped.", "next_step": "Stop it."}
    reversal("rejected", reason="No quote.", next_step="Correct it.", updated_at=ago(hours=3))
    latest = reversal("rejected", updated_at=ago(hours=1), **why)
    reversal("rejected", updated_at=NOW + timedelta(days=1), **why)
    found = problems(crm)["refunds rejected"]
    assert (found.number, found.since, found.newest) == (2, ago(hours=3), ago(hours=1))
    assert alert_texts.sentence(found) == (
        f"2 refunds or cancellations could not be sent to BigCommerce. Order {latest}: The order is Shipped. "
        "Stop it."
    )


def test_refunds_waiting_or_unclear_for_long_are_reported_unless_they_were_retried(
    crm: psycopg.Connection[object], add: Add, reversal: Callable[..., int]
) -> None:
    reversal("pending")
    oldest = ago(minutes=100)
    reversal("uncertain", sent_at=oldest, created_at=oldest)
    reversal("pending", created_at=ago(minutes=10))
    reversal("pushed")
    retried = reversal("pending")
    row = crm.execute(
        "SELECT order_reversal_id FROM crm.order_reversal WHERE order_id = %s", (retried,)
    ).fetchone()
    assert isinstance(row, tuple)
    add(
        "order_reversal_attempt",
        order_reversal_id=row[0],
        worker="Grace",
        action="retry",
        outcome="requested",
    )
    found = problems(crm)
    assert found.keys() == {"refunds waiting"}
    assert (found["refunds waiting"].number, found["refunds waiting"].since) == (2, oldest)
    assert "have been waiting for BigCommerce" in alert_texts.sentence(found["refunds waiting"])
    crm.execute("UPDATE crm.data_source SET mirror_refunds = 'off'")
    assert problems(crm)["refunds waiting"].number == 1
