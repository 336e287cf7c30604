"""Seeded schedules of what can go wrong while refunds and cancellations follow their orders.

As tests/support/order_faults.py does for orders: answers lost before and after the write, crashes at every
boundary, workers frozen for longer than their lease, two workers side by side, dropped database connections,
outages of one route, asynchronous refunds, and reasons that come back in one place only.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from include.crm import reversal_ledger
from include.ledger import lease
from include.order_refunds import doubles, refund_request, sending
from include.sandbox.faults.faults import FaultKind
from tests.support.order_faults import Crash, run_side_by_side
from tests.support.refunding_store import RefundingStore
from tests.support.store_clients import VirtualClock

ROUNDS_WITH_FAULTS = 4
ORDERS = 4
REFUNDS_PER_ROUND = 3
MOST_ROUNDS_TO_SETTLE = 14
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
}
ROUTES = ("refund_quotes", "payment_actions/refunds", "/v2/orders")
AGE_LEDGER = """
    UPDATE crm.order_reversal
    SET next_attempt_at = next_attempt_at - make_interval(secs => %(seconds)s),
        lease_until = lease_until - make_interval(secs => %(seconds)s),
        sent_at = sent_at - make_interval(secs => %(seconds)s)
"""


@dataclass
class Schedule:
    """How often each thing goes wrong; the seed decides when."""

    seed: int
    faults: dict[FaultKind, float] = field(default_factory=lambda: dict(FAULTS))
    crashes: float = 0.03
    freezes: float = 0.04  # between two steps
    waits: float = 0.15  # right before a refund leaves, as for the quota
    most_freezes: int = 2
    outages: float = 0.4
    restarts: float = 0.3


@dataclass
class Outcome:
    """What came of a schedule's refunds and cancellations."""

    lost: list[int]
    doubled: list[int]
    open: dict[str, str]
    not_cancelled: list[int]
    struck: Counter[str]


