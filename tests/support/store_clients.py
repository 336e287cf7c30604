"""Clients of stores on loopback: sandbox stores, and stores that answer word for word as a test dictates."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import requests

from include.bigcommerce.client import StoreClient
from include.sandbox import Sandbox, serve
from tests.support.dictated_store import DictatedStore
from tests.support.official_contract import check_requests_if_available

TOKEN = "t0ken-that-nobody-may-see"


class VirtualClock:
    """Time that passes only while somebody waits; then at once."""

    def __init__(self) -> None:
        self._seconds = 1_000.0
        self._lock = threading.Lock()

    def now(self) -> float:
        return self._seconds

    def wait(self, condition: threading.Condition, seconds: float) -> None:
        with self._lock:
            self._seconds += seconds


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


Connect = Callable[..., StoreClient]
Dictate = Callable[..., DictatedStore]
OpenSandbox = Callable[..., Sandbox]


@pytest.fixture
def connect(clock: VirtualClock) -> Iterator[Connect]:
    """`connect(store, **arguments of StoreClient)`; in virtual time and with the longest back-off.

    None as an argument is the client's own default.
    """
    with ExitStack() as sessions:

        def make_client(store: Sandbox | DictatedStore, **arguments: Any) -> StoreClient:
            session = sessions.enter_context(requests.Session())
            session.headers["X-Auth-Token"] = arguments.pop("token", store.token)
            base_url = arguments.pop("base_url", store.base_url)
            usual = {"clock": clock, "back_off": lambda longest: longest, "read_timeout": 5.0}
            settings = {name: value for name, value in (usual | arguments).items() if value is not None}
            return StoreClient(session, base_url, store.store_hash, **settings)

        yield make_client


@pytest.fixture
def dictate() -> Iterator[Dictate]:
    """`dictate(answer, …)` opens a store that gives these answers in turn, the last one for ever."""
    with ExitStack() as stores:
        yield lambda *answers: stores.enter_context(DictatedStore(list(answers), TOKEN))


@pytest.fixture
def open_sandbox() -> Iterator[OpenSandbox]:
    """`open_sandbox(**arguments of Sandbox)`; when the test ends, every request it got is checked.

    Against BigCommerce's official OpenAPI files, where BIGCOMMERCE_CONTRACT names their folder.
    """
    opened: list[Sandbox] = []
    with ExitStack() as stores:

        def open_one(**arguments: Any) -> Sandbox:
            sandbox = Sandbox(**{"products": 10, "variants": 2, "quota": None, **arguments})
            opened.append(stores.enter_context(serve(sandbox)))
            return sandbox

        yield open_one
    check_requests_if_available(opened)


@pytest.fixture
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients pause a fiftieth as long before they retry; how long they really pause has tests of its own."""
    monkeypatch.setattr("include.bigcommerce.backoff._FIRST_SECONDS", 0.01)


def read_products(client: StoreClient, **arguments: Any) -> Any:
    options: dict[str, Any] = {"scope": "store_v2_products", "safe_to_repeat": True, **arguments}
    return client.send("GET", "/v3/catalog/products", **options).json()


def send_order(client: StoreClient, **arguments: Any) -> Any:
    """A call that must never be carried out twice."""
    options: dict[str, Any] = {"scope": "store_v2_orders", "safe_to_repeat": False, **arguments}
    return client.send("POST", "/v2/orders", json={"products": []}, **options)
