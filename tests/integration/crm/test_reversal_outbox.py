"""New refunds and cancellations are found without reading those mirrored before, and none of them is missed.

The slow definition is the query below, over all refunds and cancellations. The fast one is crm.new_reversal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from include.crm import reversal_ledger, reversal_notices
from include.crm.data_sources import DataSource
from tests.support.query_cost import pages_read

Crm = psycopg.Connection[Any]
HISTORY = 4_000

SLOWLY = """
SELECT push.data_source_id, push.order_id, 'refund', refund.refund_id, NULL::timestamptz
FROM crm.order_refund refund
JOIN crm.order_push push ON push.order_id = refund.order_id AND push.state = 'pushed'
JOIN crm.data_source source ON source.data_source_id = push.data_source_id
WHERE source.state = 'active' AND source.mirror_refunds <> 'off'
  AND refund.created_at >= source.mirror_refunds_since
  AND NOT EXISTS (SELECT FROM crm.order_reversal reversal
                  WHERE reversal.data_source_id = push.data_source_id
                    AND reversal.refund_id = refund.refund_id)
UNION ALL
SELECT push.data_source_id, push.order_id, 'cancellation', NULL, customer_order.cancelled_at
FROM crm.customer_order customer_order
JOIN crm.order_push push ON push.order_id = customer_order.order_id AND push.state = 'pushed'
JOIN crm.data_source source ON source.data_source_id = push.data_source_id
WHERE source.state = 'active' AND source.mirror_cancellations
  AND customer_order.cancelled_at >= source.mirror_cancellations_since
  AND NOT EXISTS (SELECT FROM crm.order_reversal reversal
                  WHERE reversal.data_source_id = push.data_source_id AND reversal.order_id = push.order_id
                    AND reversal.kind = 'cancellation'
                    AND (reversal.state NOT IN ('pushed', 'rejected', 'dismissed')
                         OR reversal.cancelled_at = customer_order.cancelled_at))