class FaultInjector:
    """Makes workers die or freeze at the boundaries of their steps, by chance."""

    def __init__(self, store: RefundingStore, schedule: Schedule) -> None:
        self.is_at_work = True
        self.struck: Counter[str] = Counter()
        self._store = store
        self._schedule = schedule
        self._random = Random(schedule.seed)
        self._lock = threading.Lock()
        self._quiet = threading.Condition()
        self._under_way = 0
        self._ahead = 0.0
        self._is_frozen = False

    def inject(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Put it between the worker and its ledger, and between the worker and the store."""
        times = SimpleNamespace(
            time=lambda: time.time() + self._ahead, monotonic=lambda: time.monotonic() + self._ahead
        )
        monkeypatch.setattr(lease, "time", times)
        for module, name in (
            (reversal_ledger, "claim"),
            (reversal_ledger, "mark_sending"),
            (reversal_ledger, "settle"),
            (sending, "list_refunds"),
            (doubles, "list_refunds"),
            (sending, "get_order"),
            (sending, "set_order_status"),
            (refund_request, "quote_refund"),
        ):
            monkeypatch.setattr(module, name, self._with_faults(getattr(module, name)))
        monkeypatch.setattr(sending, "create_refund", self._with_faults(self._watched(sending.create_refund)))

    def jump(self) -> None:
        """Let a little more than a lease go by, while no refund is on its way to the store."""
        with self._quiet, psycopg.connect(self._store.shop.crm_url, application_name="keep") as crm:
            self._quiet.wait_for(lambda: self._under_way == 0)
            crm.execute(AGE_LEDGER, {"seconds": LEASE_AND_A_BIT})
            self._ahead += LEASE_AND_A_BIT

    def _with_faults(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, with a crash lurking on both sides of it, and a freeze after it."""

        def faulty(*arguments: Any, **named: Any) -> Any:
            self._perhaps_crash(arguments)
            result = function(*arguments, **named)
            self._perhaps_crash(arguments)
            self._perhaps_freeze(self._schedule.freezes)
            return result

        return faulty

    def _watched(self, create_refund: Callable[..., Any]) -> Callable[..., Any]:
        """Freezes right before the check that precedes a request: while waiting for the quota, say."""

        def watched(*arguments: Any, may_leave: Callable[[], bool], **named: Any) -> Any:
            is_under_way = False

            def check() -> bool:
                nonlocal is_under_way
                self._answered(is_under_way)  # an earlier attempt of this call
                self._perhaps_freeze(self._schedule.waits)
                with self._quiet:
                    is_under_way = may_leave()
                    self._under_way += is_under_way
                return is_under_way

            try:
                return create_refund(*arguments, may_leave=check, **named)
            finally:
                self._answered(is_under_way)

        return watched

    def _answered(self, is_under_way: bool) -> None:
        with self._quiet:
            self._under_way -= is_under_way
            self._quiet.notify_all()

    def _perhaps_crash(self, arguments: tuple[Any, ...]) -> None:
        with self._lock:
            if not (self.is_at_work and self._random.random() < self._schedule.crashes):
                return
            self.struck["crashes"] += 1
        if isinstance(arguments[0], psycopg.Connection):
            arguments[0].close()  # a process that dies tidies nothing up
        raise Crash

    def _perhaps_freeze(self, chance: float) -> None:
        """The caller stands still for three leases, while another worker goes on."""
        with self._lock:
            left = self._schedule.most_freezes - self.struck["freezes"]
            if not (self.is_at_work and left > 0 and not self._is_frozen) or self._random.random() >= chance:
                return
            self._is_frozen = True
            self.struck["freezes"] += 1
        try:
            for _ in range(LEASES_OF_A_FREEZE):
                self.jump()
                run_workers(self._store, 1)
        finally:
            self._is_frozen = False


def run_workers(store: RefundingStore, workers: int) -> None:
    """Workers of refunds and cancellations side by side, until each has ended or died."""

    def work(crm: psycopg.Connection[Any]) -> None:
        reversal_ledger.select_new(crm, 1)
        crm.commit()
        store.worker(crm).run()

    run_side_by_side(store.shop.crm_url, workers, work)


def run_schedule(store: RefundingStore, schedule: Schedule, monkeypatch: pytest.MonkeyPatch) -> Outcome:
    """Let refunds and cancellations follow while everything fails, then in peace until nothing is open."""
    print(f"seed {schedule.seed}: {schedule}")
    random = Random(schedule.seed)
    shop, sandbox = store.shop, store.shop.sandbox
    shop.client_arguments = {
        "clock": VirtualClock(),
        "back_off": lambda longest: longest,
        # a store that a busy machine delays must not write after the client has left: a lease, which jumps
        # here, lasts longer than the client waits
        "read_timeout": 60,
        "patience": 60,
    }
    shop.crm.execute("SET application_name = 'keep'")
    shop.crm.commit()
    sandbox.settings.refund_takes_requests = random.choice([0, 0, 1])
    sandbox.settings.refund_reason_shown = random.choice([("refund",), ("items",), ("refund", "items")])
    print(sandbox.settings)
    orders = [shop.order(quantity=8, variant=random.randrange(8)) for _ in range(ORDERS)]
    shop.push()
    refunds: list[int] = []
    cancelled: list[int] = []
    injector = FaultInjector(store, schedule)
    injector.inject(monkeypatch)
    for number in range(ROUNDS_WITH_FAULTS):
        refunds += [store.refund(random.choice(orders), _amount(random)) for _ in range(REFUNDS_PER_ROUND)]
        if random.random() < 0.4 and (left := [each for each in orders if each not in cancelled]):
            cancelled.append(random.choice(left))
            store.cancel(cancelled[-1])
        _switch_faults_on(store, schedule, random, number)
        restart = threading.Timer(random.uniform(0, 0.3), _drop_connections, [store, injector.struck])
        if random.random() < schedule.restarts:
            restart.start()
        run_workers(store, 2)
        restart.cancel()
        injector.jump()
    sandbox.faults.clear()
    injector.is_at_work = False
    for _ in range(MOST_ROUNDS_TO_SETTLE):
        run_workers(store, 1)
        if not _open(store):
            break
        injector.jump()
    return _outcome(store, refunds, cancelled, injector.struck + sandbox.faults.struck)


def _amount(random: Random) -> Decimal:
    return Decimal(random.randrange(1, 50)).scaleb(-2)


def _switch_faults_on(store: RefundingStore, schedule: Schedule, random: Random, number: int) -> None:
    faults = store.shop.sandbox.faults
    faults.clear()
    faults.by_chance(schedule.seed * 100 + number, schedule.faults, path="/orders/", status=503)
    if random.random() < schedule.outages:
        status, times = random.choice([500, 502, 503, 504]), random.choice([2, 5, None])
        faults.add("status", path=random.choice(ROUTES), status=status, times=times)


def _drop_connections(store: RefundingStore, struck: Counter[str]) -> None:
    """What a restart of Postgres does to those who are connected."""
    with psycopg.connect(store.shop.crm_url, autocommit=True) as crm:
        crm.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name <> 'keep'"
        )
    struck["database restarts"] += 1


def _open(store: RefundingStore) -> dict[str, str]:
    rows = store.shop.rows("SELECT * FROM crm.order_reversal WHERE state <> 'pushed'")
    return {
        f"{row['kind']} {row['refund_id'] or row['order_id']}": f"{row['state']}: {row['reason']}"
        for row in rows
    }


def _outcome(
    store: RefundingStore, refunds: list[int], cancelled: list[int], struck: Counter[str]
) -> Outcome:
    in_store = store.in_store()
    outcome = Outcome(
        lost=[each for each in refunds if in_store[each] == 0],
        doubled=[each for each in refunds if in_store[each] > 1],
        open=_open(store),
        not_cancelled=[each for each in cancelled if store.status(each) not in (4, 5)],
        struck=struck,
    )
    print(
        f"refunds {len(refunds)}, lost {len(outcome.lost)}, doubled {len(outcome.doubled)}, cancelled "
        f"{len(cancelled)}, open {outcome.open}, {store.posts()} posts, struck {dict(struck)}"
    )
    return outcome
