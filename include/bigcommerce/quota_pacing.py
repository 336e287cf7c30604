"""Decides when the next request may leave: never while the store's headers say that it would be refused.

The quota (150 or 450 requests per 30 s) belongs to the store and is shared by all its apps, so only the
headers of the latest answers say what is left; nothing can be computed ahead of them.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Mapping
from typing import Protocol

from include.bigcommerce.rate_limit_headers import read_rate_limit


class Clock(Protocol):
    """Time, as tests may replace it."""

    def now(self) -> float:
        """Seconds that only ever grow."""

    def wait(self, condition: threading.Condition, seconds: float) -> None:
        """Wait on a held condition until it is notified or the seconds are over."""


class SystemClock:
    """The real one."""

    def now(self) -> float:
        return time.monotonic()

    def wait(self, condition: threading.Condition, seconds: float) -> None:
        condition.wait(seconds)


class Pacer:
    """What the headers said of one store's quota; shared by all threads that talk to it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._news = threading.Condition()
        self._stopped = False
        self._unanswered = 0  # requests that may not be counted in _left yet
        self._left = math.inf  # requests left in the window that ends at _window_ends
        self._window_ends = -math.inf
        self._refused_until = -math.inf  # named by a 429

    def take_turn(self, *, not_before: float, give_up_at: float) -> bool:
        """Wait until one request may leave, and count it as unanswered.

        False, and nothing counted, if that would be after `give_up_at` or if the pacer was stopped.
        Times are those of the clock.
        """
        with self._news:
            while not self._stopped:
                now = self._clock.now()
                turn = max(not_before, self._refused_until)
                if self._left <= self._unanswered:
                    turn = max(turn, self._window_ends)
                if turn <= now:
                    self._unanswered += 1
                    return True
                if turn > give_up_at:
                    return False
                self._clock.wait(self._news, turn - now)
            return False

    def answered(self, headers: Mapping[str, str], *, throttled: bool = False) -> None:
        """Learn from an answer's headers (none if no answer came); `throttled` means it was a 429."""
        with self._news:
            self._unanswered -= 1
            now = self._clock.now()
            limit = read_rate_limit(headers)
            if limit.left is not None and limit.reset is not None:
                self._learn_window(limit.left, now + limit.reset, limit.window)
            else:
                # Nothing about the quota, as when the answer was lost: the request may have been counted.
                self._left -= 1
            if throttled:
                wait = max(limit.reset or 0.0, limit.retry_after)
                self._refused_until = max(self._refused_until, now + wait)
            self._news.notify_all()

    def give_back(self) -> None:
        """Give back a turn that was taken and is not used after all."""
        with self._news:
            self._unanswered -= 1
            self._news.notify_all()

    def stop(self) -> None:
        """Give nobody a turn any more; threads that wait for one go on at once."""
        with self._news:
            self._stopped = True
            self._news.notify_all()

    def _learn_window(self, left: float, ends: float, window: float) -> None:
        # Answers overtake each other. An end at about the same time means the same window: then the smallest
        # count and the latest end are the safe ones. A much earlier end means a window that is over.
        later = ends - self._window_ends
        if later >= window / 2 or self._window_ends <= self._clock.now():
            self._left, self._window_ends = left, ends
        elif later > -window / 2:
            self._left, self._window_ends = min(left, self._left), max(ends, self._window_ends)
