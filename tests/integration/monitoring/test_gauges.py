"""The gauges of data sources and orders, as a real StatsD receiver gets them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import psycopg
import psycopg.sql
import pytest

from include.monitoring.gauges import send_gauges
from tests.support.statsd_receiver import Receiver


@pytest.fixture
def add(crm: psycopg.Connection[Any]) -> Callable[..., int]:
    """Add a data source with a campaign; its id."""

    def add(store_hash: str, **columns: object) -> int:
        campaign = insert(crm, "campaign", "campaign_id", name=store_hash, currency_code="USD")
        named = {"store_hash": store_hash, "store_name": store_hash, "campaign_id": campaign}
        long_ago = datetime(2026, 1, 1, tzinfo=timezone.utc)
        return insert(crm, "data_source", "data_source_id", **{**named, "updated_at": long_ago, **columns})

    return add


@pytest.fixture
def sync(crm: psycopg.Connection[Any]) -> Callable[..., None]:
    """Add a sync that took a minute and finished so many minutes ago (None: still running)."""

    def sync(source: int, status: str, ended: int | None = 0, *, dry_run: bool = False) -> None:
        crm.execute(
            """INSERT INTO crm.sync_run
                   (data_source_id, trigger, status, error, dry_run, started_at, finished_at)
               VALUES (%(source)s, 'manual', %(status)s, %(error)s, %(dry_run)s,
                       now() - make_interval(mins => coalesce(%(ended)s, 0) + 1),
                       now() - make_interval(mins => %(ended)s))""",
            {
                "source": source,
                "status": status,
                "ended": ended,
                "dry_run": dry_run,
                "error": "No." if status == "Failed" else None,
            },
        )

    return sync


def insert(crm: psycopg.Connection[Any], table: str, key: str, **columns: object) -> int:
    """Insert a row of the schema crm; its key."""
    names = psycopg.sql.SQL(", ").join(map(psycopg.sql.Identifier, columns))
    values = psycopg.sql.SQL(", ").join(map(psycopg.sql.Placeholder, columns))
    statement = psycopg.sql.SQL("INSERT INTO crm.{} ({}) VALUES ({}) RETURNING {}").format(
        psycopg.sql.Identifier(table), names, values, psycopg.sql.Identifier(key)
    )
    row = crm.execute(statement, columns).fetchone()
    assert row is not None
    return int(row[0])


def order(
    crm: psycopg.Connection[Any], source: int, order_id: int, minutes: int = 0, **ledger: object
) -> None:
    """Add an order completed so many minutes ago, and its row in the ledger if it has a state."""
    crm.execute(
        """INSERT INTO crm.customer_order
               (order_id, campaign_id, order_type, order_status, currency_code, price, total_amount,
                completed_at)
           SELECT %s, campaign_id, 'NEW_SALE', 'COMPLETE', 'USD', 1, 1, now() - make_interval(mins => %s)
           FROM crm.data_source WHERE data_source_id = %s""",
        [order_id, minutes, source],
    )
    if ledger:
        row = {"data_source_id": source, "order_id": order_id, "requested_by": "schedule", **ledger}
        insert(crm, "order_push", "order_push_id", **row)
        crm.execute(
            "UPDATE crm.order_push SET created_at = now() - make_interval(mins => %s) WHERE order_id = %s",
            [minutes, order_id],
        )


def test_data_sources_are_counted_by_their_last_sync_that_was_no_dry_run(
    crm: psycopg.Connection[Any], add: Any, sync: Any, received: Receiver
) -> None:
    add("fresh")
    add("gone", state="inactive")
    sync(add("good"), "Completed")
    runs = add("running")
    sync(runs, "Failed")
    sync(runs, "In Progress", None)
    failed = add("failed")
    sync(failed, "Failed")
    sync(failed, "Completed", dry_run=True)
    send_gauges(crm)
    expected = {"never_synced": 1, "in_progress": 1, "completed": 1, "failed": 1}
    for status, number in expected.items():
        assert received.of("bigcommerce.data_sources", status=status) == [number]
    stores = ("fresh", "good", "running", "failed", "gone")
    failing = {store: received.of("bigcommerce.store_failing", store=store) for store in stores}
    assert failing == {"fresh": [0], "good": [0], "running": [1], "failed": [1], "gone": []}


def test_data_source_is_late_after_twice_its_interval_and_its_products_have_an_age(
    crm: psycopg.Connection[Any], add: Any, sync: Any, received: Receiver
) -> None:
    sync(add("late", auto_sync_minutes=60), "Completed", 121)
    sync(add("intime", auto_sync_minutes=60), "Completed", 119)
    sync(add("byhand"), "Completed", 10_000)
    add("fresh", auto_sync_minutes=60, updated_at=datetime.now(timezone.utc))
    crm.commit()
    send_gauges(crm)
    late = {
        store: received.of("bigcommerce.store_late", store=store) for store in ("late", "intime", "byhand")
    }
    assert late == {"late": [1], "intime": [0], "byhand": [0]}
    assert received.of("bigcommerce.store_late", store="fresh") == [0]
    [seconds] = received.of("bigcommerce.seconds_since_completed_sync", store="late")
    assert seconds == pytest.approx(121 * 60, abs=60)
    assert received.of("bigcommerce.seconds_since_completed_sync", store="fresh") == []
    assert received.of("bigcommerce.last_sync_seconds", store="late") == [60]


def test_orders_are_counted_by_state_with_the_age_of_the_oldest_waiting_one(
    crm: psycopg.Connection[Any], add: Any, received: Receiver
) -> None:
    source = add("teashop", send_initial_orders=True, send_initial_orders_since="2020-01-01")
    sent_at = {"sent_at": "2026-01-01"}
    order(crm, source, 1, minutes=90, state="rejected", reason="No.", next_step="Fix it.")
    order(crm, source, 2, minutes=80, state="uncertain", next_attempt_at=None, **sent_at)  # found twice
    order(crm, source, 3, minutes=30, state="uncertain", **sent_at)
    order(crm, source, 4, minutes=20, state="pending")
    order(crm, source, 5, minutes=500, state="pushed", bigcommerce_order_id=1, **sent_at)
    order(crm, source, 6, minutes=10)
    crm.commit()
    send_gauges(crm)
    expected = {"new": 1, "pending": 1, "sending": 0, "uncertain": 2, "rejected": 1}
    for state, number in expected.items():
        assert received.of("bigcommerce.orders", store="teashop", state=state) == [number]
    assert received.of("bigcommerce.orders_found_twice", store="teashop") == [1]
    [seconds] = received.of("bigcommerce.oldest_waiting_order_seconds", store="teashop")
    assert seconds == pytest.approx(30 * 60, abs=60)


def test_order_that_no_push_has_seen_counts_as_waiting(
    crm: psycopg.Connection[Any], add: Any, received: Receiver
) -> None:
    source = add("teashop", send_initial_orders=True, send_initial_orders_since="2020-01-01")
    order(crm, source, 1, minutes=45)
    crm.commit()
    send_gauges(crm)
    [seconds] = received.of("bigcommerce.oldest_waiting_order_seconds", store="teashop")
    assert seconds == pytest.approx(45 * 60, abs=60)


def test_order_of_a_type_that_is_switched_off_is_counted_but_not_as_waiting(
    crm: psycopg.Connection[Any], add: Any, received: Receiver
) -> None:
    source = add("teashop", send_rebill_orders=True)
    order(crm, source, 1, minutes=45, state="pending")
    crm.commit()
    send_gauges(crm)
    assert received.of("bigcommerce.orders", store="teashop", state="pending") == [1]
    assert received.of("bigcommerce.oldest_waiting_order_seconds", store="teashop") == [0]


def test_store_without_orders_to_send_has_no_order_gauges(
    crm: psycopg.Connection[Any], add: Any, received: Receiver
) -> None:
    add("silent")
    add("sending", send_initial_orders=True)
    send_gauges(crm)
    assert received.of("bigcommerce.orders", store="silent") == []
    assert received.of("bigcommerce.orders", store="sending") == [0, 0, 0, 0, 0]
    assert received.of("bigcommerce.oldest_waiting_order_seconds", store="sending") == [0]


def test_refunds_and_cancellations_that_are_not_settled_are_counted_by_kind_and_state(
    crm: psycopg.Connection[Any], add: Any, received: Receiver
) -> None:
    add("silent")
    add("idle", mirror_cancellations=True)
    source = add("teashop", mirror_refunds="record")
    why = {"reason": "No.", "next_step": "Correct it."}
    for order_id, state in enumerate(("pending", "rejected", "rejected", "pushed"), 1):
        order(crm, source, order_id)
        refund = {"refund_id": order_id, "order_id": order_id}
        insert(crm, "order_refund", "refund_id", **refund, amount=1)
        insert(
            crm,
            "order_reversal",
            "order_reversal_id",
            **refund,
            data_source_id=source,
            kind="refund",
            state=state,
            **(why if state == "rejected" else {}),
        )
    crm.commit()
    send_gauges(crm)
    for state, number in {"pending": 1, "sending": 0, "uncertain": 0, "rejected": 2}.items():
        assert received.of("bigcommerce.refunds", store="teashop", kind="refund", state=state) == [number]
    assert received.of("bigcommerce.refunds", store="idle", kind="cancellation") == [0, 0, 0, 0]
    for store, kind in (("teashop", "cancellation"), ("idle", "refund"), ("silent", "refund")):
        assert received.of("bigcommerce.refunds", store=store, kind=kind) == []


def test_findings_of_the_last_reconciliation_are_sent(
    crm: psycopg.Connection[Any], add: Any, received: Receiver
) -> None:
    source = add("teashop", send_initial_orders=True)
    for findings in (7, 2):
        insert(
            crm,
            "order_reconciliation",
            "order_reconciliation_id",
            data_source_id=source,
            from_time="2026-01-01",
            to_time="2026-01-02",
            orders_in_crm=9,
            orders_in_store=9,
            findings=findings,
        )
    send_gauges(crm)
    assert received.of("bigcommerce.reconciliation_findings", store="teashop") == [2]
