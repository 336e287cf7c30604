"""The steps of the DAG and the command line, with a store and a database."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from include.crm.data_sources import DataSource, NoDataSource
from include.order_push.errors import StorePaused
from include.order_updates import steps
from include.order_updates.__main__ import main
from include.order_updates.errors import NoPushedOrders
from tests.support.ordering_store import OrderingStore

MakeShop = Callable[..., OrderingStore]
STORE = "sandbox1"


@pytest.fixture
def store(shop: MakeShop, monkeypatch: pytest.MonkeyPatch) -> OrderingStore:
    """A store with two pushed orders that were just read; the first is shipped since."""
    monkeypatch.setenv("BIGCOMMERCE_ALLOW_LOOPBACK", "true")
    store = shop()
    store.order(quantity=2)
    store.order()
    store.push()
    steps.update(STORE)
    first = store.row(1)["bigcommerce_order_id"]
    store.sandbox.orders.clock_is_ahead += timedelta(seconds=5)
    store.sandbox.shipments.ship(first, 1, tracking_number="1Z")
    return store


def test_stores_with_orders_that_may_change_are_found(store: OrderingStore) -> None:
    found = steps.pushed_to()
    assert found["stores"] == [{"store_hash": STORE, "store_name": "Tea Shop"}]
    assert found["summary"] == "1 store has orders"
    store.change("UPDATE crm.order_push SET updated_at = updated_at - interval '1 year'")
    assert steps.pushed_to()["stores"]  # they are not shipped yet
    store.change("UPDATE crm.store_order SET status_id = 10")
    assert steps.pushed_to() == {"summary": steps.NO_STORE, "stores": []}
    assert steps.pushed_to(STORE)["stores"]  # a person names it, for example to read a period again
    store.change("UPDATE crm.data_source SET paused_at = now(), paused_by = 'Ada'")
    with pytest.raises(StorePaused):
        steps.pushed_to(STORE)


def test_named_store_without_orders_is_refused(
    store: OrderingStore, source: Callable[..., DataSource]
) -> None:
    source("empty")
    store.crm.commit()
    with pytest.raises(NoPushedOrders):
        steps.pushed_to("empty")
    with pytest.raises(NoDataSource):
        steps.pushed_to("nowhere")


def test_update_sums_up_what_it_read(store: OrderingStore) -> None:
    assert steps.update(STORE)["summary"] == "Tea Shop: 1 order changed in BigCommerce; 1 new shipment"


def test_command_line_reads_and_lists(store: OrderingStore, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", STORE, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["counts"]["shipments"] == 1
    assert main(["read", STORE, "--from", "2000-01-01", "--to", "2100-01-01"]) == 0
    assert "2 orders changed" in capsys.readouterr().out
    assert main(["list", "--json", "--state", "unshipped"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {(row["order_id"], row["status_name"], row["shipments"]) for row in rows} == {
        (1, "Partially Shipped", 1),
        (2, "Awaiting Fulfillment", 0),
    }
    assert main(["list", "--store", STORE]) == 0
    listed = capsys.readouterr().out
    assert "Partially" in listed
    assert "1 of 2" in listed
    assert main(["list", "--state", "undone"]) == 0
    assert "No such orders" in capsys.readouterr().out
    assert main(["read", "nowhere"]) == 1
