"""Seeded schedules of what can go wrong while refunds and cancellations follow their orders.

As tests/support/order_faults.py does for orders: answers lost before and after the write, crashes at every
boundary, workers frozen for longer than their lease, two workers side by side, dropped database connections,
outages of one route, asynchronous refunds, and reasons that come back in one place only.
"""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Any

import psycopg
import pytest

from include.crm import reversal_ledger
from include.order_refunds import duplicate_refunds, refund_request, sending
from include.sandbox.faults.faults import FaultKind
from tests.support.fault_injection import (
    FAULTS,
    Chances,
    FaultInjector,
    FreezableTime,
    drop_connections,
    keep_connected,
    patient_client,
    run_side_by_side,
)
from tests.support.refunding_store import RefundingStore

ROUNDS_WITH_FAULTS = 4
ORDERS = 4
REFUNDS_PER_ROUND = 3
MOST_ROUNDS_TO_SETTLE = 14
STEPS = (
    (reversal_ledger, "claim"),
    (reversal_ledger, "mark_sending"),
    (reversal_ledger, "settle"),
    (sending, "list_refunds"),
    (duplicate_refunds, "list_refunds"),
    (sending, "get_order"),
    (sending, "set_order_status"),
    (refund_request, "quote_refund"),
)
ROUTES = ("refund_quotes", "payment_actions/refunds", "/v2/orders")
AGE_LEDGER = """
    UPDATE crm.order_reversal
    SET next_attempt_at = next_attempt_at - make_interval(secs => %(seconds)s),
        lease_until = lease_until - make_interval(secs => %(seconds)s),
        sent_at = sent_at - make_interval(secs => %(seconds)s)
"""


@dataclass
class Schedule(Chances):
    """How often each thing goes wrong; the seed decides when."""

    crashes: float = 0.03
    freezes: float = 0.04
    waits: float = 0.15
    faults: dict[FaultKind, float] = field(default_factory=lambda: dict(FAULTS))
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
    shop.client_arguments = patient_client()
    keep_connected(shop.crm)
    sandbox.settings.refund_takes_requests = random.choice([0, 0, 1])
    sandbox.settings.refund_reason_shown = random.choice([("refund",), ("items",), ("refund", "items")])
    print(sandbox.settings)
    orders = [shop.order(quantity=8, variant=random.randrange(8)) for _ in range(ORDERS)]
    shop.push()
    refunds: list[int] = []
    cancelled: list[int] = []
    times = FreezableTime(shop.crm_url, AGE_LEDGER)
    injector = FaultInjector(schedule, times, lambda: run_workers(store, 1))
    injector.inject(monkeypatch, STEPS, (sending, "create_refund"))
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
        injector.time.jump()
    sandbox.faults.clear()
    injector.is_at_work = False
    for _ in range(MOST_ROUNDS_TO_SETTLE):
        run_workers(store, 1)
        if not _open(store):
            break
        injector.time.jump()
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
    drop_connections(store.shop.crm_url)
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
