"""A transaction of the CRM and one of ours touch the same orders: the CRM's never waits, and ours goes on.

The CRM would be held up, or its transaction ended by Postgres to break a deadlock, because of a program that
it does not know. Ours would hold up the orders of a whole store for as long as the CRM takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime, timezone
from typing import Any

import psycopg
import pytest
from psycopg import IsolationLevel
from psycopg.errors import IdleInTransactionSessionTimeout

from include.crm import (
    data_sources,
    order_decisions,
    order_ledger,
    order_times,
    publication,
    reversal_ledger,
    store_orders,
)
from include.crm.data_sources import DataSource
from include.crm.order_ledger_rows import Settlement
from include.crm.store_order_rows import ReadOrder, StoreOrderFacts
from include.order_push import selection
from include.order_push.run_request import PushRequest

Crm = psycopg.Connection[Any]
PUSHED = Settlement("pushed", "send", "pushed", bigcommerce_id=100)
EARLIER = "UPDATE crm.customer_order SET completed_at = completed_at - interval '1 hour' WHERE order_id = %s"
LOCK = "SELECT FROM crm.customer_order WHERE order_id = %s FOR UPDATE"


@pytest.fixture
def tea(source: Callable[..., DataSource]) -> DataSource:
    return source("tea1")


@pytest.fixture
def first(crm: Crm, tea: DataSource, order: Callable[..., int]) -> int:
    """The first of two orders that are COMPLETE."""
    first = order(tea)
    assert order(tea) == first + 1
    crm.commit()
    return first


@pytest.fixture
def connected(crm_url: str) -> Iterator[Callable[[], Crm]]:
    """Connects once more, for a transaction that must not wait longer than a moment."""
    with ExitStack() as open_connections:

        def connected() -> Crm:
            connection = open_connections.enter_context(psycopg.connect(crm_url))
            connection.execute("SET lock_timeout = '3s'")
            connection.commit()
            return connection

        yield connected


def test_worker_records_what_became_of_an_order_whose_time_the_crm_is_correcting(
    crm: Crm, tea: DataSource, first: int, connected: Callable[[], Crm]
) -> None:
    theirs, ours = connected(), connected()
    order_ledger.select_new(crm, tea.data_source_id)
    held, _ = order_ledger.claim(crm, tea.data_source_id, "worker", limit=2, lease_seconds=900)
    crm.commit()
    theirs.execute(EARLIER, [first])
    assert order_ledger.mark_sending(ours, held, "worker", lease_seconds=900)
    ours.commit()
    assert order_ledger.settle(ours, held, "worker", PUSHED)
    ours.commit()


@pytest.mark.parametrize("they_begin", [True, False])
def test_crm_corrects_times_of_orders_that_people_retry(
    crm: Crm,
    tea: DataSource,
    first: int,
    connected: Callable[[], Crm],
    ledger_row: Callable[..., dict[str, Any]],
    they_begin: bool,
) -> None:
    theirs, ours = connected(), connected()
    for order_id in (first, first + 1):
        ledger_row(tea, order_id, "rejected")
    crm.commit()
    if they_begin:
        theirs.execute(EARLIER, [first + 1])
    assert order_decisions.retry(ours, [first, first + 1], worker="Ada") == [first, first + 1]
    for order_id in (first + 1, first):
        theirs.execute(EARLIER, [order_id])
    theirs.commit()
    ours.commit()


@pytest.mark.parametrize("requested", [False, True])
def test_crm_changes_orders_that_it_locks_while_others_are_added_to_the_ledger(
    crm: Crm, tea: DataSource, first: int, connected: Callable[[], Crm], requested: bool
) -> None:
    theirs, ours = connected(), connected()

    def add() -> int:
        if requested:
            return order_ledger.request(ours, tea.data_source_id, [first, first + 1], "backfill")
        return order_ledger.select_new(ours, tea.data_source_id)

    theirs.execute(LOCK, [first + 1])
    assert add() == 1  # and leaves the other to the next push
    with ThreadPoolExecutor() as thread:
        locked = thread.submit(theirs.execute, LOCK, [first])
        ours.commit()
        locked.result(timeout=60)
    theirs.execute("UPDATE crm.customer_order SET order_status = 'CANCELLED' WHERE order_id = %s", [first])
    theirs.commit()
    assert add() == 1
    ours.commit()
    assert crm.execute("SELECT count(*) FROM crm.order_push").fetchone() == (2,)


def test_crm_changes_orders_that_a_push_has_added_and_not_committed(
    crm: Crm, tea: DataSource, first: int, connected: Callable[[], Crm]
) -> None:
    theirs, ours = connected(), connected()
    assert order_ledger.select_new(ours, tea.data_source_id) == 2
    theirs.execute("UPDATE crm.customer_order SET order_status = 'CANCELLED' WHERE order_id = %s", [first])
    theirs.execute(EARLIER, [first + 1])
    theirs.commit()
    ours.commit()
    left = {order_id for [order_id] in crm.execute("SELECT order_id FROM crm.order_outbox")}
    assert left == set()


def test_crm_waits_no_longer_than_moments_for_a_push_that_is_frozen_while_it_adds_orders(
    crm: Crm, tea: DataSource, first: int, connected: Callable[[], Crm], monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs, frozen = connected(), connected()
    monkeypatch.setattr(selection, "LOCKED_SECONDS", 1)
    selection.add_to_ledger(frozen, tea, PushRequest())
    theirs.execute(LOCK, [first])
    assert order_ledger.select_new(crm, tea.data_source_id) == 1
    with pytest.raises(IdleInTransactionSessionTimeout):
        frozen.commit()


@pytest.mark.parametrize("isolation", [IsolationLevel.REPEATABLE_READ, IsolationLevel.SERIALIZABLE])
@pytest.mark.parametrize(
    ("change", "is_new"),
    [
        ("order_status = 'CANCELLED'", False),
        ("completed_at = completed_at - interval '1 hour'", False),
        ("campaign_id = (SELECT max(campaign_id) FROM crm.campaign)", True),
    ],
    ids=["cancelled", "corrected", "moved to another store"],
)
def test_strictly_isolated_transaction_of_the_crm_is_not_ended_by_a_push_meanwhile(
    crm: Crm,
    tea: DataSource,
    source: Callable[..., DataSource],
    first: int,
    connected: Callable[[], Crm],
    isolation: IsolationLevel,
    change: str,
    is_new: bool,
) -> None:
    theirs, ours = connected(), connected()
    coffee = source("coffee1", send_initial_orders_since="2026-01-01T00:00:00Z")
    crm.commit()
    theirs.isolation_level = isolation
    theirs.execute("SELECT FROM crm.customer_order")  # what it sees is from now
    assert order_ledger.select_new(ours, tea.data_source_id) == 2
    ours.commit()
    theirs.execute(f"UPDATE crm.customer_order SET {change} WHERE order_id = {first}".encode())  # noqa: S608
    theirs.commit()
    assert order_ledger.select_new(crm, tea.data_source_id) == 0
    assert order_ledger.select_new(crm, coffee.data_source_id) == is_new


def test_requested_order_that_the_crm_has_locked_is_named(
    crm: Crm, tea: DataSource, first: int, connected: Callable[[], Crm]
) -> None:
    theirs = connected()
    theirs.execute(LOCK, [first])
    request = PushRequest("manual", order_ids=(first, first + 1))
    assert selection.add_to_ledger(crm, tea, request) == [first]
    crm.commit()
    theirs.rollback()
    assert selection.add_to_ledger(crm, tea, request) == []


def test_what_stores_did_and_refunds_are_kept_whatever_the_crm_has_locked(
    crm: Crm,
    tea: DataSource,
    first: int,
    connected: Callable[[], Crm],
    ledger_row: Callable[..., dict[str, Any]],
) -> None:
    theirs, ours = connected(), connected()
    crm.execute("UPDATE crm.data_source SET mirror_cancellations = true")
    for order_id in (first, first + 1):
        ledger_row(tea, order_id, "pushed")
        crm.execute(
            "UPDATE crm.customer_order SET order_status = 'CANCELLED' WHERE order_id = %s", [order_id]
        )
    crm.commit()
    theirs.execute(LOCK, [first + 1])
    at = datetime(2026, 11, 29, tzinfo=timezone.utc)
    read = [ReadOrder(each, StoreOrderFacts(each, at, 11), False) for each in (first, first + 1)]
    assert len(store_orders.save(ours, tea.data_source_id, read)) == 2
    assert reversal_ledger.select_new(ours, tea.data_source_id) == 2
    theirs.execute(LOCK, [first])
    ours.commit()


@pytest.mark.parametrize("locked_by", ["publication", "settings"])
def test_neither_orders_nor_the_crm_wait_while_the_data_source_is_locked(
    crm: Crm,
    tea: DataSource,
    first: int,
    connected: Callable[[], Crm],
    add: Callable[..., dict[str, Any]],
    locked_by: str,
) -> None:
    """A publication of many products takes minutes."""
    theirs, ours, locking = connected(), connected(), connected()
    run = add("sync_run", data_source_id=tea.data_source_id, trigger="manual", status="In Progress")
    crm.commit()
    if locked_by == "publication":
        publication.lock_data_source(locking, run["sync_run_id"])
    else:
        data_sources.lock(locking, tea.store_hash)
    assert order_ledger.select_new(ours, tea.data_source_id) == 2
    ours.commit()
    theirs.execute(LOCK, [first])


@pytest.mark.parametrize("is_added_before", [True, False])
def test_ledger_follows_a_time_that_the_crm_corrects_while_the_order_is_added(
    crm: Crm, tea: DataSource, first: int, connected: Callable[[], Crm], is_added_before: bool
) -> None:
    theirs = connected()
    if is_added_before:
        order_ledger.select_new(crm, tea.data_source_id)
        theirs.execute(EARLIER, [first])
        theirs.commit()
        order_times.correct(theirs)
        theirs.commit()
    else:
        theirs.execute(EARLIER, [first])
        order_ledger.select_new(crm, tea.data_source_id)
        theirs.commit()
    crm.commit()
    for _ in range(2):
        order_times.correct(crm, settled_after_seconds=0)
        crm.commit()
    apart = (
        "SELECT FROM crm.order_push push JOIN crm.customer_order sold USING (order_id) "
        "WHERE push.order_completed_at <> sold.completed_at"
    )
    assert crm.execute(apart.encode()).fetchall() == []
    assert crm.execute("SELECT FROM crm.order_time_notice").fetchall() == []


def test_order_that_completes_for_the_first_time_leaves_no_notice(
    crm: Crm, tea: DataSource, order: Callable[..., int]
) -> None:
    order_id = order(tea, order_status="PENDING")
    crm.execute("UPDATE crm.customer_order SET order_status = 'COMPLETE' WHERE order_id = %s", [order_id])
    assert crm.execute("SELECT FROM crm.order_time_notice").fetchall() == []
