"""Faults while orders are sent and looked up, and what they leave in the store."""

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


def test_hidden_order_is_found_once_the_setting_allows_it(visit: Visit) -> None:
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


@pytest.mark.parametrize("filters", [(), ("external_order_id",)])
def test_an_ignored_filter_brings_other_orders_back(visit: Visit, filters: tuple[str, ...]) -> None:
    store = visit()
    send(store, "crm-1")
    send(store, "crm-2")
    store.sandbox.faults.ignore_order_filters(*filters, times=1)
    answers = [store.get(ORDERS, external_order_id="crm-3", limit=250) for _ in range(2)]
    assert [each["external_order_id"] for each in answers[0].json()] == ["crm-1", "crm-2"]
    assert answers[1].status_code == 204


def test_a_filter_that_is_not_named_still_counts(visit: Visit) -> None:
    store = visit()
    ids = [send(store, f"crm-{number}").json()["id"] for number in (1, 2)]
    store.steer("POST", "/faults/play/ignore_order_filters", filters=["external_order_id"])
    answer = store.get(ORDERS, external_order_id="crm-9", min_id=ids[1])
    assert [each["id"] for each in answer.json()] == [ids[1]]


def test_ignored_filters_leave_single_orders_and_new_ones_alone(visit: Visit) -> None:
    store = visit()
    store.sandbox.faults.ignore_order_filters()
    made = send(store).json()
    assert store.get(f"{ORDERS}/{made['id']}").json()["external_order_id"] == "crm-1"
    assert store.sandbox.faults.struck == {}


def test_new_orders_can_fail_while_everything_else_answers(visit: Visit) -> None:
    store = visit()
    made = send(store).json()
    assert store.steer("POST", "/faults/play/fail_new_orders", status=502).json()["times"] is None
    assert [send(store, "crm-2").status_code for _ in range(3)] == [502, 502, 502]
    assert store.get(ORDERS).status_code == 200
    assert store.send("PUT", f"{ORDERS}/{made['id']}", json={"status_id": 2}).status_code == 200
    assert len(store.sandbox.orders) == 1


def test_an_order_archived_at_once_is_no_longer_listed(visit: Visit) -> None:
    store = visit()
    store.steer("PATCH", "/settings", archives_new_orders=True)
    made = send(store).json()
    assert not found(store)
    assert store.get(f"{ORDERS}/{made['id']}").json()["is_deleted"] is True
    assert [each["id"] for each in store.get(ORDERS, is_deleted="true").json()] == [made["id"]]


@pytest.mark.parametrize(("setting", "status"), [("ignored", 204), ("refused", 400)])
def test_filter_for_archived_orders_can_be_ignored_or_refused(
    visit: Visit, setting: str, status: int
) -> None:
    store = visit()
    store.steer("PATCH", "/settings", is_deleted_filter=setting, archives_new_orders=True)
    send(store)
    assert store.get(ORDERS, is_deleted="true").status_code == status


@pytest.mark.parametrize("written", [4711, "4711", "", None, "crm-1"])
def test_another_apps_external_id_can_hold_anything(visit: Visit, written: object) -> None:
    store = visit()
    foreign = store.steer("POST", "/orders/add_foreign", external_order_id=written).json()
    [listed] = store.get(ORDERS).json()
    assert (listed["id"], listed["external_order_id"]) == (foreign["id"], written)
    assert listed["external_source"] == "another-app"


def test_a_number_is_found_by_its_text(visit: Visit) -> None:
    store = visit()
    store.sandbox.orders.add_foreign(external_order_id=4711)
    assert found(store, "4711")
    assert not found(store, "471")


def test_a_body_can_come_one_byte_at_a_time(visit: Visit) -> None:
    store = visit()
    store.sandbox.faults.add("drip", path="time", seconds=0.02)
    began = time.monotonic()
    assert store.get("/v2/time").json()["time"] > 0
    assert time.monotonic() - began > 0.02 * len('{"time":1}')


def test_dripping_stops_when_the_client_disconnects(visit: Visit) -> None:
    store = visit()
    store.sandbox.faults.add("drip", path="store", seconds=1)
    with pytest.raises(requests.ConnectionError):
        store.send("GET", "/v2/store", timeout=0.1)
    assert store.get("/v2/time").status_code == 200


def test_a_status_can_come_with_a_body_of_its_own(visit: Visit) -> None:
    store = visit()
    store.sandbox.faults.add(
        "status", method="POST", path="orders", status=400, answer={"error": "Out of order"}
    )
    refused = send(store)
    assert (refused.status_code, refused.json()) == (400, {"error": "Out of order"})
