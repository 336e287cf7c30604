"""The promise for refunds under seeded schedules of faults: lost 0, doubled 0, nothing stuck.

tests/support/refund_faults.py describes what goes wrong. LONG=1 runs 100 seeds rather than a dozen. The
counter-checks switch one protection off each, and must find duplicates: so the test can fail.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

from include.ledger.lease import Deadline
from include.order_refunds import look_up, settlements
from tests.support.refund_faults import Outcome, Schedule, run_schedule
from tests.support.refunding_store import RefundingStore

Make = Callable[..., RefundingStore]
SEEDS = range(100 if os.environ.get("LONG") else 12)
# All of them are lost after the write: only a look-up can tell that the store has the refund.
LOST_ANSWERS: dict[Any, float] = {"reset_after_write": 0.5}


@pytest.mark.parametrize("seed", SEEDS)
def test_no_refund_is_lost_none_is_doubled_and_none_is_stuck(
    refunding: Make, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = refunding()
    outcome = run_schedule(store, Schedule(seed), monkeypatch)
    assert (outcome.lost, outcome.doubled, outcome.open) == ([], [], {}), f"seed {seed}"
    assert outcome.not_cancelled == [], f"seed {seed}"
    rows = store.shop.rows("SELECT * FROM crm.order_reversal WHERE kind = 'refund'")
    assert {row["bigcommerce_refund_id"] for row in rows} == {
        refund.id for refund in store.shop.sandbox.refunds
    }, f"seed {seed}"


def test_without_look_ups_refunds_are_doubled(refunding: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(look_up, "matches", lambda *_: [])
    monkeypatch.setattr(settlements, "LOOK_UPS_BEFORE_SENDING_AGAIN", 1)
    _only_doubled(run_schedule(refunding(), Schedule(0, faults=LOST_ANSWERS, most_freezes=0), monkeypatch))


def test_without_the_deadline_refunds_of_a_frozen_worker_are_doubled(
    refunding: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Deadline, "is_ahead", lambda _: True)
    schedule = Schedule(0, faults={}, crashes=0, freezes=0, waits=1, most_freezes=8, outages=0, restarts=0)
    outcome = run_schedule(refunding(), schedule, monkeypatch)
    _only_doubled(outcome)
    alarmed = {name for name, why in outcome.open.items() if "more than once" in why}
    assert alarmed == {f"refund {each}" for each in outcome.doubled}


def _only_doubled(outcome: Outcome) -> None:
    assert outcome.doubled, "this protection must have been needed"
    assert outcome.lost == []
