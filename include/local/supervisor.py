"""Runs programs, and stops all of them when their caller ends, even if the caller is killed.

`supervise` starts this module as a separate process. It runs as long as its standard input is open: a caller
that ends, crashes or is killed with SIGKILL closes it. The supervisor then sends every program its stop
signal and, after GRACE_SECONDS, kills all descendants that are left. As a child subreaper (prctl(2)) it
inherits orphans, so it also finds a grandchild that left its parent's process group. If the supervisor itself
is killed, the kernel sends the stop signals (`setpriv --pdeathsig`).
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

GRACE_SECONDS = 5.0
LINES, LONGEST_LINE = 15, 200  # of a log, in a message
PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h


@dataclass(frozen=True)
class Program:
    """A program to run. `stop_signal` is the signal that makes it shut down cleanly."""

    name: str
    command: Sequence[str]
    log: str
    stop_signal: str = "TERM"


class SystemFailed(Exception):
    """A part of the system could not start or has ended. str() names it, its last lines and its log."""


def last_lines(log: Path) -> str:
    """The last lines of a log, indented and not too long, and the path of the log."""
    lines = (line[:LONGEST_LINE] for line in log.read_text(errors="replace").splitlines()[-LINES:])
    return "".join(f"    {line}\n" for line in lines) + f"The whole log: {log}"


def _ending(exit_code: int) -> str:
    """How a program ended, for people; the exit code of one that a signal ended is negative."""
    if exit_code >= 0:
        return f"ended with exit code {exit_code}"
    return f"was killed by {signal.Signals(-exit_code).name}"


class Supervised:
    """Programs kept running by a supervisor process."""

    def __init__(self, programs: Sequence[Program], supervisor: subprocess.Popen[str]) -> None:
        self.pid = supervisor.pid
        self._programs = {program.name: program for program in programs}
        self._supervisor = supervisor

    def check(self) -> None:
        """Raise SystemFailed, with its name, if a program has ended."""
        if self._supervisor.poll() is None:
            return
        assert self._supervisor.stdout is not None
        ended = json.loads(self._supervisor.stdout.read() or "{}")
        if not ended:
            raise SystemFailed(f"The supervisor of {', '.join(self._programs)} was killed.")
        log = Path(self._programs[ended["name"]].log)
        raise SystemFailed(f"{ended['name']} {_ending(ended['exit_code'])}.\n{last_lines(log)}")


@contextlib.contextmanager
def supervise(programs: Sequence[Program], environment: dict[str, str] | None = None) -> Iterator[Supervised]:
    """Run `programs` while the context is open. At its end, they and all their children are gone."""
    supervisor = subprocess.Popen(
        [sys.executable, str(Path(__file__)), json.dumps([asdict(program) for program in programs])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        start_new_session=True,  # Ctrl-C in the terminal reaches only the caller, which then closes stdin
    )
    assert supervisor.stdin is not None
    try:
        yield Supervised(programs, supervisor)
    finally:
        supervisor.stdin.close()
        supervisor.wait()


def _start(program: Program) -> subprocess.Popen[bytes]:
    Path(program.log).parent.mkdir(parents=True, exist_ok=True)
    with Path(program.log).open("wb") as log:
        return subprocess.Popen(
            ["setpriv", "--pdeathsig", program.stop_signal, "--", *program.command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _reap() -> dict[int, int]:
    """Exit codes by pid of the children (inherited ones too) that have ended since the last call."""
    ended = {}
    with contextlib.suppress(ChildProcessError):
        while (answer := os.waitpid(-1, os.WNOHANG))[0]:
            ended[answer[0]] = os.waitstatus_to_exitcode(answer[1])
    return ended


def _stop(running: dict[int, Program]) -> None:
    for pid, program in running.items():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.Signals[f"SIG{program.stop_signal}"])
    waiting_for = set(running)
    deadline = time.monotonic() + GRACE_SECONDS
    while waiting_for and time.monotonic() < deadline:
        time.sleep(0.02)
        waiting_for -= _reap().keys()
    while descendants := psutil.Process().children(recursive=True):
        for process in descendants:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        _reap()
        time.sleep(0.02)


def main() -> int:
    """Run the programs in argv until stdin closes (status 0) or one of them ends (1; stdout names it)."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    # A Popen that nobody keeps reaps its process itself, and nobody would hear that the program has ended.
    processes: list[subprocess.Popen[bytes]] = []
    running: dict[int, Program] = {}
    exit_code = 0
    try:
        for program in (Program(**each) for each in json.loads(sys.argv[1])):
            processes.append(_start(program))
            running[processes[-1].pid] = program
        while not select.select([sys.stdin], [], [], 0.2)[0]:
            ended = _reap()
            if first := next((pid for pid in ended if pid in running), None):
                print(json.dumps({"name": running.pop(first).name, "exit_code": ended[first]}), flush=True)
                exit_code = 1
                break
    finally:
        _stop(running)
    return exit_code


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    sys.exit(main())
