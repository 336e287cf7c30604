"""Parts of a system that can be killed one by one, and are started again when they have ended.

What Docker Compose does under `restart: always`: the supervisor of include/local ends all its programs when
one ends, so here each part has one of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress

import psutil

from include.local.supervisor import Supervised, SystemFailed


class Part:
    """Something that runs under a supervisor; `begin(number)` starts it for the `number`-th time."""

    def __init__(self, begin: Callable[[int], AbstractContextManager[Supervised]]) -> None:
        self.starts = 0
        self._begin = begin
        self._stack = ExitStack()
        self._running: Supervised | None = None

    def start(self) -> None:
        """Start it, for the first time or again."""
        self.starts += 1
        self._running = self._stack.enter_context(self._begin(self.starts))

    def stop(self) -> None:
        """Stop it in an orderly way, if it runs."""
        self._running = None
        self._stack.close()

    def kill(self) -> None:
        """Kill all its processes at once with SIGKILL, as when its machine loses power."""
        for process in self._processes():
            with suppress(psutil.NoSuchProcess):  # some end by themselves when the first is gone
                process.kill()
        self.stop()

    def check(self) -> None:
        """Return if it runs; raise SystemFailed, which says why, if it ended by itself."""
        if self._running is not None:
            self._running.check()

    def has_ended(self) -> bool:
        """Whether it does not run: it was killed, or ended by itself."""
        try:
            self.check()
        except SystemFailed:
            self.stop()
        return self._running is None

    def cpu_seconds(self) -> float:
        """Seconds of processor time of all its processes, also of those that they have seen end."""
        return sum(sum(process.cpu_times()[:4]) for process in self._processes())

    def _processes(self) -> list[psutil.Process]:
        if self._running is None:
            return []
        return psutil.Process(self._running.pid).children(recursive=True)
