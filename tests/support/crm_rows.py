"""Plain rows of the CRM's tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row

from include.crm import data_sources
from include.crm.data_sources import DataSource

Add = Callable[..., dict[str, Any]]


def insert(crm: psycopg.Connection[Any], table: str, columns: Mapping[str, object]) -> dict[str, Any]:
    """Insert a row into a table of the CRM; the row with the defaults that the database filled in."""
    statement = sql.SQL("INSERT INTO crm.{} ({}) VALUES ({}) RETURNING *").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL(", ").join(map(sql.Placeholder, columns)),
    )
    with crm.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(statement, columns).fetchone()
    assert row is not None
    return row


def fetch_rows(crm: psycopg.Connection[Any], query: str, *parameters: object) -> list[dict[str, Any]]:
    """All rows of a query as dictionaries."""
    with crm.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query.encode(), parameters).fetchall()


@pytest.fixture
def add(crm: psycopg.Connection[Any]) -> Add:
    """Adds a row to a table of the CRM; gives it back with what the database filled in."""
    return lambda table, **columns: insert(crm, table, columns)


@pytest.fixture
def source(crm: psycopg.Connection[Any], add: Add) -> Callable[..., DataSource]:
    """Makes a data source with a campaign that sends initial orders and rebills."""

    def source(store_hash: str, **columns: object) -> DataSource:
        campaign = add("campaign", name=store_hash, currency_code="USD")
        sending = {"send_initial_orders": True, "send_rebill_orders": True}
        row = {"store_hash": store_hash, "store_name": store_hash.title(), **sending, **columns}
        add("data_source", campaign_id=campaign["campaign_id"], **row)
        found = data_sources.get(crm, store_hash)
        assert found is not None
        return found

    return source


@pytest.fixture
def order(add: Add) -> Callable[..., int]:
    """Makes an order that the CRM took under a data source's campaign; its id."""
    numbers = iter(range(1, 1_000))

    def order(source: DataSource, **columns: object) -> int:
        plain = {
            "order_id": next(numbers),
            "order_type": "NEW_SALE",
            "order_status": "COMPLETE",
            "currency_code": "USD",
            "price": 10,
            "total_amount": 10,
            "name": "Ada Lovelace",
            "email_address": "ada@example.com",
        }
        return int(add("customer_order", campaign_id=source.campaign_id, **{**plain, **columns})["order_id"])

    return order


@pytest.fixture
def ledger_row(add: Add) -> Callable[..., dict[str, Any]]:
    """Puts an order into the ledger, in some state."""
    NECESSARY: dict[str, dict[str, object]] = {
        "pending": {},
        "sending": {"sent_at": "2026-11-01T00:00:00Z"},
        "uncertain": {"sent_at": "2026-11-01T00:00:00Z"},
        "rejected": {"reason": "It does not add up.", "next_step": "Correct it.", "next_attempt_at": None},
        "dismissed": {
            "reason": "It does not add up.",
            "next_step": "Correct it.",
            "next_attempt_at": None,
            "dismissed_at": "2026-11-01T00:00:00Z",
            "dismissed_by": "Grace",
            "dismissed_because": "A duplicate.",
        },
        "pushed": {"next_attempt_at": None},
    }

    def ledger_row(
        source: DataSource, order_id: int, state: str = "pending", **columns: object
    ) -> dict[str, Any]:
        if state == "pushed":
            columns.setdefault("bigcommerce_order_id", 10_000 + order_id)
        keys = {"data_source_id": source.data_source_id, "order_id": order_id, "requested_by": "schedule"}
        return add("order_push", state=state, **keys, **{**NECESSARY[state], **columns})

    return ledger_row
