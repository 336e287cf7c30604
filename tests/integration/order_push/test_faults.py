"""The promise of the order push under seeded schedules of faults: lost 0, doubled 0, nothing stuck.

tests/support/order_faults.py describes what goes wrong. LONG=1 runs 200 seeds rather than two dozen.
The counter-checks switch one protection off each, and must find duplicates: so the test can fail.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from include.bigcommerce.orders import Found
from include.ledger.lease import Deadline
from include.ledger.settlements import LOOK_UPS_BEFORE_SENDING_AGAIN
from include.order_push import resend_check, settlements
from tests.support.order_faults import Outcome, Schedule, run_schedule
from tests.support.ordering_store import OrderingStore

Shop = Callable[..., OrderingStore]
SEEDS = range(200 if os.environ.get("LONG") else 24)
# All of them are lost after the write: only a look-up or a listing can tell that the store has the order.
LOST_ANSWERS: dict[Any, float] = {"reset_after_write": 0.5}


@pytest.mark.parametrize("seed", SEEDS)
def test_no_order_is_lost_none_is_doubled_and_none_is_stuck(
    shop: Shop, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = shop()
    outcome = run_schedule(store, Schedule(seed), monkeypatch)
    assert (outcome.lost, outcome.doubled, outcome.open) == ([], [], {}), f"seed {seed}"
    recorded = {row["bigcommerce_order_id"] for row in store.rows("SELECT * FROM crm.order_push")}
    ours = {order.id for order in store.sandbox.orders if order.external_source != "another-app"}
    assert recorded == ours, f"seed {seed}"


def test_without_look_ups_and_listings_orders_are_doubled(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_up = settlements.looked_up

    def blindly(held: Any, found: Any, delay: int, **named: Any) -> Any:
        return look_up(replace(held, lookups=LOOK_UPS_BEFORE_SENDING_AGAIN), Found([]), delay, **named)

    monkeypatch.setattr(settlements, "looked_up", blindly)
    _switch_listing_off(monkeypatch)
    outcome = run_schedule(shop(), Schedule(0, faults=LOST_ANSWERS, most_freezes=0, archives=0), monkeypatch)
    _only_doubled(outcome)


def test_without_the_listing_before_a_second_send_archived_orders_are_doubled(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    _switch_listing_off(monkeypatch)
    schedule = Schedule(0, faults=LOST_ANSWERS, most_freezes=0, archives=1, lists_archived=0)
    outcome = run_schedule(shop(), schedule, monkeypatch)
    _only_doubled(outcome)


def test_without_the_deadline_orders_of_a_frozen_worker_are_doubled(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Deadline, "is_ahead", lambda _: True)
    schedule = Schedule(
        0, faults={}, crashes=0, freezes=0, waits=1, most_freezes=8, archives=0, disturbances=0
    )
    _only_doubled(run_schedule(shop(), schedule, monkeypatch))


def _switch_listing_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resend_check, "orders_since", lambda *_: resend_check.StoreOrders())


def _only_doubled(outcome: Outcome) -> None:
    assert outcome.doubled, "this protection must have been needed"
    assert outcome.lost == []
