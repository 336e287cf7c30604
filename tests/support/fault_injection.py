"""What the fault schedules of orders and of refunds share: workers that die or freeze, and their clock."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from types import ModuleType, SimpleNamespace
from typing import Any

import psycopg
import pytest

from include.errors import ActionableError
from include.ledger import lease
from include.sandbox.faults.faults import FaultKind
from tests.support.store_clients import VirtualClock

# A frozen worker sleeps through three leases: another one claims, looks up, looks up again and sends.
LEASES_OF_A_FREEZE = 3
LEASE_AND_A_BIT = int(lease.LEASE_SECONDS) + 1
# A connection by this name survives when the others are dropped.
KEPT = "keep"
FAULTS: dict[FaultKind, float] = {
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


@dataclass
class Chances:
    """How often workers die and freeze; the seed decides when."""

    seed: int
    crashes: float = 0.02
    freezes: float = 0.03  # between two steps
    waits: float = 0.1  # right before a request, as for the quota
    most_freezes: int = 2


class FreezableTime:
    """The time of ledger and deadlines, which can jump while no request that writes is under way.

    A jump during such a request would be a request that takes longer than the client's timeouts allow.
    `age_ledger` is a statement that moves all times of the ledger by so many %(seconds)s.
    """

    def __init__(self, crm_url: str, age_ledger: str) -> None:
        self._crm_url = crm_url
        self._age_ledger = age_ledger
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
        with self._quiet, psycopg.connect(self._crm_url, application_name=KEPT) as crm:
            self._quiet.wait_for(lambda: self._under_way == 0)
            crm.execute(self._age_ledger.encode(), {"seconds": LEASE_AND_A_BIT})
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
    """Makes workers die or freeze at the boundaries of their steps, by chance and at a random time.

    `another_works` lets another worker do what is due while one is frozen.
    """

    def __init__(self, chances: Chances, times: FreezableTime, another_works: Callable[[], None]) -> None:
        self.time = times
        self.is_at_work = True
        self.dies_at = float("inf")
        self.struck: Counter[str] = Counter()
        self._chances = chances
        self._another_works = another_works
        self._random = Random(chances.seed)
        self._lock = threading.Lock()
        self._is_frozen = False

    def inject(
        self,
        monkeypatch: pytest.MonkeyPatch,
        steps: Sequence[tuple[ModuleType, str]],
        write: tuple[ModuleType, str],
    ) -> None:
        """Put it around these functions of a worker: its `steps`, and the one that writes to the store."""
        monkeypatch.setattr(lease, "time", self.time.as_module())
        for module, name in steps:
            monkeypatch.setattr(module, name, self._with_faults(getattr(module, name)))
        monkeypatch.setattr(*write, self._with_faults(self._watched(getattr(*write))))

    def _with_faults(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, with a crash lurking on both sides of it, and a freeze after it."""

        def faulty(*arguments: Any, **named: Any) -> Any:
            self._perhaps_crash(arguments)
            result = function(*arguments, **named)
            self._perhaps_crash(arguments)
            self._perhaps_freeze(self._chances.freezes)
            return result

        return faulty

    def _watched(self, write: Callable[..., Any]) -> Callable[..., Any]:
        """Freezes right before the check that precedes a request: while waiting for the quota, say."""

        def watched(*arguments: Any, may_leave: Callable[[], bool], **named: Any) -> Any:
            is_under_way = False

            def check() -> bool:
                nonlocal is_under_way
                if is_under_way:  # an earlier attempt of this call
                    self.time.answered()
                    is_under_way = False
                self._perhaps_freeze(self._chances.waits)
                is_under_way = self.time.leaves(may_leave)
                return is_under_way

            try:
                return write(*arguments, may_leave=check, **named)
            finally:
                if is_under_way:
                    self.time.answered()

        return watched

    def _perhaps_crash(self, arguments: tuple[Any, ...]) -> None:
        with self._lock:
            is_time = time.monotonic() >= self.dies_at
            if not (self.is_at_work and (is_time or self._random.random() < self._chances.crashes)):
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
            left = self._chances.most_freezes - self.struck["freezes"]
            if not (self.is_at_work and left > 0 and not self._is_frozen):
                return
            if self._random.random() >= chance:
                return
            self._is_frozen = True
            self.struck["freezes"] += 1
        try:
            for _ in range(LEASES_OF_A_FREEZE):
                self.time.jump()
                self._another_works()
        finally:
            self._is_frozen = False


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


def patient_client() -> dict[str, Any]:
    """Arguments of a client whose store is delayed by a busy machine.

    The store must not write after the client has left: a lease, which jumps here, lasts longer than the
    client waits.
    """
    return {
        "clock": VirtualClock(),
        "back_off": lambda longest: longest,
        "read_timeout": 60,
        "patience": 60,
    }


def keep_connected(crm: psycopg.Connection[Any]) -> None:
    """Leave this connection alone when the others are dropped."""
    crm.execute("SELECT set_config('application_name', %s, false)", [KEPT])
    crm.commit()


def drop_connections(crm_url: str) -> None:
    """What a restart of Postgres does to those who are connected."""
    with psycopg.connect(crm_url, autocommit=True) as crm:
        crm.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name <> %s",
            [KEPT],
        )
