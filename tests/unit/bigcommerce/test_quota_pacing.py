"""The pacer against a simulated store: other apps spend its quota too, answers come late and out of order."""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.bigcommerce.quota_pacing import Pacer, SystemClock

WINDOW = 30.0
FOR_EVER = 1e9


@dataclass
class Simulation:
    """Time, and what happens at which time; it passes while the pacer waits, as far as the next event."""

    seconds: float = 0.0
    events: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    numbers: itertools.count[int] = field(default_factory=itertools.count)

    def now(self) -> float:
        return self.seconds

    def at(self, seconds: float, event: Callable[[], None]) -> None:
        heapq.heappush(self.events, (seconds, next(self.numbers), event))

    def wait(self, condition: threading.Condition, seconds: float) -> None:
        self.pass_until(self.seconds + seconds, stop_after_one=True)

    def pass_until(self, until: float, *, stop_after_one: bool = False) -> None:
        while self.events and self.events[0][0] <= until:
            self.seconds, _, event = heapq.heappop(self.events)
            event()
            if stop_after_one:
                return
        self.seconds = max(self.seconds, until)


@dataclass
class Store:
    """A quota per fixed window, which begins with its first request."""

    time: Simulation
    quota: int
    spent: int = 0
    window: int = 0
    ends: float = float("-inf")
    refused: int = 0

    def spend(self) -> dict[str, str]:
        if self.time.now() >= self.ends:
            self.window, self.ends, self.spent = self.window + 1, self.time.now() + WINDOW, 0
        self.refused += self.spent >= self.quota
        self.spent += 1
        return {
            "X-Rate-Limit-Requests-Left": str(max(0, self.quota - self.spent)),
            "X-Rate-Limit-Requests-Quota": str(self.quota),
            "X-Rate-Limit-Time-Window-Ms": str(int(WINDOW * 1000)),
            "X-Rate-Limit-Time-Reset-Ms": str((self.ends - self.time.now()) * 1000),
        }


def run(quota: int, delays: list[float], others_at: list[float], in_flight: int = 3) -> tuple[Store, float]:
    """Send one request per delay (how late its answer is); the store, and when the last one left."""
    time = Simulation()
    pacer, store = Pacer(time), Store(time, quota)
    known: dict[int, tuple[float, int]] = {}  # what answers said: when each window ends, the least left
    unanswered = 0
    for seconds in others_at:
        time.at(seconds, lambda: [store.spend(), None][1])

    def answer(headers: dict[str, str], window: int, ends: float, throttled: bool) -> None:
        nonlocal unanswered
        unanswered -= 1
        left = int(headers["X-Rate-Limit-Requests-Left"])
        known[window] = (ends, min(left, known[window][1] if window in known else left))
        pacer.answered(headers, throttled=throttled)

    for delay in delays:
        while unanswered == in_flight:
            time.pass_until(time.events[0][0], stop_after_one=True)
        asked_at = time.now()
        assert pacer.take_turn(not_before=0, give_up_at=FOR_EVER), "it came to a turn"
        assert time.now() - asked_at <= 2 * WINDOW, "it did not wait longer than the headers asked for"
        if known:
            ends, left = known[max(known)]
            assert time.now() >= ends or left > unanswered, "sent although known to be refused"
        unanswered += 1
        refused_before = store.refused
        headers = store.spend()
        throttled, window, ends = store.refused > refused_before, store.window, store.ends
        time.at(
            time.now() + delay,
            lambda headers=headers, window=window, ends=ends, throttled=throttled: answer(  # type: ignore[misc]
                headers, window, ends, throttled
            ),
        )
    return store, time.now()


late = st.floats(0, WINDOW / 3)


@settings(deadline=None)
@given(st.integers(3, 12), st.lists(late, min_size=1, max_size=60))
def test_alone_in_the_store_no_request_is_ever_refused(quota: int, delays: list[float]) -> None:
    store, _ = run(quota, delays, [])
    assert store.refused == 0


@settings(deadline=None)
@given(st.integers(1, 12), st.lists(late, min_size=1, max_size=60), st.lists(st.floats(0, 120), max_size=60))
def test_beside_other_apps_nothing_is_sent_that_the_headers_say_would_be_refused(
    quota: int, delays: list[float], others_at: list[float]
) -> None:
    run(quota, delays, others_at)


