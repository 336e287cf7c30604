"""Which stores a run works on: those with something to do, or the one that is named."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import psycopg
import pytest

from include.crm.data_sources import NoDataSource
from include.order_push.errors import SendsNoOrders
from include.order_push.run_request import PushRequest
from include.order_push.stores import due_stores, sending_stores, stores_with_new_orders


@pytest.fixture(autouse=True)
def connection(crm_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", crm_url)


@pytest.fixture
def add_store(crm: psycopg.Connection[Any]) -> Any:
    """Add a data source."""

    def add(store_hash: str, *, initial: bool = False, rebill: bool = False, state: str = "active") -> None:
        crm.execute(
            "INSERT INTO crm.data_source (store_hash, store_name, send_initial_orders, send_rebill_orders, "
            "state) VALUES (%s, %s, %s, %s, %s)",
            [store_hash, store_hash.title(), initial, rebill, state],
        )
        crm.commit()

    return add


def found(store_hash: str | None = None) -> list[str]:
    return [store["store_name"] for store in sending_stores(store_hash)["stores"]]


def test_the_active_stores_that_send_orders_are_compared(add_store: Any) -> None:
    add = add_store
    add("tea", initial=True)
    add("cake", rebill=True)
    add("silent")
    add("leaving", initial=True, state="draining")
    add("gone", initial=True, state="inactive")
    assert found() == ["Cake", "Tea"]
    assert found("tea") == ["Tea"]
    assert sending_stores()["summary"] == "2 stores send orders"


def test_no_store_is_no_error_and_says_so(add_store: Any) -> None:
    add_store("silent")
    assert found() == []
    assert "No active data source sends orders" in sending_stores()["summary"]


def test_a_store_that_was_named_and_sends_nothing_is_an_error(add_store: Any) -> None:
    add_store("silent")
    with pytest.raises(SendsNoOrders) as refused:
        found("silent")
    assert "update silent --send-initial-orders" in refused.value.for_terminal
    with pytest.raises(NoDataSource, match="unknown"):
        found("unknown")


def due(**request: Any) -> list[str]:
    return [store["store_hash"] for store in due_stores(PushRequest(**request))["stores"]]


def at_once() -> list[str]:
    return [store["store_hash"] for store in stores_with_new_orders()["stores"]]


def test_only_stores_with_something_to_do_are_pushed(
    crm: psycopg.Connection[Any], source: Any, order: Any, ledger_row: Any
) -> None:
    for store_hash in ("idle", "unknown"):
        source(store_hash)
    new, waiting, unclear, crashed = map(source, ("new", "waiting", "unclear", "crashed"))
    order(new)
    ledger_row(waiting, order(waiting))
    ledger_row(unclear, order(unclear), "uncertain")
    ledger_row(crashed, order(crashed), "sending", worker="gone", lease_until="2026-11-01T00:00:00Z")
    crm.commit()
    assert due() == ["crashed", "new", "unclear", "waiting"]
    assert due_stores(PushRequest())["summary"] == "4 stores have orders to push"
    assert at_once() == ["new"]


def test_stores_whose_orders_are_done_held_or_later_are_idle(
    crm: psycopg.Connection[Any], source: Any, order: Any, ledger_row: Any
) -> None:
    tea = source("tea")
    for state in ("pushed", "rejected", "dismissed"):
        ledger_row(tea, order(tea), state)
    ledger_row(tea, order(tea), "uncertain", next_attempt_at=None)
    ledger_row(tea, order(tea), next_attempt_at="2999-01-01T00:00:00Z")
    ledger_row(tea, order(tea), worker="busy", lease_until="2999-01-01T00:00:00Z")
    order(tea, order_status="PENDING")
    order(tea, is_test=True)
    order(tea, completed_at="2020-01-01T00:00:00Z")
    crm.commit()
    assert due() == at_once() == []
    assert due_stores(PushRequest())["summary"] == "No orders are due."
    crm.execute(
        "UPDATE crm.order_push SET next_attempt_at = now() + interval '1 minute' WHERE worker IS NULL"
    )
    crm.commit()
    assert due() == ["tea"]  # a run waits for orders that will be due soon
    crm.execute("UPDATE crm.data_source SET paused_at = now(), paused_by = 'Ann'")
    crm.commit()
    assert due() == []


def test_orders_of_a_type_that_was_switched_off_are_not_due(
    crm: psycopg.Connection[Any], source: Any, order: Any, ledger_row: Any
) -> None:
    tea = source("tea", send_initial_orders=False)
    ledger_row(tea, order(tea))
    order(tea)
    crm.commit()
    assert due() == at_once() == []


def test_old_orders_that_somebody_requests_are_due_by_id_or_by_time(
    crm: psycopg.Connection[Any], source: Any, order: Any, ledger_row: Any
) -> None:
    at = datetime(2020, 1, 1, tzinfo=timezone.utc)
    day = {"from_time": at, "to_time": at + timedelta(days=1)}
    tea, coffee = source("tea"), source("coffee")
    old, rejected = order(tea, completed_at=at), order(coffee, completed_at=at)
    ledger_row(coffee, rejected, "rejected")
    ledger_row(coffee, order(coffee, completed_at=at), "pushed")
    crm.commit()
    assert due() == []
    assert due(order_ids=(old,)) == ["tea"]
    assert due(**day) == ["coffee", "tea"]
    assert due(**{**day, "from_time": at + timedelta(hours=1)}) == []
    assert due_stores(PushRequest(), "coffee")["stores"] == [{"store_hash": "coffee", "store_name": "Coffee"}]


def test_order_that_completed_long_ago_waits_for_the_schedule(
    crm: psycopg.Connection[Any], source: Any, order: Any
) -> None:
    tea = source("tea")
    crm.execute("UPDATE crm.data_source SET send_initial_orders_since = '2026-01-01'")
    order(tea, completed_at="2026-02-01T00:00:00Z")
    crm.commit()
    assert (due(), at_once()) == (["tea"], [])
