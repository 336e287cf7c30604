"""The promise of the order push under seeded schedules of faults: lost 0, duplicates 0, nothing stuck.

Two workers at once; the network fails before and after the store has written; workers die at every boundary;
the database drops its connections. LONG=1 runs 200 seeds rather than a dozen.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from random import Random
from threading import Lock
from typing import Any

import psycopg
import pytest

from include.bigcommerce.orders import Found
from include.crm import order_ledger
from include.errors import ActionableError
from include.order_push import resend_check, settlements, worker
from tests.support.ordering_store import OrderingStore

SEEDS = range(200 if os.environ.get("LONG") else 12)
ORDERS = 24
ROUNDS_WITH_FAULTS = 6
ROUNDS_TO_SETTLE = 8
FAULTS = {
    "reset_before_write": 0.08,
    "reset_after_write": 0.12,
    "status_after_write": 0.08,
    "html": 0.05,
    "cut_connection": 0.05,
    "throttled_without_headers": 0.05,
    "status": 0.05,
}


class Crash(BaseException):
    """A worker dies here."""


class Gremlin:
    """Makes functions die before or after they did their work, by chance but repeatably."""

    def __init__(self, seed: int, chance: float) -> None:
        self._random = Random(seed)
        self._lock = Lock()
        self.chance = chance
        self.crashes = 0

    def haunt(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, with a crash lurking on both sides of it."""

        def haunted(*arguments: Any, **named: Any) -> Any:
            self._perhaps_crash(arguments)
            result = function(*arguments, **named)
            self._perhaps_crash(arguments)
            return result

        return haunted

    def _perhaps_crash(self, arguments: tuple[Any, ...]) -> None:
        with self._lock:
            if self._random.random() >= self.chance:
                return
            self.crashes += 1
        if isinstance(arguments[0], psycopg.Connection):
            arguments[0].close()  # what a process that dies leaves behind: nothing is tidied up
        raise Crash


def run_workers(store: OrderingStore, workers: int = 2) -> None:
    """Workers side by side, each with a connection of its own, until each has ended or died."""

    def run_one() -> None:
        with psycopg.connect(store.crm_url) as crm:
            try:
                order_ledger.select_new(crm, 1)
                crm.commit()
                store.worker(crm).run()
            except (Crash, ActionableError, psycopg.Error):
                crm.close()

    store.crm.commit()
    with ThreadPoolExecutor(workers) as pool:
        for future in [pool.submit(run_one) for _ in range(workers)]:
            future.result()


def drop_connections(store: OrderingStore) -> None:
    """What a restart of Postgres does to those who are connected."""
    with psycopg.connect(store.crm_url, autocommit=True) as crm:
        crm.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name <> 'keep'"
        )


def haunt(store: OrderingStore, seed: int, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Orders pushed while everything fails, then in peace until nothing is open; their ids."""
    print(f"seed {seed}")
    random = Random(seed)
    store.crm.execute("SET application_name = 'keep'")
    store.crm.commit()
    gremlin = Gremlin(seed, chance=0.03)
    for module, name in (
        (order_ledger, "claim"),
        (order_ledger, "mark_sending"),
        (order_ledger, "settle"),
        (worker, "create_order"),
    ):
        monkeypatch.setattr(module, name, gremlin.haunt(getattr(module, name)))
    store.sandbox.settings.findable_after_requests = random.choice([0, 1])
    store.sandbox.faults.by_chance(seed, FAULTS, path="/v2/orders", status=503)
    order_ids = []
    for _ in range(ROUNDS_WITH_FAULTS):
        order_ids += [store.order(variant=random.randrange(8)) for _ in range(ORDERS // ROUNDS_WITH_FAULTS)]
        with ThreadPoolExecutor(1) as pool:
            working = pool.submit(run_workers, store)
            if random.random() < 0.3:
                drop_connections(store)
            working.result()
        store.pass_time()
    store.sandbox.faults.clear()
    gremlin.chance = 0
    for _ in range(ROUNDS_TO_SETTLE):
        run_workers(store, workers=1)
        store.pass_time()
    print(f"{gremlin.crashes} crashes, faults {dict(store.sandbox.faults.struck)}, {store.posts()} posts")
    return order_ids


@pytest.mark.parametrize("seed", SEEDS)
def test_no_order_is_lost_none_goes_twice_and_none_is_stuck(
    shop: Callable[..., OrderingStore], seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = shop()
    order_ids = haunt(store, seed, monkeypatch)
    assert store.in_store() == store.expected(order_ids)
    assert store.states() == dict.fromkeys(order_ids, "pushed")
    in_ledger = {row["bigcommerce_order_id"] for row in store.rows("SELECT * FROM crm.order_push")}
    assert in_ledger == {order.id for order in store.sandbox.orders}


def test_the_check_above_can_fail_without_look_ups_orders_go_twice(
    shop: Callable[..., OrderingStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = shop()
    look_up = settlements.looked_up

    def blindly(held: Any, found: Any, delay: int, **named: Any) -> Any:
        return look_up(
            replace(held, lookups=settlements.LOOK_UPS_BEFORE_SENDING_AGAIN), Found([]), delay, **named
        )

    monkeypatch.setattr(settlements, "looked_up", blindly)
    monkeypatch.setattr(resend_check, "orders_since", lambda *_: resend_check.StoreOrders())
    order_ids = haunt(store, 0, monkeypatch)
    doubled = [one for one, times in store.in_store().items() if times > 1]
    assert doubled, "faults after the write must have led to orders being sent twice"
    assert set(store.in_store()) == set(store.expected(order_ids))
