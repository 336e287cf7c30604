"""The embedded Postgres: a fresh database for each test, data kept between starts, no process left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from include.local.postgres import running_postgres
from include.local.supervisor import SystemFailed
from tests.support.project import PROJECT

CALLER = """
import sys, time
from pathlib import Path
from include.local.postgres import running_postgres

folder = Path(sys.argv[1])
with running_postgres(folder, log=folder / "log", durable=False):
    print("up", flush=True)
    time.sleep(60)
"""


def test_each_test_gets_a_migrated_database(crm: psycopg.Connection) -> None:
    assert crm.execute("SELECT count(*) FROM crm.data_source").fetchone() == (0,)


def test_data_outlive_a_restart(tmp_path: Path) -> None:
    for expected in (0, 1):
        with running_postgres(tmp_path, log=tmp_path / "log", durable=False) as server:
            server.create_database("kept")
            with psycopg.connect(server.url("kept")) as kept:
                kept.execute("CREATE TABLE IF NOT EXISTS row (number integer)")
                assert kept.execute("SELECT count(*) FROM row").fetchone() == (expected,)
                kept.execute("INSERT INTO row VALUES (1)")


@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_postgres_outlives_its_caller(tmp_path: Path, ended_by: signal.Signals) -> None:
    caller = subprocess.Popen(
        [sys.executable, "-c", CALLER, str(tmp_path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )
    assert caller.stdout is not None
    assert caller.stdout.readline() == b"up\n"
    family = psutil.Process(caller.pid).children(recursive=True)
    assert "postgres" in _names(family)
    caller.send_signal(ended_by)
    caller.wait()
    _, alive = psutil.wait_procs(family, timeout=10)
    assert alive == []


def _names(processes: list[psutil.Process]) -> set[str]:
    """What they are called; the backend of a connection that was just closed may have ended by now."""
    names = set()
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            names.add(process.name())
    return names


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    with running_postgres(tmp_path, log=tmp_path / "log", durable=False):
        pass
    (tmp_path / "data" / "PG_VERSION").write_text("1\n")
    with (
        pytest.raises(SystemFailed, match="postgres ended with exit code 1") as failure,
        running_postgres(tmp_path, log=tmp_path / "log", durable=False),
    ):
        pass
    assert "not compatible" in str(failure.value)
