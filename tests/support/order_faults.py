"""Seeded schedules of what can go wrong while orders are pushed, at boundaries and at random times.

A schedule draws from its seed: answers lost before and after the write, crashes at every boundary and at
random times, dropped database connections, workers frozen for longer than their lease, filters that the
store ignores, outages of new orders alone, and orders that are archived at once or later.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from random import Random
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from include.crm import order_ledger
from include.errors import ActionableError
from include.ledger import lease
from include.order_push import look_ups, resend_check, sending
from include.order_push.translate import order_id_of
from include.sandbox.faults.faults import FaultKind
from tests.support.ordering_store import OrderingStore
from tests.support.store_clients import VirtualClock

ROUNDS_WITH_FAULTS = 5
ORDERS_PER_ROUND = 4
MOST_ROUNDS_TO_SETTLE = 12
# A frozen worker sleeps through three leases: another one claims, looks up, looks up again and sends.
LEASES_OF_A_FREEZE = 3
LEASE_AND_A_BIT = int(lease.LEASE_SECONDS) + 1
FAULTS: dict[FaultKind, float] = {
    "reset_before_write": 0.08,
    "reset_after_write": 0.12,
    "status_after_write": 0.08,
    "html": 0.05,
    "cut_connection": 0.05,
    "throttled_without_headers": 0.05,
    "status": 0.05,
    "ignored_filters": 0.05,
}
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
FILTERS = ("external_order_id", "is_deleted", "min_date_modified", "")


class Crash(BaseException):
    """A worker dies here."""


@dataclass
class Schedule:
    """How often each thing goes wrong; the seed decides when."""

    seed: int
    faults: dict[FaultKind, float] = field(default_factory=lambda: dict(FAULTS))
    crashes: float = 0.02
    freezes: float = 0.03  # between two steps
    waits: float = 0.1  # right before a request, as for the quota
    most_freezes: int = 2
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


class FreezableTime:
    """The time of ledger and deadlines, which can jump while no request to create an order is under way.

    A jump during such a request would be a request that takes longer than the client's timeouts allow.
    """

    def __init__(self, store: OrderingStore) -> None:
        self._store = store
        self._quiet = threading.Condition()
        self._under_way = 0
        self._ahead = 0.0

    def as_module(self) -> SimpleNamespace:
        """What stands in for the module `time`."""
        return SimpleNamespace(
            time=lambda: time.time() + self._ahead, monotonic=lambda: time.monotonic() + self._ahead
        )

    def jump(self) -> None:
        """Let a little more than a lease go by, for the ledger with all its times too."""
        with (
            self._quiet,
            psycopg.connect(self._store.crm_url, application_name="keep") as crm,
        ):
            self._quiet.wait_for(lambda: self._under_way == 0)
            crm.execute(AGE_LEDGER, {"seconds": LEASE_AND_A_BIT})
            self._ahead += LEASE_AND_A_BIT

    def leaves(self, may_leave: Callable[[], bool]) -> bool:
        """Whether a request may leave; if so, it is under way until it is answered."""
        with self._quiet:
            if allowed := may_leave():
                self._under_way += 1
            return allowed

    def answered(self) -> None:
        """A request that was under way is answered, or will never be."""
        with self._quiet:
            self._under_way -= 1
            self._quiet.notify_all()


class FaultInjector:
    """Makes workers die or freeze at the boundaries of their steps, by chance and at a random time."""

    def __init__(self, store: OrderingStore, schedule: Schedule) -> None:
        self.time = FreezableTime(store)
        self.is_at_work = True
        self.dies_at = float("inf")
        self.struck: Counter[str] = Counter()
        self._store = store
        self._schedule = schedule
        self._random = Random(schedule.seed)
        self._lock = threading.Lock()
        self._is_frozen = False

    def inject(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Put it between the worker and its ledger, and between the worker and the store."""
        monkeypatch.setattr(lease, "time", self.time.as_module())
        for module, name in (
            (order_ledger, "claim"),
            (order_ledger, "mark_sending"),
            (order_ledger, "settle"),
            (look_ups, "find_orders"),
            (resend_check, "orders_since"),
        ):
            monkeypatch.setattr(module, name, self._with_faults(getattr(module, name)))
        monkeypatch.setattr(sending, "create_order", self._with_faults(self._watched(sending.create_order)))

    def _with_faults(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, with a crash lurking on both sides of it, and a freeze after it."""

        def faulty(*arguments: Any, **named: Any) -> Any:
            self._perhaps_crash(arguments)
            result = function(*arguments, **named)
            self._perhaps_crash(arguments)
            self._perhaps_freeze(self._schedule.freezes)
            return result

        return faulty

    def _watched(self, create_order: Callable[..., Any]) -> Callable[..., Any]:
        """Freezes right before the check that precedes a request: while waiting for the quota, say."""

        def watched(client: Any, body: Any, *, may_leave: Callable[[], bool]) -> Any:
            is_under_way = False

            def check() -> bool:
                nonlocal is_under_way
                if is_under_way:  # an earlier attempt of this call
                    self.time.answered()
                    is_under_way = False
                self._perhaps_freeze(self._schedule.waits)
                is_under_way = self.time.leaves(may_leave)
                return is_under_way

            try:
                return create_order(client, body, may_leave=check)
            finally:
                if is_under_way:
                    self.time.answered()

        return watched

    def _perhaps_crash(self, arguments: tuple[Any, ...]) -> None:
        with self._lock:
            is_time = time.monotonic() >= self.dies_at
            if not (self.is_at_work and (is_time or self._random.random() < self._schedule.crashes)):
                return
            if is_time:
                self.dies_at = float("inf")
            self.struck["crashes"] += 1
        if isinstance(arguments[0], psycopg.Connection):
            arguments[0].close()  # a process that dies tidies nothing up
        raise Crash

    def _perhaps_freeze(self, chance: float) -> None:
        """The caller stands still for three leases, while another worker goes on."""
        with self._lock:
            left = self._schedule.most_freezes - self.struck["freezes"]
            if not (self.is_at_work and left > 0 and not self._is_frozen):
                return
            if self._random.random() >= chance:
                return
            self._is_frozen = True
            self.struck["freezes"] += 1
        try:
            for _ in range(LEASES_OF_A_FREEZE):
                self.time.jump()
                run_workers(self._store, 1)
        finally:
            self._is_frozen = False


def run_workers(store: OrderingStore, workers: int) -> None:
    """Workers of the order push side by side, until each has ended or died."""

    def work(crm: psycopg.Connection[Any]) -> None:
        order_ledger.select_new(crm, 1)
        crm.commit()
        store.worker(crm).run()

    run_side_by_side(store.crm_url, workers, work)


def run_side_by_side(crm_url: str, workers: int, work: Callable[[psycopg.Connection[Any]], None]) -> None:
    """Do the work so many times at once, each with a connection of its own, until each has ended or died."""

    def run_one() -> None:
        with suppress(psycopg.Error), psycopg.connect(crm_url) as crm:
            try:
                work(crm)
            except (Crash, ActionableError, psycopg.Error):
                crm.close()

    with ThreadPoolExecutor(workers) as pool:
        for future in [pool.submit(run_one) for _ in range(workers)]:
            future.result()


def run_schedule(store: OrderingStore, schedule: Schedule, monkeypatch: pytest.MonkeyPatch) -> Outcome:
    """Push orders while everything fails, then in peace until nothing is open."""
    print(f"seed {schedule.seed}: {schedule}")
    random = Random(schedule.seed)
    store.client_arguments = {
        "clock": VirtualClock(),
        "back_off": lambda longest: longest,
        # a store that a busy machine delays must not write after the client has left: a lease, which jumps
        # here, lasts longer than the client waits
        "read_timeout": 60,
        "patience": 60,
    }
    store.crm.execute("SET application_name = 'keep'")
    store.crm.commit()
    sandbox = store.sandbox
    sandbox.settings.findable_after_requests = random.choice([0, 1])
    sandbox.settings.is_deleted_filter = random.choice(schedule.is_deleted_filters)  # type: ignore[assignment]
    sandbox.settings.archived_are_listed = random.random() < schedule.lists_archived
    for _ in range(random.randrange(3)):
        sandbox.orders.add_foreign(random.choice([4711, "crm-x", None]))
    print(sandbox.settings)
    injector = FaultInjector(store, schedule)
    injector.inject(monkeypatch)
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
                _drop_connections(store)
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


def _drop_connections(store: OrderingStore) -> None:
    """What a restart of Postgres does to those who are connected."""
    with psycopg.connect(store.crm_url, autocommit=True) as crm:
        crm.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name <> 'keep'"
        )


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
