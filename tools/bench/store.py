"""The sandbox store, in its own process."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from include.local.environment import PROJECT
from include.local.supervisor import Program, supervise

TOKEN = "token-of-the-bench"
STORE_HASH = "bench"
PRODUCTS_PER_PAGE = ORDERS_PER_PAGE = 250


@dataclass(frozen=True)
class Requests:
    """How many requests a store saw; `options` are those that read which options orders must name."""

    reads: int
    options: int
    writes: int


@dataclass
class Store:
    """The sandbox store as it runs in its own process."""

    url: str
    store_hash: str = STORE_HASH

    def connection(self, **extra: object) -> dict[str, str]:
        """The environment variable that is the store's Airflow Connection."""
        connection = {"conn_type": "http", "host": self.url, "password": TOKEN, "extra": extra}
        return {f"AIRFLOW_CONN_BIGCOMMERCE_{self.store_hash.upper()}": json.dumps(connection)}

    def change_products(self, every: int) -> None:
        """Raise a price of every n-th product."""
        requests.post(
            f"{self.url}/_sandbox/catalogue/raise_prices", json={"every": every}, timeout=600
        ).raise_for_status()

    def limit_requests(self, quota: int | None, window_seconds: float) -> None:
        """So many requests per window from now on; None is unlimited."""
        wanted = {"requests": quota, "window_seconds": window_seconds}
        requests.put(f"{self.url}/_sandbox/quota", json=wanted, timeout=60).raise_for_status()

    def lose_answers(self, share: float, seed: int) -> None:
        """Lose the answers to so many new orders, after they were made."""
        chance = {
            "seed": seed,
            "chances": {"reset_after_write": share},
            "method": "POST",
            "path": "/v2/orders",
        }
        requests.post(f"{self.url}/_sandbox/faults/by_chance", json=chance, timeout=60).raise_for_status()

    def sell_without_stock(self) -> None:
        """No order is refused because a product has run out."""
        change = {"stock_is_tracked": False}
        requests.patch(f"{self.url}/_sandbox/settings", json=change, timeout=60).raise_for_status()

    def orders(self) -> Counter[str]:
        """How often each external_order_id is among the store's orders."""
        found: Counter[str] = Counter()
        smallest_id = 1
        while True:
            page = requests.get(
                f"{self.url}/stores/{self.store_hash}/v2/orders",
                params=_text(sort="id:asc", limit=ORDERS_PER_PAGE, min_id=smallest_id),
                headers={"X-Auth-Token": TOKEN},
                timeout=60,
            )
            if page.status_code == requests.codes.no_content:
                return found
            page.raise_for_status()
            found.update(order["external_order_id"] for order in page.json())
            smallest_id = page.json()[-1]["id"] + 1

    def forget_requests(self) -> None:
        """Begin counting anew."""
        requests.delete(f"{self.url}/_sandbox/requests", timeout=60).raise_for_status()

    def requests(self) -> Requests:
        """Those since the count began, as the store saw them."""
        log = self.request_log()
        options = sum("include=modifiers" in request["query"] for request in log)
        reads = sum(request["method"] == "GET" for request in log) - options
        return Requests(reads, options, len(log) - reads - options)

    def request_log(self) -> list[dict[str, Any]]:
        """method, path, status, began_at (seconds of a clock of its own) … of each request, as they came."""
        log: list[dict[str, Any]] = requests.get(f"{self.url}/_sandbox/requests", timeout=60).json()
        return log

    def pages(self) -> Iterator[bytes]:
        """The whole catalogue as the store sends it, page by page; then the store has its answers ready."""
        after = 0
        while True:
            page = requests.get(
                f"{self.url}/stores/{self.store_hash}/v3/catalog/products",
                params=_text(include="variants", sort="id", limit=PRODUCTS_PER_PAGE)
                | {"id:greater": str(after)},
                headers={"X-Auth-Token": TOKEN},
                timeout=60,
            )
            products = page.json()["data"]
            if not products:
                return
            yield page.content
            after = products[-1]["id"]


@contextmanager
def running_store(folder: Path, *, products: int, variants: int, latency: float = 0.0) -> Iterator[Store]:
    """A sandbox store without a quota and without awkward products."""
    size = ["--products", str(products), "--variants", str(variants), "--latency-seconds", str(latency)]
    place = ["--port", "0", "--store-hash", STORE_HASH, "--token", TOKEN]
    with _serving(folder, "include.sandbox", "--plain", "--quota", "0", *place, *size) as url:
        yield Store(url)


@contextmanager
def running_stores(folder: Path, *, number: int) -> Iterator[list[Store]]:
    """So many small stores at one address, which cannot be steered."""
    with _serving(folder, "tools.bench.serve_stores", str(number)) as url:
        yield [Store(url, store_hash) for store_hash in hashes(number)]


def _text(**parameters: object) -> dict[str, str]:
    """Parameters of a query, as it holds them."""
    return {name: str(value) for name, value in parameters.items()}


def hashes(number: int) -> list[str]:
    """The store hashes of so many stores."""
    return [f"{STORE_HASH}{each}" for each in range(1, number + 1)]


@contextmanager
def _serving(folder: Path, *module: str) -> Iterator[str]:
    """The address of stores that run in a process of their own."""
    log = folder / "sandbox.log"
    log.unlink(missing_ok=True)
    program = Program("sandbox", [sys.executable, "-m", *module], str(log))
    with supervise([program], {**os.environ, "PYTHONPATH": str(PROJECT)}) as process:
        while not (ready := re.search(r"ready at (\S+)", log.read_text() if log.exists() else "")):
            process.check()
            time.sleep(0.05)
        yield ready[1]
