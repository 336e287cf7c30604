"""Which stores a run works on, and that each error can be told from those of other stores."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from include.crm.data_sources import NoDataSource
from include.order_push.errors import SendsNoOrders
from include.order_push.stores import sending_stores


@pytest.fixture
def add(crm: psycopg.Connection[Any], crm_url: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Add a data source."""
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", crm_url)

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


def test_the_active_stores_that_send_orders_are_worked_on(add: Any) -> None:
    add("tea", initial=True)
    add("cake", rebill=True)
    add("silent")
    add("leaving", initial=True, state="draining")
    add("gone", initial=True, state="inactive")
    assert found() == ["Cake", "Tea"]
    assert found("tea") == ["Tea"]
    assert sending_stores()["summary"] == "2 stores send orders"


def test_no_store_is_no_error_and_says_so(add: Any) -> None:
    add("silent")
    assert found() == []
    assert "No active data source sends orders" in sending_stores()["summary"]


def test_a_store_that_was_named_and_sends_nothing_is_an_error(add: Any) -> None:
    add("silent")
    with pytest.raises(SendsNoOrders) as refused:
        found("silent")
    assert "update silent --send-initial-orders" in refused.value.for_terminal
    with pytest.raises(NoDataSource, match="unknown"):
        found("unknown")
