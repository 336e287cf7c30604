"""Time, CPU and memory of the process that asks, and the CPU of a Postgres server. Linux, stdlib only.

Each script that is measured runs in a process of its own and prints what it measured as its last line.
"""

from __future__ import annotations

import os
import re
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

POSTGRES_VARIABLE = "BENCH_POSTGRES_PID"
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@contextmanager
def measured() -> Iterator[dict[str, float]]:
    """Seconds on the wall, of own CPU and of Postgres's CPU; they are in the dict when the context ends."""
    cost: dict[str, float] = {}
    postgres = int(os.environ[POSTGRES_VARIABLE])
    began = time.perf_counter(), own_cpu(), postgres_cpu(postgres)
    yield cost
    ended = time.perf_counter(), own_cpu(), postgres_cpu(postgres)
    names = ("seconds", "cpu", "postgres_cpu")
    cost.update({name: end - begin for name, begin, end in zip(names, began, ended, strict=True)})


def own_cpu() -> float:
    """CPU seconds, user and system, of this process with its threads and ended children."""
    usages = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def peak_memory() -> int:
    """The most bytes of memory this process had at once (resident).

    Not getrusage's ru_maxrss: that includes what the parent had when it started this process.
    """
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) * 1024


def postgres_cpu(pid: int) -> float:
    """CPU seconds of a server so far: of its first process, those that ended and those that run."""
    while True:
        first = _ticks(pid)
        ticks = sum(first)
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            with suppress(FileNotFoundError, ProcessLookupError):  # it ended meanwhile
                ticks += sum(_ticks(int(child))[:2])
        # a child that ends is counted with its parent from then on; if one just did, count again
        if _ticks(pid)[2:] == first[2:]:
            return ticks / TICKS_PER_SECOND


def _ticks(pid: int) -> list[int]:
    """utime, stime, cutime, cstime of a process: proc(5), fields 14 to 17 of stat."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return [int(field) for field in fields[11:15]]
