"""`make demo` without a terminal: it ends by itself, goes on where it left off, leaves no process behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg import sql

from include.local.environment import kept_secrets
from include.local.postgres import Postgres, running_postgres
from include.local.system import STORE_HASH
from tests.support.project import PROJECT
from tests.support.running_system import PATIENCE_SECONDS, wait_for


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the demos of this module share, as two `make demo` in one checkout do."""
    return tmp_path_factory.mktemp("demo")


@contextmanager
def demo(state: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "include.local.demo", "--state", str(state), "--products", "20"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture(scope="module")
def first_demo(state: Path) -> str:
    """What a demo in an empty folder prints."""
    return output_of_a_whole_demo(state)


def output_of_a_whole_demo(state: Path) -> str:
    with demo(state) as process:
        output, _ = process.communicate()
    print(output)
    assert process.returncode == 0
    return output


@pytest.mark.end_to_end
def test_the_second_demo_finds_everything_unchanged(state: Path, first_demo: str) -> None:
    for output, expected in ((first_demo, "new"), (output_of_a_whole_demo(state), "unchanged")):
        assert "Completed" in output
        assert f" {expected})" in output
        assert ("0 written back" in output) == (expected == "unchanged")
    wait_until_no_process_names(state)


@pytest.mark.end_to_end
def test_the_access_token_is_in_no_log_and_no_table_after_a_whole_demo(state: Path, first_demo: str) -> None:
    token = kept_secrets(state).store_token
    logs = [file for folder in ("logs", "airflow/logs") for file in (state / folder).rglob("*.log")]
    said = "".join(file.read_text(errors="replace") for file in logs)
    assert STORE_HASH in said  # what is looked for would be found
    assert token not in said
    with running_postgres(state / "postgres", log=state / "logs" / "postgres-alone.log") as postgres:
        assert {"connection", "dag_run"} <= tables_with(postgres, "airflow", STORE_HASH)
        for database in ("airflow", "crm"):
            assert tables_with(postgres, database, token) == set()


@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_demo_that_is_stopped_leaves_no_process_behind(state: Path, ended_by: signal.Signals) -> None:
    with demo(state) as process:
        assert process.stdout is not None
        while "Sandbox store" not in (line := process.stdout.readline()):
            assert line, "the demo ended early"
        family = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(ended_by)
        process.wait()
    _, alive = psutil.wait_procs(family, timeout=PATIENCE_SECONDS)
    assert alive == []
    wait_until_no_process_names(state)


def test_only_one_demo_at_a_time_uses_a_folder(state: Path) -> None:
    with demo(state) as first:
        assert first.stdout is not None
        first.stdout.readline()
        with demo(state) as second:
            output, _ = second.communicate()
    assert second.returncode == 1
    assert "The demo is already running" in output


def wait_until_no_process_names(state: Path) -> None:
    """A demo that is killed takes a moment: its supervisors give their programs some seconds to end."""
    wait_for(lambda: processes_with(state) == [], f"the end of all processes of {state}")


def processes_with(state: Path) -> list[list[str]]:
    """Command lines of the processes that name the folder."""
    return [
        each.info["cmdline"]
        for each in psutil.process_iter(["cmdline"])
        if str(state) in " ".join(each.info["cmdline"] or [])
    ]


def tables_with(postgres: Postgres, database: str, text: str) -> set[str]:
    """Names of the tables of a database that hold the text in some row."""
    with psycopg.connect(postgres.url(database)) as connection:
        tables = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables "
            "WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        found = set()
        for schema, table in tables:
            query = sql.SQL("SELECT EXISTS (SELECT FROM {} row WHERE strpos(row::text, %s) > 0)")
            row = connection.execute(query.format(sql.Identifier(schema, table)), [text]).fetchone()
            if row and row[0]:
                found.add(str(table))
    return found
