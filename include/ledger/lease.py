"""The lease under which a worker holds rows of a ledger, and until when a request may leave under it."""

from __future__ import annotations

import os
import socket
import time
import uuid

# Longer than a request can take with all the client's patience (300 s) and timeouts (65 s): while a lease
# lasts, its order or refund may still be on its way.
LEASE_SECONDS = 900.0


def worker_name() -> str:
    """A name that no other worker has."""
    return f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"


class Deadline:
    """Starts when the row is marked `sending`, before its lease does.

    A request may leave during the first third of the lease: with the client's timeouts its answer is there
    before another worker can claim the row. Both clocks count, because one of them may stand still or be
    set back while the process or the machine sleeps.
    """

    def __init__(self, lease_seconds: float) -> None:
        self._lease_seconds = lease_seconds
        self._wall_clock = time.time()
        self._monotonic = time.monotonic()

    @property
    def _elapsed(self) -> float:
        return max(time.time() - self._wall_clock, time.monotonic() - self._monotonic)

    def is_ahead(self) -> bool:
        """Whether a request may still leave."""
        return self._elapsed <= self._lease_seconds / 3

    @property
    def is_over(self) -> bool:
        """Whether the lease may have ended meanwhile."""
        return self._elapsed >= self._lease_seconds
