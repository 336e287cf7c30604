"""Learns how many metafields a store takes in one batch: 50 at first, and fewer where it refuses so many.

The largest batch is documented nowhere; users of the API report 10 and 50.
"""

from __future__ import annotations

import threading

SIZES = (50, 25, 10, 5, 2, 1)
LARGEST_BATCH = SIZES[0]


class BatchSize:
    """The largest batch to send to one store; for any number of threads.

    `remembered` is the size once the store has refused larger ones; it is kept for the next sync. A store
    that only fails on larger ones may be busy, so what that teaches lasts only as long as this object.
    """

    def __init__(self, remembered: int = LARGEST_BATCH) -> None:
        self._lock = threading.Lock()
        self._current = self._remembered = remembered

    @property
    def current(self) -> int:
        """How many to send at once now."""
        with self._lock:
            return self._current

    @property
    def remembered(self) -> int:
        """How many the store is known to take, or LARGEST_BATCH."""
        with self._lock:
            return self._remembered

    def learn(self, size: int, *, refused: bool) -> None:
        """Learn that a larger batch, which was `refused` or failed, was taken in batches of this size."""
        with self._lock:
            self._current = min(self._current, size)
            if refused:
                self._remembered = min(self._remembered, size)


def next_smaller(size: int) -> int:
    """The size to try after a batch of this size, which is more than 1."""
    return next(smaller for smaller in SIZES if smaller < size)
