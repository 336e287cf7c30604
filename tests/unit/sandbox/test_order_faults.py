"""What goes wrong between a store and who sends it an order, and what is left behind."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.support.sandbox_client import SandboxClient
from tests.support.sandbox_visits import Visit
from tests.support.store_orders import ORDERS, order


def send(store: SandboxClient, external_order_id: str = "crm-1", timeout: float = 10) -> requests.Response:
    store.sandbox.settings.stock_is_tracked = False
    body = order(external_order_id=external_order_id)
    return store.send("POST", ORDERS, json=body, timeout=timeout)


def found(store: SandboxClient, external_order_id: str = "crm-1") -> bool:
    return store.get(ORDERS, external_order_id=external_order_id).status_code == 200


@pytest.mark.parametrize("kind", ["reset_before_write", "status", "throttled_without_headers"])
def test_a_fault_before_the_write_leaves_no_order(visit: Visit, kind: str) -> None:
    store = visit()
    store.sandbox.faults.add(kind, method="POST", path="orders")
    if kind == "reset_before_write":
        with pytest.raises(requests.ConnectionError):
            send(store)
    else:
        assert send(store).status_code in (429, 500)
    assert not found(store)


@pytest.mark.parametrize(
    "kind", ["reset_after_write", "status_after_write", "html", "empty", "cut_body", "cut_connection"]
)
def test_a_fault_after_the_write_leaves_the_order_and_loses_its_answer(visit: Visit, kind: str) -> None:
    store = visit()
    store.sandbox.faults.add(kind, method="POST", path="orders")
    with pytest.raises(
        (requests.ConnectionError, requests.exceptions.ChunkedEncodingError, KeyError, ValueError, TypeError)
    ):
        send(store).json()["id"]
    assert found(store)
    assert len(store.sandbox.orders) == 1


def test_an_answer_slower_than_the_client_waits_leaves_the_order(visit: Visit) -> None:
    store = visit()
    store.sandbox.faults.add("slow", method="POST", path="orders", seconds=0.5)
    with pytest.raises(requests.ReadTimeout):
        send(store, timeout=0.1)
    assert found(store)


def test_a_new_order_may_be_findable_only_after_some_requests(visit: Visit) -> None:
    store = visit()
    store.sandbox.settings.findable_after_requests = 2
    made = send(store).json()
    assert [found(store) for _ in range(3)] == [False, False, True]
    assert store.get(f"{ORDERS}/{made['id']}").status_code == 200


def test_a_new_order_may_be_findable_only_after_some_time(visit: Visit) -> None:
    store = visit()
    store.sandbox.settings.findable_after_seconds = 0.3
    made = send(store).json()
    assert not found(store)
    assert store.get(ORDERS).status_code == 204
    assert store.get(f"{ORDERS}/count").json()["count"] == 0
    assert store.get(f"{ORDERS}/{made['id']}").status_code == 200
    time.sleep(0.3)
    assert found(store)


def test_a_hidden_order_is_found_as_soon_as_the_store_is_told_so(visit: Visit) -> None:
    store = visit()
    store.steer("PATCH", "/settings", findable_after_seconds=3600)
    send(store)
    assert not found(store)
    store.steer("PATCH", "/settings", findable_after_seconds=0)
    assert found(store)


def test_orders_sent_at_the_same_time_have_different_ids(visit: Visit) -> None:
    store = visit()
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda number: send(store, f"crm-{number}"), range(40)))
    assert sorted(each.json()["id"] for each in answers) == list(range(100, 140))


def test_stock_is_never_sold_twice(visit: Visit) -> None:
    store = visit()
    store.sandbox.catalogue.set_stock(1001, 9)
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: store.send("POST", ORDERS, json=order()), range(10)))
    assert sorted(each.status_code for each in answers) == [200] * 4 + [409] * 6
    assert store.sandbox.catalogue.variant(1001).inventory_level == 1