"""

# few, so that much happens to each
ORDERS = st.integers(1, 2)
STORES = st.integers(0, 1)
REFUNDS = st.integers(501, 503)
HOURS = st.sampled_from([-48, -1, 0, 1])
STEPS = st.one_of(
    st.tuples(st.just("push"), STORES, ORDERS),
    st.tuples(st.just("unpush"), STORES, ORDERS),
    st.tuples(st.just("refund"), REFUNDS, ORDERS, HOURS),
    st.tuples(st.just("correct"), REFUNDS, ORDERS, HOURS),
    st.tuples(st.just("forget"), REFUNDS),
    st.tuples(st.just("cancel"), ORDERS, HOURS),
    st.tuples(st.just("go_on"), ORDERS),
    st.tuples(st.just("switch"), STORES, st.booleans(), st.booleans(), HOURS),
    st.tuples(st.just("state"), STORES, st.sampled_from(["active", "draining", "inactive"])),
    st.tuples(st.just("choose"), STORES),
    st.tuples(st.just("send"), STORES, ORDERS, st.sampled_from(["pushed", "rejected", "pending"])),
    st.tuples(st.just("settle")),
    st.tuples(st.just("settle")),
)


# Twice: seen for the first time, and long enough ago.
SETTLED = [("settle",), ("settle",)]


class Story:
    """Two stores, and what happens to their orders."""

    def __init__(self, crm: Crm, sources: list[DataSource]) -> None:
        self.crm, self.ids = crm, [source.data_source_id for source in sources]

    def change(self, statement: str, *parameters: object) -> None:
        self.crm.execute(statement.encode(), parameters)

    def push(self, store: int, order: int) -> None:
        self.change(
            "INSERT INTO crm.order_push (data_source_id, order_id, requested_by, state, "
            "bigcommerce_order_id) VALUES (%s, %s, 'schedule', 'pushed', 1) "
            "ON CONFLICT (data_source_id, order_id) DO UPDATE SET state = 'pushed', bigcommerce_order_id = 1",
            *(self.ids[store], order),
        )

    def unpush(self, store: int, order: int) -> None:
        self.change(
            "UPDATE crm.order_push SET state = 'uncertain', bigcommerce_order_id = NULL, sent_at = now() "
            "WHERE data_source_id = %s AND order_id = %s",
            *(self.ids[store], order),
        )

    def refund(self, refund: int, order: int, hours: int) -> None:
        self.change(
            "INSERT INTO crm.order_refund (refund_id, order_id, amount, created_at) "
            "VALUES (%s, %s, 1, now() + make_interval(hours => %s)) ON CONFLICT DO NOTHING",
            *(refund, order, hours),
        )

    def correct(self, refund: int, order: int, hours: int) -> None:
        self.change(
            "UPDATE crm.order_refund SET order_id = %s, created_at = now() + make_interval(hours => %s) "
            "WHERE refund_id = %s AND NOT EXISTS (SELECT FROM crm.order_reversal reversal "
            "WHERE reversal.refund_id = order_refund.refund_id)",
            *(order, hours, refund),
        )

    def forget(self, refund: int) -> None:
        self.change(
            "DELETE FROM crm.order_refund WHERE refund_id = %s AND NOT EXISTS (SELECT FROM "
            "crm.order_reversal reversal WHERE reversal.refund_id = order_refund.refund_id)",
            refund,
        )

    def cancel(self, order: int, hours: int) -> None:
        self.change("ALTER TABLE crm.customer_order DISABLE TRIGGER fill_cancelled_at")
        self.change(
            "UPDATE crm.customer_order SET order_status = 'CANCELLED', "
            "cancelled_at = now() + make_interval(hours => %s) WHERE order_id = %s",
            *(hours, order),
        )
        self.change("ALTER TABLE crm.customer_order ENABLE TRIGGER fill_cancelled_at")

    def go_on(self, order: int) -> None:
        self.change("UPDATE crm.customer_order SET order_status = 'COMPLETE' WHERE order_id = %s", order)

    def switch(self, store: int, refunds: bool, cancellations: bool, hours: int) -> None:
        self.change(
            "UPDATE crm.data_source SET mirror_refunds = %s, mirror_cancellations = %s, "
            "mirror_refunds_since = now() + make_interval(hours => %s), "
            "mirror_cancellations_since = now() + make_interval(hours => %s) WHERE data_source_id = %s",
            *("record" if refunds else "off", cancellations, hours, hours, self.ids[store]),
        )

    def state(self, store: int, state: str) -> None:
        self.change("UPDATE crm.data_source SET state = %s WHERE data_source_id = %s", state, self.ids[store])

    def choose(self, store: int) -> None:
        reversal_ledger.select_new(self.crm, self.ids[store])

    def send(self, store: int, order: int, state: str) -> None:
        self.change(
            "UPDATE crm.order_reversal SET state = %s, reason = 'No.', next_step = 'Fix it.' "
            "WHERE data_source_id = %s AND order_id = %s",
            *(state, self.ids[store], order),
        )

    def settle(self) -> None:
        reversal_notices.settle(self.crm, settled_after_seconds=0)


@pytest.fixture
def stores(source: Callable[..., DataSource], order: Callable[..., int]) -> list[DataSource]:
    """Two stores that mirror everything, and four orders."""
    found = [source(each, mirror_refunds="record", mirror_cancellations=True) for each in ("tea1", "coffee1")]
    for _ in range(4):
        order(found[0])
    return found


def found_fast(crm: Crm) -> set[tuple[Any, ...]]:
    rows = crm.execute("SELECT * FROM crm.new_reversal").fetchall()
    assert len(rows) == len(set(rows))
    return set(rows)


def found_slowly(crm: Crm) -> set[tuple[Any, ...]]:
    return set(crm.execute(SLOWLY.encode()).fetchall())


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=st.lists(STEPS, max_size=25))
# pushed after its refund was noted and forgotten
@example(story=[("refund", 501, 1, 1), *SETTLED, ("push", 0, 1)])
@example(story=[("cancel", 1, 1), *SETTLED, ("push", 0, 1)])
# cancelled once more while the first cancellation is on its way, which then ends
@example(
    story=[
        ("push", 0, 1), ("cancel", 1, 0), ("choose", 0), ("cancel", 1, 1), *SETTLED, ("send", 0, 1, "pushed")
    ]
)  # fmt: skip
# held back by the store's state, and by what BigCommerce turned out to have
@example(
    story=[("push", 0, 1), ("refund", 501, 1, 1), ("state", 0, "inactive"), *SETTLED, ("state", 0, "active")]
)
@example(
    story=[("push", 0, 1), ("refund", 501, 1, 1), ("unpush", 0, 1), *SETTLED, ("push", 0, 1), ("choose", 0)]
)
# two stores have it, and only one of them has mirrored its refund
@example(story=[("push", 0, 1), ("push", 1, 1), ("refund", 501, 1, 1), ("choose", 0), *SETTLED])
@example(story=[("push", 0, 1), ("refund", 501, 1, 1), *SETTLED, ("correct", 501, 2, 1), ("push", 0, 2)])
def test_new_refunds_and_cancellations_are_those_that_the_settings_ask_for_whatever_happened(
    crm: Crm, stores: list[DataSource], story: list[tuple[Any, ...]]
) -> None:
    with crm.transaction(force_rollback=True):
        told = Story(crm, stores)
        for name, *arguments in story:
            getattr(told, name)(*arguments)
            assert found_fast(crm) == found_slowly(crm), name
        told.settle()
        told.settle()
        assert not crm.execute("SELECT FROM crm.reversal_notice").fetchall()
        assert found_fast(crm) == found_slowly(crm)


@pytest.fixture
def beside(crm: Crm, crm_url: str, stores: list[DataSource]) -> Iterator[Story]:
    """The same stores in another connection, whose transaction stays open until the test commits it."""
    crm.commit()
    with psycopg.connect(crm_url) as connection:
        yield Story(connection, stores)


@pytest.mark.parametrize("first", ["refund", "push"])
def test_refund_that_is_stored_while_its_order_becomes_pushed_is_not_missed(
    crm: Crm, stores: list[DataSource], beside: Story, first: str
) -> None:
    crm.execute("SET statement_timeout = '30s'")
    here = Story(crm, stores)
    # neither sees the other
    if first == "refund":
        beside.refund(501, 1, 1)
        here.push(0, 1)
        crm.commit()
        here.settle()
        crm.commit()
        beside.crm.commit()
    else:
        beside.push(0, 1)
        here.refund(501, 1, 1)
        crm.commit()
        here.settle()
        crm.commit()
        assert found_fast(crm) == set()
        beside.crm.commit()
    assert len(found_fast(crm)) == 1
    for _ in range(2):
        here.settle()
        crm.commit()
        assert found_fast(crm) == found_slowly(crm) != set()


def test_change_that_is_not_committed_holds_up_nothing(
    crm: Crm, stores: list[DataSource], beside: Story
) -> None:
    crm.execute("SET statement_timeout = '30s'")
    crm.commit()
    here = Story(crm, stores)
    here.push(0, 1)
    here.refund(501, 1, 1)
    crm.commit()
    beside.refund(502, 1, 1)
    beside.change("SELECT FROM crm.customer_order WHERE order_id = 1 FOR NO KEY UPDATE")
    here.settle()
    here.settle()
    assert reversal_ledger.select_new(crm, stores[0].data_source_id) == 1
    crm.commit()
    beside.crm.commit()
    assert {row[3] for row in found_fast(crm)} == {502}


def add_history(crm: Crm, source: DataSource, first: int, last: int) -> None:
    """Orders that were pushed, refunded and cancelled long ago, all of it mirrored."""
    crm.execute("ALTER TABLE crm.customer_order DISABLE TRIGGER note_reversal_of_new")
    numbers = {"source": source.data_source_id, "campaign": source.campaign_id, "first": first, "last": last}
    for statement in (
        "INSERT INTO crm.customer_order (order_id, campaign_id, order_type, order_status, completed_at, "
        "cancelled_at, currency_code, price, total_amount) SELECT n, %(campaign)s, 'NEW_SALE', 'CANCELLED', "
        "now(), now(), 'USD', 1, 1 FROM generate_series(%(first)s::int, %(last)s) n",
        "INSERT INTO crm.order_push (data_source_id, order_id, requested_by, state, bigcommerce_order_id) "
        "SELECT %(source)s, n, 'schedule', 'pushed', n FROM generate_series(%(first)s::int, %(last)s) n",
        "INSERT INTO crm.order_refund (refund_id, order_id, amount) "
        "SELECT n, n, 1 FROM generate_series(%(first)s::int, %(last)s) n",
        "INSERT INTO crm.order_reversal (data_source_id, order_id, kind, refund_id, cancelled_at, state, "
        "next_attempt_at) SELECT %(source)s, n, kind, CASE kind WHEN 'refund' THEN n END, "
        "CASE kind WHEN 'cancellation' THEN now() END, 'pushed', NULL "
        "FROM generate_series(%(first)s::int, %(last)s) n, unnest(ARRAY['refund', 'cancellation']) kind",
    ):
        crm.execute(statement.encode(), numbers)
    crm.execute("ALTER TABLE crm.customer_order ENABLE TRIGGER note_reversal_of_new")
    reversal_notices.settle(crm, settled_after_seconds=0)
    reversal_notices.settle(crm, settled_after_seconds=0)
    crm.commit()
    with psycopg.connect(crm.info.dsn, password=crm.info.password, autocommit=True) as server:
        server.execute(
            "VACUUM ANALYZE crm.order_push, crm.customer_order, crm.order_refund, crm.order_reversal, "
            "crm.reversal_notice, crm.reversal_outbox, crm.data_source"
        )


def test_what_was_mirrored_long_ago_costs_nothing_when_new_is_looked_for(
    crm: Crm, stores: list[DataSource]
) -> None:
    tea = stores[0]
    looks: dict[str, dict[str, object]] = {
        "order_push/due_stores": {"within_seconds": 60, "order_ids": [], "from_time": None, "to_time": None},
        "order_push/sending_stores": {"store_hash": None},
        "order_reversals/is_due": {"data_source_id": tea.data_source_id},
        "order_reversals/select_new": {"data_source_id": tea.data_source_id},
        "order_reversals/settle_notices": {"settled_after_seconds": 900},
    }
    add_history(crm, tea, 1_001, 1_000 + HISTORY // 10)
    few = {name: pages_read(crm, name, **parameters) for name, parameters in looks.items()}
    add_history(crm, tea, 1_001 + HISTORY // 10, 1_000 + HISTORY)
    many = {name: pages_read(crm, name, **parameters) for name, parameters in looks.items()}
    assert all(many[name] <= few[name] + 10 for name in looks), (few, many)