def test_the_whole_quota_is_used() -> None:
    _, ended_at = run(quota=150, delays=[0.1] * 450, others_at=[])
    assert ended_at < 3 * WINDOW


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.dictionaries(
                st.sampled_from(
                    [
                        "X-Rate-Limit-Requests-Left",
                        "X-Rate-Limit-Time-Reset-Ms",
                        "X-Rate-Limit-Time-Window-Ms",
                        "X-Retry-After",
                    ]
                ),
                st.one_of(st.text(max_size=5), st.integers(-5, 10**6).map(str), st.floats().map(str)),
            ),
            st.booleans(),
        ),
        max_size=10,
    )
)
def test_whatever_headers_say_nobody_waits_beyond_his_patience(
    answers: list[tuple[dict[str, str], bool]],
) -> None:
    time = Simulation()
    pacer = Pacer(time)
    for headers, throttled in answers:
        give_up_at = time.now() + 300
        if pacer.take_turn(not_before=0, give_up_at=give_up_at):
            pacer.answered(headers, throttled=throttled)
        assert time.now() <= give_up_at


def test_an_answer_from_a_window_gone_by_does_not_count() -> None:
    time = Simulation()
    pacer = Pacer(time)
    for _ in range(2):
        assert pacer.take_turn(not_before=0, give_up_at=FOR_EVER)
    pacer.answered({"X-Rate-Limit-Requests-Left": "100", "X-Rate-Limit-Time-Reset-Ms": "30000"})
    pacer.answered({"X-Rate-Limit-Requests-Left": "0", "X-Rate-Limit-Time-Reset-Ms": "40"})
    assert pacer.take_turn(not_before=0, give_up_at=FOR_EVER)
    assert time.now() == 0


def test_less_than_nothing_left_is_nothing_left() -> None:
    time = Simulation()
    pacer = Pacer(time)
    assert pacer.take_turn(not_before=0, give_up_at=FOR_EVER)
    pacer.answered({"X-Rate-Limit-Requests-Left": "-3", "X-Rate-Limit-Time-Reset-Ms": "12000"})
    assert pacer.take_turn(not_before=0, give_up_at=FOR_EVER)
    assert time.now() == 12


def test_window_that_would_never_end_ends_after_its_length() -> None:
    time = Simulation()
    pacer = Pacer(time)
    assert pacer.take_turn(not_before=0, give_up_at=FOR_EVER)
    pacer.answered({"X-Rate-Limit-Requests-Left": "0", "X-Rate-Limit-Time-Reset-Ms": "999999999"})
    assert pacer.take_turn(not_before=0, give_up_at=WINDOW)


@pytest.mark.parametrize(
    "headers",
    [
        {
            "X-Rate-Limit-Requests-Left": "0",
            "X-Rate-Limit-Time-Reset-Ms": "1e30",
            "X-Rate-Limit-Time-Window-Ms": "1e300",
        },
        {"X-Retry-After": "1e308"},
        {"X-Retry-After": "1761031680"},  # a date, in seconds since 1970
    ],
)
def test_time_that_no_store_takes_closes_the_store_for_no_longer_than_a_window(
    headers: dict[str, str],
) -> None:
    pacer = Pacer(Simulation())
    assert pacer.take_turn(not_before=0, give_up_at=FOR_EVER)
    pacer.answered(headers, throttled=True)
    assert pacer.take_turn(not_before=0, give_up_at=WINDOW)


def test_who_waits_is_woken_by_an_answer_that_leaves_him_a_turn() -> None:
    one_left = {"X-Rate-Limit-Requests-Left": "1", "X-Rate-Limit-Time-Reset-Ms": "60000"}
    clock = SystemClock()
    pacer = Pacer(clock)
    for _ in range(2):
        assert pacer.take_turn(not_before=0, give_up_at=clock.now())
    pacer.answered(one_left)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(pacer.take_turn, not_before=0, give_up_at=clock.now() + 100)
        assert not wait([waiting], timeout=0.1).done
        pacer.answered(one_left)
        assert waiting.result(timeout=5)


@pytest.mark.parametrize("give_up_at", [5.0, FOR_EVER])
def test_a_stopped_pacer_gives_nobody_a_turn(give_up_at: float) -> None:
    pacer = Pacer(Simulation())
    pacer.stop()
    assert not pacer.take_turn(not_before=0, give_up_at=give_up_at)


def test_a_request_whose_answer_was_lost_counts_as_spent() -> None:
    time = Simulation()
    pacer = Pacer(time)
    quota = {"X-Rate-Limit-Requests-Left": "1", "X-Rate-Limit-Time-Reset-Ms": "30000"}
    assert pacer.take_turn(not_before=0, give_up_at=FOR_EVER)
    pacer.answered(quota)
    assert pacer.take_turn(not_before=0, give_up_at=FOR_EVER)
    pacer.answered({})
    assert not pacer.take_turn(not_before=0, give_up_at=WINDOW / 2)
    assert pacer.take_turn(not_before=0, give_up_at=FOR_EVER)
    assert time.now() >= WINDOW
