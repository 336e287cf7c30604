"""Seeded schedules of what can go wrong while orders are pushed, at boundaries and at random times.

A schedule draws from its seed: answers lost before and after the write, crashes at every boundary and at
random times, dropped database connections, workers frozen for longer than their lease, filters that the
store ignores, outages of new orders alone, and orders that are archived at once or later.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

import psycopg
import pytest

from include.crm import order_ledger
from include.order_push import look_ups, resend_check, sending
from include.order_push.translate import order_id_of
from include.sandbox.faults.faults import FaultKind
from tests.support import fault_injection
from tests.support.fault_injection import (
    Chances,
    FaultInjector,
    FreezableTime,
    drop_connections,
    keep_connected,
    patient_client,
    run_side_by_side,
)
from tests.support.ordering_store import OrderingStore

ROUNDS_WITH_FAULTS = 5
ORDERS_PER_ROUND = 4
MOST_ROUNDS_TO_SETTLE = 12
FAULTS: dict[FaultKind, float] = {**fault_injection.FAULTS, "ignored_filters": 0.05}
AGE_LEDGER = """
    WITH attempts AS (
        UPDATE crm.order_push_attempt SET at = at - make_interval(secs => %(seconds)s)
    )
    UPDATE crm.order_push
    SET next_attempt_at = next_attempt_at - make_interval(secs => %(seconds)s),
        lease_until = lease_until - make_interval(secs => %(seconds)s),
        sent_at = sent_at - make_interval(secs => %(seconds)s),
        updated_at = updated_at - make_interval(secs => %(seconds)s)
"""
STEPS = (
    (order_ledger, "claim"),
    (order_ledger, "mark_sending"),
    (order_ledger, "settle"),
    (look_ups, "find_orders"),
    (resend_check, "orders_since"),
)
FILTERS = ("external_order_id", "is_deleted", "min_date_modified", "")


@dataclass
class Schedule(Chances):
    """How often each thing goes wrong; the seed decides when."""

    faults: dict[FaultKind, float] = field(default_factory=lambda: dict(FAULTS))
    archives: float = 0.3
    disturbances: float = 1.0  # factor on outages, ignored filters, database restarts and sudden deaths
    lists_archived: float = 0.2
    is_deleted_filters: tuple[str, ...] = ("applied", "ignored", "refused")


@dataclass
class Outcome:
    """What came of a schedule's orders."""

    order_ids: list[int]
    lost: list[int]
    doubled: list[int]
    open: dict[int, str]
    struck: Counter[str]


def run_workers(store: OrderingStore, workers: int) -> None:
    """Workers of the order push side by side, until each has ended or died."""

    def work(crm: psycopg.Connection[Any]) -> None:
        order_ledger.select_new(crm, 1)
        crm.commit()
        store.worker(crm).run()

    run_side_by_side(store.crm_url, workers, work)


def run_schedule(store: OrderingStore, schedule: Schedule, monkeypatch: pytest.MonkeyPatch) -> Outcome:
    """Push orders while everything fails, then in peace until nothing is open."""
    print(f"seed {schedule.seed}: {schedule}")
    random = Random(schedule.seed)
    store.client_arguments = patient_client()
    keep_connected(store.crm)
    sandbox = store.sandbox
    sandbox.settings.findable_after_requests = random.choice([0, 1])
    sandbox.settings.is_deleted_filter = random.choice(schedule.is_deleted_filters)  # type: ignore[assignment]
    sandbox.settings.archived_are_listed = random.random() < schedule.lists_archived
    for _ in range(random.randrange(3)):
        sandbox.orders.add_foreign(random.choice([4711, "crm-x", None]))
    print(sandbox.settings)
    times = FreezableTime(store.crm_url, AGE_LEDGER)
    injector = FaultInjector(schedule, times, lambda: run_workers(store, 1))
    injector.inject(monkeypatch, STEPS, (sending, "create_order"))
    order_ids: list[int] = []
    for number in range(ROUNDS_WITH_FAULTS):
        order_ids += [store.order(variant=random.randrange(8)) for _ in range(ORDERS_PER_ROUND)]
        _switch_faults_on(store, schedule, random, number)
        if random.random() < schedule.disturbances * 0.3:
            injector.dies_at = time.monotonic() + random.uniform(0, 0.3)
        with _disturbances(store, schedule, Random(f"{schedule.seed} {number}"), injector.struck):
            run_workers(store, 2)
        injector.time.jump()
    sandbox.faults.clear()
    sandbox.settings.archives_new_orders = False
    injector.is_at_work = False
    for _ in range(MOST_ROUNDS_TO_SETTLE):
        run_workers(store, 1)
        if set(store.states().values()) <= {"pushed", "rejected"}:
            break
        injector.time.jump()
    return _outcome(store, order_ids, injector.struck + sandbox.faults.struck)


def _switch_faults_on(store: OrderingStore, schedule: Schedule, random: Random, number: int) -> None:
    faults = store.sandbox.faults
    faults.clear()
    faults.by_chance(schedule.seed * 100 + number, schedule.faults, path="/v2/orders", status=503)
    if random.random() < schedule.disturbances * 0.3:
        status = random.choice([500, 502, 503, 504])
        faults.fail_new_orders(status, times=random.choice([2, 5, None]))
    if random.random() < schedule.disturbances * 0.4:
        name = random.choice(FILTERS)
        faults.ignore_order_filters(*[name] if name else [], times=random.choice([1, 3, None]))
    store.sandbox.settings.archives_new_orders = random.random() < schedule.archives


@contextmanager
def _disturbances(
    store: OrderingStore, schedule: Schedule, random: Random, struck: Counter[str]
) -> Iterator[None]:
    """Somebody who archives orders, and a database that restarts, at random times meanwhile."""
    is_over = threading.Event()

    def disturb() -> None:
        while not is_over.wait(random.uniform(0.02, 0.4)):
            if random.random() < schedule.disturbances * 0.3:
                drop_connections(store.crm_url)
                struck["database restarts"] += 1
            elif random.random() < schedule.archives and (found := list(store.sandbox.orders)):
                store.sandbox.orders.archive(random.choice(found).id)
                struck["archived"] += 1

    thread = threading.Thread(target=disturb)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def _outcome(store: OrderingStore, order_ids: list[int], struck: Counter[str]) -> Outcome:
    in_store = Counter(
        order_id
        for order in store.sandbox.orders
        if (order_id := order_id_of(str(order.external_order_id))) is not None
    )
    states = store.states()
    outcome = Outcome(
        order_ids,
        lost=[each for each in order_ids if in_store[each] == 0],
        doubled=[each for each in order_ids if in_store[each] > 1],
        open={each: states.get(each, "unknown") for each in order_ids if states.get(each) != "pushed"},
        struck=struck,
    )
    print(
        f"orders {len(order_ids)}, lost {len(outcome.lost)}, doubled {len(outcome.doubled)}, "
        f"open {outcome.open}, {store.posts()} posts, struck {dict(struck)}"
    )
    return outcome
