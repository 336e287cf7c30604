"""The quota: requests per time window, shared by all apps of the store, and its headers."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

UNLIMITED = 1_000_000_000  # the headers' value without a limit


class Quota:
    """`requests` per `window_seconds`; None is unlimited. A window begins with its first request."""

    def __init__(
        self,
        requests: int | None = 450,
        window_seconds: float = 30.0,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._lock = Lock()
        self.change(requests, window_seconds)

    def change(self, requests: int | None, window_seconds: float = 30.0) -> None:
        """Start again with another quota."""
        with self._lock:
            self.requests = requests
            self.window_seconds = window_seconds
            self._ends_at = float("-inf")
            self._spent = 0

    def spend(self, requests: int = 1) -> bool:
        """Count requests of any app of the store; False if the quota refuses them."""
        with self._lock:
            self._begin_window_if_over()
            if self.requests is not None and self._spent + requests > self.requests:
                return False
            self._spent += requests
            return True

    def headers(self) -> dict[str, str]:
        """The four headers of every response."""
        with self._lock:
            self._begin_window_if_over()
            allowed = UNLIMITED if self.requests is None else self.requests
            left = allowed if self.requests is None else allowed - self._spent
            reset = max(0.0, self._ends_at - self._clock())
        return {
            "X-Rate-Limit-Requests-Left": str(left),
            "X-Rate-Limit-Requests-Quota": str(allowed),
            "X-Rate-Limit-Time-Window-Ms": str(round(self.window_seconds * 1000)),
            "X-Rate-Limit-Time-Reset-Ms": str(round(reset * 1000)),
        }

    def _begin_window_if_over(self) -> None:
        now = self._clock()
        if now >= self._ends_at:
            self._ends_at = now + self.window_seconds
            self._spent = 0
