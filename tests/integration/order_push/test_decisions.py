"""Orders that a person dismisses: never pushed, no alert, no finding, and reopened when it was a mistake."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import psycopg
import pytest

from include.crm import order_ledger
from include.crm.data_sources import DataSource
from include.crm.problems import find_problems
from include.order_push import decisions, steps
from include.order_push.__main__ import main
from include.order_push.errors import UnclearRequest
from include.order_push.order_status import order_statuses
from include.order_push.run_request import PushRequest
from tests.support.ordering_store import OrderingStore

Crm = psycopg.Connection[Any]
SPAN = (datetime(2026, 1, 1, tzinfo=timezone.utc), datetime(2100, 1, 1, tzinfo=timezone.utc))


@pytest.fixture
def store(shop: Callable[..., OrderingStore]) -> OrderingStore:
    """A store that sends initial orders."""
    return shop()


@pytest.fixture
def dismissed(store: OrderingStore, capsys: pytest.CaptureFixture[str]) -> int:
    """An order that was rejected, then dismissed at a terminal, then corrected; its id."""
    order_id = store.order(sales_tax=3)
    store.push()
    assert main(["dismiss", str(order_id), "--because", "A duplicate of 7"]) == 0
    assert f"Dismissed: {order_id} (1 in all)" in capsys.readouterr().out
    store.change("UPDATE crm.customer_order SET sales_tax = 0")
    return order_id


def test_dismissed_order_is_never_pushed_not_even_by_name_or_backfill(
    store: OrderingStore, dismissed: int
) -> None:
    for request in (
        PushRequest("schedule"),
        PushRequest("manual", (dismissed,)),
        PushRequest("backfill", (), *SPAN),
    ):
        steps.push(store.sandbox.store_hash, request)
        assert store.states() == {dismissed: "dismissed"}
    dry = steps.push(store.sandbox.store_hash, PushRequest("backfill", (), *SPAN, dry_run=True))
    assert dry["orders"] == []
    assert store.posts() == 0


def test_dismissed_order_raises_no_alert_and_is_no_finding(
    store: OrderingStore, dismissed: int, crm: Crm
) -> None:
    compared = steps.compare(store.sandbox.store_hash, *SPAN)
    assert (compared.orders_in_crm, compared.findings) == (0, [])
    store.change("UPDATE crm.order_push SET updated_at = '2026-01-01'")
    assert [each.kind for each in find_problems(crm, 0) if "order" in each.kind] == []


def test_who_dismissed_it_when_and_why_is_kept_and_shown(
    store: OrderingStore, dismissed: int, crm: Crm
) -> None:
    [status] = order_statuses(crm, dismissed)
    assert status.reason is not None
    assert "at a terminal: A duplicate of 7. It was rejected before: " in status.reason
    assert not status.can_be_retried
    last = status.history[-1]
    assert (last.action, last.outcome, last.detail) == ("dismiss", "dismissed", "A duplicate of 7")
    assert store.row(dismissed)["dismissed_at"] is not None


def test_reopened_order_is_rejected_as_before_and_can_be_retried(
    store: OrderingStore, dismissed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["retry", str(dismissed)]) == 1
    assert main(["reopen", str(dismissed)]) == 0
    row = store.row(dismissed)
    assert (row["state"], row["dismissed_by"], row["dismissed_because"]) == ("rejected", None, None)
    assert "come to" in row["reason"]
    assert main(["retry", str(dismissed)]) == 0
    store.push()
    assert store.states() == {dismissed: "pushed"}
    assert store.in_store() == store.expected([dismissed])


def test_only_rejected_orders_are_dismissed_and_each_other_one_says_why(
    store: OrderingStore, capsys: pytest.CaptureFixture[str]
) -> None:
    rejected, pushed = store.order(sales_tax=3), store.order()
    store.push()
    assert main(["dismiss", str(rejected), str(pushed), "404", "--because", "No longer wanted"]) == 1
    said = capsys.readouterr()
    assert f"Dismissed: {rejected} (1 in all)" in said.out
    assert f"Order {pushed} is in BigCommerce already." in said.err
    assert "Order 404 is not in the ledger." in said.err
    assert store.states() == {rejected: "dismissed", pushed: "pushed"}
    assert main(["reopen", str(pushed)]) == 1


@pytest.mark.parametrize("because", ["", " \n\0", "x" * 501])
def test_dismissal_needs_a_reason_of_readable_length(because: str) -> None:
    with pytest.raises(UnclearRequest):
        decisions.read_because(because)


def test_reason_is_kept_on_one_line() -> None:
    assert decisions.read_because(" paid\n by\0hand ") == "paid by hand"


@pytest.mark.parametrize("state", ["pending", "sending", "uncertain", "pushed"])
def test_order_that_a_push_works_on_is_not_dismissed(
    crm: Crm,
    source: Callable[..., DataSource],
    order: Callable[..., int],
    ledger_row: Any,
    state: str,
) -> None:
    shop = source("tea1")
    order_id = order(shop)
    ledger_row(shop, order_id, state)
    decided = decisions.dismiss(crm, [order_id], because="No", person="Grace")
    assert decided.order_ids == []
    assert decided.left[order_id].startswith(f"Order {order_id} is ")
    [row] = order_ledger.find(crm, order_ids=[order_id])
    assert row.state == state
