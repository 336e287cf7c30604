"""The ledger of refunds and cancellations: what enters it, and that an order has one at a time on its way."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from psycopg.errors import UniqueViolation

from include.crm import reversal_ledger
from include.crm.data_sources import DataSource
from include.crm.order_ledger_rows import Settlement
from include.crm.order_refunds import RefundedLine
from include.crm.reversal_ledger_rows import Claim
from tests.support.crm_rows import Add

Crm = psycopg.Connection[Any]
LEASE = {"lease_seconds": 900.0}
PUSHED = Settlement("pushed", "send", "pushed", bigcommerce_id=5)
UNCLEAR = Settlement(
    "uncertain", "send", "uncertain", delay_seconds=0, reason="No answer.", next_step="Wait."
)


@pytest.fixture
def tea(source: Callable[..., DataSource]) -> DataSource:
    return source("tea1", mirror_refunds="record", mirror_cancellations=True)


@pytest.fixture
def pushed_order(order: Callable[..., int], ledger_row: Any) -> Callable[..., int]:
    """An order that BigCommerce has; its id."""

    def pushed_order(source: DataSource, **columns: object) -> int:
        order_id = order(source, **columns)
        ledger_row(source, order_id, "pushed", bigcommerce_order_id=order_id + 100)
        return order_id

    return pushed_order


@pytest.fixture
def refund(add: Add) -> Callable[..., int]:
    """A refund that the CRM wrote; its id."""
    numbers = iter(range(501, 600))

    def refund(order_id: int, **columns: object) -> int:
        row = {"refund_id": next(numbers), "order_id": order_id, "amount": 4, **columns}
        return int(add("order_refund", **row)["refund_id"])

    return refund


def chosen(crm: Crm, source: DataSource) -> list[tuple[str, int, int | None]]:
    reversal_ledger.select_new(crm, source.data_source_id)
    rows = reversal_ledger.find(crm, store_hash=source.store_hash)
    return [(row.kind, row.order_id, row.refund_id) for row in reversed(rows)]


def claim(crm: Crm, source: DataSource, worker: str = "a worker") -> Claim | None:
    return reversal_ledger.claim(crm, source.data_source_id, worker, **LEASE)


def test_refunds_and_cancellations_of_pushed_orders_are_chosen_once(
    crm: Crm, tea: DataSource, pushed_order: Any, refund: Any, order: Any, ledger_row: Any
) -> None:
    ledger_row(tea, waiting := order(tea), "pending")
    refund(waiting)
    refunded, cancelled = pushed_order(tea), pushed_order(tea)
    refund_ids = [refund(refunded), refund(refunded)]
    crm.execute("UPDATE crm.customer_order SET order_status = 'CANCELLED' WHERE order_id = %s", (cancelled,))
    expected = [*(("refund", refunded, each) for each in refund_ids), ("cancellation", cancelled, None)]
    assert chosen(crm, tea) == expected
    assert chosen(crm, tea) == expected
    crm.execute(
        "UPDATE crm.order_push SET state = 'pushed', bigcommerce_order_id = 7 WHERE order_id = %s", (waiting,)
    )
    assert len(chosen(crm, tea)) == 4


@pytest.mark.parametrize("settings", [{}, {"mirror_refunds": "status"}, {"mirror_cancellations": True}])
def test_only_what_is_switched_on_is_chosen(
    crm: Crm, source: Any, pushed_order: Any, refund: Any, settings: dict[str, Any]
) -> None:
    store = source("tea1", **settings)
    refund(pushed_order(store, order_status="CANCELLED"))
    kinds = {kind for kind, _, _ in chosen(crm, store)}
    assert kinds == {
        name for name, setting in (("refund", "mirror_refunds"), ("cancellation", "mirror_cancellations"))
        if setting in settings
    }  # fmt: skip


def test_what_happened_before_it_was_switched_on_is_not_chosen(
    crm: Crm, tea: DataSource, pushed_order: Any, refund: Any
) -> None:
    before = datetime.now(timezone.utc) - timedelta(days=1)
    refund(pushed_order(tea, order_status="CANCELLED", cancelled_at=before), created_at=before)
    assert chosen(crm, tea) == []


def test_an_order_knows_since_when_it_is_cancelled(crm: Crm, tea: DataSource, order: Any) -> None:
    order_id = order(tea)

    def cancelled_at(status: str) -> datetime | None:
        row = crm.execute(
            "UPDATE crm.customer_order SET order_status = %s WHERE order_id = %s RETURNING cancelled_at",
            (status, order_id),
        ).fetchone()
        assert row
        return row[0]  # type: ignore[no-any-return]

    first = cancelled_at("CANCELLED")
    assert first is not None
    crm.commit()
    assert cancelled_at("CANCELLED") == first
    assert cancelled_at("COMPLETE") is None


def test_order_that_is_written_again_keeps_the_time_of_its_cancellation(
    crm: Crm, tea: DataSource, order: Any
) -> None:
    order_id = order(tea, order_status="CANCELLED")
    crm.commit()

    def rewrite(status: str) -> datetime | None:
        """As an ORM does that writes all columns and does not know of cancelled_at."""
        row = crm.execute(
            "UPDATE crm.customer_order SET order_status = %s, cancelled_at = NULL WHERE order_id = %s "
            "RETURNING cancelled_at",
            (status, order_id),
        ).fetchone()
        crm.commit()
        assert row
        return row[0]  # type: ignore[no-any-return]

    first = rewrite("CANCELLED")
    assert first is not None
    assert rewrite("CANCELLED") == first
    assert rewrite("REFUNDED") == first
    assert rewrite("DECLINED") == first
    assert rewrite("COMPLETE") is None
    second = rewrite("CANCELLED")
    assert second
    assert second > first
    # one that was cancelled before these times were kept
    crm.execute("ALTER TABLE crm.customer_order DISABLE TRIGGER fill_cancelled_at")
    rewrite("CANCELLED")
    crm.execute("ALTER TABLE crm.customer_order ENABLE TRIGGER fill_cancelled_at")
    assert rewrite("CANCELLED") is None


def test_nothing_new_is_found_without_a_look_at_all_pushed_orders(crm: Crm, tea: DataSource) -> None:
    crm.execute(
        "INSERT INTO crm.customer_order (order_id, campaign_id, order_type, order_status, currency_code, "
        "price, total_amount, name) SELECT number, %s, 'NEW_SALE', 'COMPLETE', 'USD', 1, 1, '' "
        "FROM generate_series(1001, 6000) number",
        (tea.campaign_id,),
    )
    crm.execute(
        "INSERT INTO crm.order_push (data_source_id, order_id, requested_by, state, bigcommerce_order_id, "
        "next_attempt_at) SELECT %s, order_id, 'schedule', 'pushed', order_id, NULL FROM crm.customer_order",
        (tea.data_source_id,),
    )
    crm.execute("ANALYZE")
    plan = crm.execute("EXPLAIN SELECT FROM crm.due_reversal WHERE due_at <= clock_timestamp()").fetchall()
    read = "\n".join(line for (line,) in plan)
    assert "Seq Scan on order_push" not in read
    assert "Seq Scan on customer_order" not in read


def test_an_order_has_one_refund_at_a_time_on_its_way(
    crm: Crm, tea: DataSource, pushed_order: Any, refund: Any
) -> None:
    crm.commit()
    crm.autocommit = True
    order_id, other = pushed_order(tea), pushed_order(tea)
    first, second, elsewhere = refund(order_id), refund(order_id), refund(other)
    reversal_ledger.select_new(crm, tea.data_source_id)
    held = claim(crm, tea)
    assert held
    assert held.refund_id == first
    beside = claim(crm, tea, "another")
    assert beside
    assert beside.refund_id == elsewhere
    assert claim(crm, tea, "a third") is None
    assert reversal_ledger.mark_sending(crm, held, "a worker", **LEASE)
    reversal_ledger.settle(crm, held, "a worker", UNCLEAR)
    held = claim(crm, tea)
    assert held
    assert (held.refund_id, held.state) == (first, "uncertain")
    reversal_ledger.settle(crm, held, "a worker", PUSHED)
    held = claim(crm, tea)
    assert held
    assert held.refund_id == second


def test_the_database_refuses_two_of_one_order_on_their_way(
    crm: Crm, tea: DataSource, pushed_order: Any, refund: Any
) -> None:
    order_id = pushed_order(tea)
    refund(order_id), refund(order_id)
    reversal_ledger.select_new(crm, tea.data_source_id)
    with pytest.raises(UniqueViolation):
        crm.execute("UPDATE crm.order_reversal SET state = 'sending', sent_at = now()")


def test_refund_does_not_leave_if_another_one_of_its_order_has_become_unclear(
    crm: Crm, tea: DataSource, pushed_order: Any, refund: Any
) -> None:
    crm.commit()
    crm.autocommit = True
    order_id = pushed_order(tea)
    first, second = refund(order_id), refund(order_id)
    reversal_ledger.select_new(crm, tea.data_source_id)
    held = claim(crm, tea)
    assert held
    assert held.refund_id == first
    crm.execute(
        "UPDATE crm.order_reversal SET state = 'uncertain', sent_at = now() WHERE refund_id = %s", (second,)
    )
    assert not reversal_ledger.mark_sending(crm, held, "a worker", **LEASE)


def test_workers_at_the_same_moment_never_hold_two_of_one_order(
    crm: Crm, crm_url: str, tea: DataSource, pushed_order: Any, refund: Any
) -> None:
    order_id = pushed_order(tea)
    for _ in range(4):
        refund(order_id)
    reversal_ledger.select_new(crm, tea.data_source_id)
    crm.commit()

    def work(worker: str) -> int:
        settled = 0
        with psycopg.connect(crm_url, autocommit=True) as own:
            for _ in range(20):
                if held := claim(own, tea, worker):
                    settled += reversal_ledger.settle(own, held, worker, PUSHED)
        return settled

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, "abcd")) == 4
    assert {row.state for row in reversal_ledger.find(crm)} == {"pushed"}


def test_a_row_left_by_a_crash_is_looked_up_if_it_was_sent_and_waits_if_not(
    crm: Crm, tea: DataSource, pushed_order: Any, refund: Any
) -> None:
    crm.commit()
    crm.autocommit = True
    refund(pushed_order(tea))
    reversal_ledger.select_new(crm, tea.data_source_id)
    over = {"lease_seconds": -1.0}
    assert reversal_ledger.claim(crm, tea.data_source_id, "crashes", **over)
    held = claim(crm, tea)
    assert held
    assert held.state == "pending"
    assert reversal_ledger.mark_sending(crm, held, "a worker", **over)
    held = claim(crm, tea, "another")
    assert held
    assert held.state == "uncertain"
    assert not reversal_ledger.settle(crm, held, "a worker", UNCLEAR)
    assert reversal_ledger.settle(crm, held, "another", PUSHED)


def test_what_was_switched_off_meanwhile_waits(
    crm: Crm, tea: DataSource, pushed_order: Any, refund: Any
) -> None:
    crm.commit()
    crm.autocommit = True
    refund(pushed_order(tea))
    reversal_ledger.select_new(crm, tea.data_source_id)
    crm.execute("UPDATE crm.data_source SET mirror_refunds = 'off'")
    assert claim(crm, tea) is None
    crm.execute("UPDATE crm.data_source SET mirror_refunds = 'status'")
    assert claim(crm, tea)


def test_reversals_of_an_order_show_what_the_crm_wrote_and_the_state_of_each(
    crm: Crm, add: Add, tea: DataSource, pushed_order: Any, refund: Any
) -> None:
    order_id = pushed_order(tea)
    add("customer_order_line", order_id=order_id, line_number=1, sku="TEA", name="Tea", quantity=2, price=5)
    first = refund(order_id, amount=Decimal("4.50"), shipping=1, reason="Broken")
    add("order_refund_line", refund_id=first, line_number=1, quantity=1)
    add("order_refund_line", refund_id=first, line_number=9, quantity=1)
    reversal_ledger.select_new(crm, tea.data_source_id)
    later = refund(order_id)
    crm.execute("UPDATE crm.customer_order SET order_status = 'CANCELLED'")
    found = reversal_ledger.of_order(crm, order_id)
    assert [each.kind for each in found] == ["refund", "refund", "cancellation"]
    chosen_one, unchosen, cancellation = found
    assert chosen_one.refund
    assert chosen_one.row
    assert (chosen_one.refund.refund_id, chosen_one.refund.reason) == (first, "Broken")
    assert chosen_one.refund.lines == (
        RefundedLine(1, 1, "TEA", "Tea", 2),
        RefundedLine(9, 1, None, None, None),
    )
    assert chosen_one.row.state == "pending"
    assert (chosen_one.row.amount, chosen_one.row.bigcommerce_order_id) == (Decimal("4.50"), order_id + 100)
    assert unchosen.refund
    assert unchosen.refund.refund_id == later
    assert unchosen.row is None
    assert (cancellation.refund, cancellation.row) == (None, None)
