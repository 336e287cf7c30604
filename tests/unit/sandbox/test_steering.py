"""Steering a store from another process, and starting one from the command line."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys

import pytest
import requests

from tests.support.sandbox_client import PRODUCTS
from tests.support.sandbox_visits import Visit


def test_the_catalogue_can_be_changed_over_http(visit: Visit) -> None:
    store = visit()
    assert store.steer("POST", "/catalogue/set_price", variant_id=1001, price="12.30").json()["id"] == 1001
    assert '"price":12.30,' in store.get(f"{PRODUCTS}/101/variants").text
    added = store.steer("POST", "/catalogue/add_product", name="Lamp", variants=[{"sku": "L"}]).json()
    assert store.get(f"{PRODUCTS}/{added['product']['id']}").json()["data"]["name"] == "Lamp"
    assert store.steer("POST", "/catalogue/remove_product", product_id=7).status_code == 422
    assert store.steer("POST", "/catalogue/__init__").status_code == 404


def test_catalogue_can_change_while_it_is_paged(visit: Visit) -> None:
    store = visit(products=6)
    change = {"number": 2, "change": "remove_product", "arguments": {"product_id": 101}}
    assert store.steer("POST", "/after_products_page", **change).status_code == 204
    totals = [store.get(PRODUCTS, limit=2).json()["meta"]["pagination"]["total"] for _ in range(3)]
    assert totals == [6, 6, 5]


def test_faults_and_access_can_be_switched_over_http(visit: Visit) -> None:
    store = visit()
    assert store.steer("POST", "/faults", kind="status", status=503, path="products").json()["times"] == 1
    assert [store.get(PRODUCTS).status_code for _ in range(2)] == [503, 200]
    assert store.steer("POST", "/faults", kind="gremlin").status_code == 422
    store.steer("POST", "/faults/by_chance", seed=1, chances={"status": 1})
    assert store.get(PRODUCTS).status_code == 500
    store.steer("DELETE", "/faults")
    store.steer("POST", "/access/drop_scope", scope="store_v2_products")
    assert store.get(PRODUCTS).status_code == 403
    store.steer("POST", "/access/revoke_token")
    assert store.get(PRODUCTS).status_code == 401


def test_settings_and_quota_can_be_changed_over_http(visit: Visit) -> None:
    store = visit()
    assert store.steer("PATCH", "/settings", page_cap=3).json()["largest_batch"] == 50
    assert len(store.get(PRODUCTS).json()["data"]) == 3
    assert store.steer("PATCH", "/settings", page_cap="wide").status_code == 422
    store.steer("PUT", "/quota", requests=1, window_seconds=60)
    assert [store.get(PRODUCTS).status_code for _ in range(2)] == [200, 429]


def test_the_state_and_the_log_can_be_read_over_http(visit: Visit) -> None:
    store = visit()
    store.get(PRODUCTS, limit=1)
    state = store.steer("GET", "/state").json()
    assert (state["products"], state["variants"], state["requests"], state["most_in_flight"]) == (
        10,
        20,
        1,
        1,
    )
    [logged] = store.steer("GET", "/requests").json()
    assert (logged["method"], logged["path"], logged["query"], logged["status"]) == (
        "GET",
        PRODUCTS,
        "limit=1",
        200,
    )
    store.steer("DELETE", "/requests")
    assert store.sandbox.requests == []


def test_the_store_only_listens_on_loopback(visit: Visit) -> None:
    assert visit().sandbox.base_url.startswith("http://127.0.0.1:")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_command_prints_its_address_and_ends_on_a_signal(number: signal.Signals) -> None:
    command = [
        sys.executable,
        "-m",
        "include.sandbox",
        "--port",
        "0",
        "--token",
        "t",
        "--products",
        "3",
        "--plain",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        address = line.split(" at ")[1].split()[0]
        headers = {"X-Auth-Token": "t"}
        answer = requests.get(f"{address}/stores/sandbox1/v2/store", headers=headers, timeout=5)
        process.send_signal(number)
        assert process.wait(timeout=10) == 0
    assert "Sandbox store sandbox1 is ready at" in line
    assert "(3 products, 15 variants, seed 1)" in line
    assert answer.json()["currency"] == "USD"


def test_busy_port_is_reported() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "include.sandbox", "--port", port, "--token", "t", "--products", "1"]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode == 1
    assert port in ended.stderr


def test_command_without_a_token_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BIGCOMMERCE_SANDBOX_TOKEN", raising=False)
    command = [sys.executable, "-m", "include.sandbox", "--port", "0"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode == 2
    assert "BIGCOMMERCE_SANDBOX_TOKEN" in ended.stderr
