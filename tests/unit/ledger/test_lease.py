"""A request leaves only while its lease is fresh, by whichever clock has gone further."""

from __future__ import annotations

import pytest

from include.ledger import lease
from include.ledger.lease import Deadline


class Clocks:
    """The wall clock, which can be set back, and the monotonic one, which may stand still during a sleep."""

    def __init__(self) -> None:
        self.wall = 1_000.0
        self.steady = 50.0

    def time(self) -> float:
        return self.wall

    def monotonic(self) -> float:
        return self.steady


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> Clocks:
    clocks = Clocks()
    monkeypatch.setattr(lease, "time", clocks)
    return clocks


def test_request_may_leave_during_the_first_third_of_the_lease(clocks: Clocks) -> None:
    deadline = Deadline(900)
    clocks.wall += 300
    clocks.steady += 300
    assert deadline.is_ahead()
    assert not deadline.is_over
    clocks.wall += 1
    assert not deadline.is_ahead()


@pytest.mark.parametrize(("wall", "steady"), [(-3_600, 900), (900, 0)])
def test_lease_is_over_by_either_clock(clocks: Clocks, wall: float, steady: float) -> None:
    """The wall clock was set back by an hour; the monotonic one stood still while the machine slept."""
    deadline = Deadline(900)
    clocks.wall += wall
    clocks.steady += steady
    assert deadline.is_over
    assert not deadline.is_ahead()
