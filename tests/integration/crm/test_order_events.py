"""The CRM's database announces completed orders as it commits them, once for each transaction."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from include.crm.stores_that_send import NEW_ORDERS_CHANNEL
from tests.support.announcements import Announced, announcements


@pytest.fixture
def announced(crm_url: str) -> Iterator[Announced]:
    """The payloads announced since the last call."""
    with announcements(crm_url, NEW_ORDERS_CHANNEL) as announced:
        yield announced


def test_order_is_announced_as_it_is_committed_complete(
    crm: psycopg.Connection[Any], source: Any, order: Any, announced: Announced
) -> None:
    tea = source("tea")
    order(tea)
    assert announced() == []
    crm.commit()
    assert announced() == [str(tea.campaign_id)]


def test_order_that_becomes_complete_is_announced_and_not_again_when_it_changes(
    crm: psycopg.Connection[Any], source: Any, order: Any, announced: Announced
) -> None:
    tea = source("tea")
    order(tea, order_status="PENDING")
    order(tea, is_test=True)
    crm.commit()
    assert announced() == []
    for change in ("order_status = 'COMPLETE'", "is_test = false"):
        crm.execute(f"UPDATE crm.customer_order SET {change}".encode())  # noqa: S608 - one of two constants
        crm.commit()
        assert announced() == [str(tea.campaign_id)]
    crm.execute("UPDATE crm.customer_order SET city = 'Austin'")
    crm.commit()
    assert announced() == []


def test_many_orders_of_a_transaction_are_announced_once_for_each_campaign(
    crm: psycopg.Connection[Any], source: Any, order: Any, announced: Announced
) -> None:
    tea, coffee = source("tea"), source("coffee")
    for _ in range(10):
        order(tea)
        order(coffee)
    crm.commit()
    assert sorted(announced()) == [str(tea.campaign_id), str(coffee.campaign_id)]


def test_orders_that_no_store_receives_are_not_announced(
    crm: psycopg.Connection[Any], source: Any, order: Any, announced: Announced
) -> None:
    order(source("silent", send_initial_orders=False, send_rebill_orders=False))
    order(source("paused", paused_at="2026-11-01T00:00:00Z", paused_by="Ann"))
    order(source("leaving", state="draining"))
    crm.commit()
    order(source("lost"))
    crm.rollback()
    assert announced() == []


def test_whoever_writes_orders_need_not_read_data_sources(
    crm: psycopg.Connection[Any], source: Any, order: Any, announced: Announced
) -> None:
    tea = source("tea")
    crm.execute("CREATE ROLE cashier")
    crm.execute("GRANT USAGE ON SCHEMA crm TO cashier")
    crm.execute("GRANT SELECT, INSERT ON crm.customer_order TO cashier")
    crm.commit()
    try:
        crm.execute("SET ROLE cashier")
        order(tea)
        crm.execute("RESET ROLE")
        crm.commit()
        assert announced() == [str(tea.campaign_id)]
    finally:
        crm.rollback()
        crm.execute("RESET ROLE")
        crm.execute("DROP OWNED BY cashier")
        crm.execute("DROP ROLE cashier")
        crm.commit()
