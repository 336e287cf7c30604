"""New orders are found without reading those already sent, and none of them is missed.

The slow definition is the view crm.sendable_order: what the settings ask for. The fast one is crm.new_order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from include.crm import order_ledger
from include.crm.data_sources import DataSource
from tests.support.query_cost import pages_read

Crm = psycopg.Connection[Any]
HISTORY = 4_000

ORDERS = st.integers(1, 6)
STORES = st.integers(0, 1)
HOURS = st.sampled_from([-48, -1, 0, 1])
STATUSES = st.sampled_from(["COMPLETE", "COMPLETE", "PENDING", "REFUNDED", "CANCELLED"])
TYPES = st.sampled_from(["NEW_SALE", "RECURRING"])
STEPS = st.one_of(
    st.tuples(st.just("take"), ORDERS, STORES, TYPES, STATUSES, st.booleans(), HOURS),
    st.tuples(st.just("status"), ORDERS, STATUSES),
    st.tuples(st.just("test"), ORDERS, st.booleans()),
    st.tuples(st.just("type"), ORDERS, TYPES),
    st.tuples(st.just("time"), ORDERS, HOURS),
    st.tuples(st.just("move"), ORDERS, STORES),
    st.tuples(st.just("forget"), ORDERS),
    st.tuples(st.just("switch"), STORES, st.booleans(), st.booleans(), st.one_of(st.none(), HOURS)),
    st.tuples(st.just("state"), STORES, st.sampled_from(["active", "draining", "inactive"])),
    st.tuples(st.just("push"), STORES),
    st.tuples(st.just("backfill"), STORES, st.sets(ORDERS)),
)


class Story:
    """Two stores and what happens to them and their orders."""

    def __init__(self, crm: Crm, sources: list[DataSource]) -> None:
        self.crm, self.sources = crm, sources

    def change(self, statement: str, *parameters: object) -> None:
        self.crm.execute(statement.encode(), parameters)

    def take(self, order: int, store: int, kind: str, status: str, is_test: bool, hours: int) -> None:
        self.change(
            "INSERT INTO crm.customer_order (order_id, campaign_id, order_type, order_status, is_test, "
            "completed_at, currency_code, price, total_amount) "
            "VALUES (%s, %s, %s, %s, %s, now() + make_interval(hours => %s), 'USD', 1, 1) "
            "ON CONFLICT DO NOTHING",
            *(order, self.sources[store].campaign_id, kind, status, is_test, hours),
        )

    def status(self, order: int, status: str) -> None:
        self.change("UPDATE crm.customer_order SET order_status = %s WHERE order_id = %s", status, order)

    def test(self, order: int, is_test: bool) -> None:
        self.change("UPDATE crm.customer_order SET is_test = %s WHERE order_id = %s", is_test, order)

    def type(self, order: int, kind: str) -> None:
        self.change("UPDATE crm.customer_order SET order_type = %s WHERE order_id = %s", kind, order)

    def time(self, order: int, hours: int) -> None:
        self.change(
            "UPDATE crm.customer_order SET completed_at = now() + make_interval(hours => %s) "
            "WHERE order_id = %s",
            *(hours, order),
        )

    def move(self, order: int, store: int) -> None:
        campaign_id = self.sources[store].campaign_id
        self.change("UPDATE crm.customer_order SET campaign_id = %s WHERE order_id = %s", campaign_id, order)

    def forget(self, order: int) -> None:
        self.change(
            "DELETE FROM crm.customer_order WHERE order_id = %s "
            "AND NOT EXISTS (SELECT FROM crm.order_push push WHERE push.order_id = customer_order.order_id)",
            order,
        )

    def switch(self, store: int, initial: bool, rebill: bool, hours: int | None) -> None:
        self.change(
            "UPDATE crm.data_source SET send_initial_orders = %s, send_rebill_orders = %s, "
            "send_initial_orders_since = now() + make_interval(hours => %s), "
            "send_rebill_orders_since = now() + make_interval(hours => %s) WHERE data_source_id = %s",
            *(initial, rebill, hours, hours, self.sources[store].data_source_id),
        )

    def state(self, store: int, state: str) -> None:
        data_source_id = self.sources[store].data_source_id
        self.change("UPDATE crm.data_source SET state = %s WHERE data_source_id = %s", state, data_source_id)

    def push(self, store: int) -> None:
        order_ledger.select_new(self.crm, self.sources[store].data_source_id)

    def backfill(self, store: int, orders: set[int]) -> None:
        data_source_id = self.sources[store].data_source_id
        chosen = order_ledger.chosen(
            self.crm, data_source_id, order_ids=list(orders), from_time=None, to_time=None
        )
        order_ledger.request(self.crm, data_source_id, chosen, "backfill")


@pytest.fixture
def stores(source: Callable[..., DataSource]) -> list[DataSource]:
    return [source("tea1"), source("coffee1")]


def found_fast(crm: Crm) -> set[tuple[int, int]]:
    rows = crm.execute("SELECT data_source_id, order_id FROM crm.new_order").fetchall()
    assert len(rows) == len(set(rows))
    return set(rows)


def found_slowly(crm: Crm) -> set[tuple[int, int]]:
    return set(
        crm.execute(
            "SELECT data_source_id, order_id FROM crm.sendable_order sendable WHERE is_new AND NOT EXISTS "
            "(SELECT FROM crm.order_push push WHERE push.data_source_id = sendable.data_source_id "
            "AND push.order_id = sendable.order_id)"
        ).fetchall()
    )


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=st.lists(STEPS, max_size=25))
def test_new_orders_are_those_that_the_settings_ask_for_whatever_happened(
    crm: Crm, stores: list[DataSource], story: list[tuple[Any, ...]]
) -> None:
    with crm.transaction(force_rollback=True):
        told = Story(crm, stores)
        for name, *arguments in story:
            getattr(told, name)(*arguments)
            assert found_fast(crm) == found_slowly(crm), name


def test_change_that_is_not_committed_holds_up_no_other_order(
    crm: Crm, crm_url: str, stores: list[DataSource], order: Callable[..., int]
) -> None:
    changing, other = order(stores[0]), order(stores[0])
    crm.commit()
    with psycopg.connect(crm_url) as slow:
        slow.execute(
            "UPDATE crm.customer_order SET completed_at = now() + interval '1 hour' WHERE order_id = %s",
            [changing],
        )
        crm.execute("SET statement_timeout = '30s'")
        assert order_ledger.select_new(crm, stores[0].data_source_id) == 2
        crm.commit()
    assert found_fast(crm) == found_slowly(crm) == set()
    crm.rollback()
    assert {row[0] for row in crm.execute("SELECT order_id FROM crm.order_outbox")} == {changing}
    assert other != changing


def test_order_that_completes_while_others_are_added_is_found_next(
    crm: Crm, crm_url: str, stores: list[DataSource], order: Callable[..., int]
) -> None:
    late, other = order(stores[0], order_status="PENDING"), order(stores[0])
    crm.commit()
    with psycopg.connect(crm_url) as slow:
        slow.execute("UPDATE crm.customer_order SET order_status = 'COMPLETE' WHERE order_id = %s", [late])
        assert order_ledger.select_new(crm, stores[0].data_source_id) == 1
        crm.commit()
    assert {order_id for _, order_id in found_fast(crm)} == {late} != {other}


def add_history(crm: Crm, source: DataSource, first: int, last: int) -> None:
    """Orders that were completed and pushed long ago."""
    crm.execute(
        "INSERT INTO crm.customer_order (order_id, campaign_id, order_type, order_status, completed_at, "
        "currency_code, price, total_amount) SELECT n, %s, 'NEW_SALE', 'COMPLETE', now(), 'USD', 1, 1 "
        "FROM generate_series(%s::int, %s) n",
        [source.campaign_id, first, last],
    )
    crm.execute(
        "INSERT INTO crm.order_push (data_source_id, order_id, requested_by, state, bigcommerce_order_id) "
        "SELECT %s, n, 'schedule', 'pushed', n FROM generate_series(%s::int, %s) n",
        [source.data_source_id, first, last],
    )
    crm.commit()
    with psycopg.connect(crm.info.dsn, password=crm.info.password, autocommit=True) as server:
        server.execute("VACUUM ANALYZE crm.order_push, crm.customer_order, crm.order_outbox, crm.data_source")


def test_orders_sent_long_ago_cost_nothing_when_new_ones_are_looked_for(
    crm: Crm, stores: list[DataSource]
) -> None:
    tea = stores[0]
    looks: dict[str, dict[str, object]] = {
        "order_push/due_stores": {"within_seconds": 60, "order_ids": [], "from_time": None, "to_time": None},
        "order_push/new_order_stores": {"within_seconds": 3600},
        "order_push/select_new": {"data_source_id": tea.data_source_id, "requested_by": "schedule"},
        "order_push/waiting": {"data_source_id": tea.data_source_id},
    }
    add_history(crm, tea, 1, HISTORY // 10)
    few = {name: pages_read(crm, name, **parameters) for name, parameters in looks.items()}
    add_history(crm, tea, HISTORY // 10 + 1, HISTORY)
    many = {name: pages_read(crm, name, **parameters) for name, parameters in looks.items()}
    assert all(many[name] <= few[name] + 10 for name in looks), (few, many)
