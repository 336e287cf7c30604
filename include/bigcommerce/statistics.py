"""Counts what a client does."""

from __future__ import annotations

import threading


class Statistics:
    """What a client has done so far; safe to read and to update from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.requests = 0  # sent, retries included
        self.retries = 0
        self.throttled = 0  # answered with 429
        self.seconds_waited = 0.0  # for the quota and between retries, summed over threads

    def add(self, *, requests: int = 0, retries: int = 0, throttled: int = 0, seconds: float = 0.0) -> None:
        with self._lock:
            self.requests += requests
            self.retries += retries
            self.throttled += throttled
            self.seconds_waited += seconds
