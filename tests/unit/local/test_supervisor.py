"""What a person reads when a program of the demo ends by itself."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from include.local.supervisor import Program, Supervised, SystemFailed, supervise

PATIENCE_SECONDS = 30.0


@pytest.mark.parametrize(
    ("last_words", "said"),
    [
        ("sys.exit(3)", "worker ended with exit code 3."),
        ("os.kill(os.getpid(), signal.SIGKILL)", "worker was killed by SIGKILL."),
    ],
)
def test_program_that_ends_is_named_with_its_last_lines(tmp_path: Path, last_words: str, said: str) -> None:
    script = f"import os, signal, sys; print('the last line ' * 50, flush=True); {last_words}"
    log = tmp_path / "worker.log"
    with (
        supervise([Program("worker", [sys.executable, "-c", script], str(log))]) as running,
        pytest.raises(SystemFailed) as failure,
    ):
        _check_until_it_fails(running)
    last_line = ("the last line " * 50)[:200]  # a terminal need not be filled with one line of a log
    assert str(failure.value).splitlines() == [said, f"    {last_line}", f"The whole log: {log}"]


def test_program_that_ends_while_others_are_started_is_noticed(tmp_path: Path) -> None:
    log = str(tmp_path / "worker.log")
    others = [Program(f"other {number}", ["sleep", "60"], f"{log}.{number}") for number in range(20)]
    with (
        supervise([Program("worker", ["false"], log), *others]) as running,
        pytest.raises(SystemFailed, match="worker ended with exit code 1"),
    ):
        _check_until_it_fails(running)


def _check_until_it_fails(running: Supervised) -> None:
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up_at:
        running.check()
        time.sleep(0.05)
