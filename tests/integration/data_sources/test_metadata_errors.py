"""What Airflow's metadata database says when it does not do what is asked, told apart by its cause."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from include.airflow_metadata.session import metadata_session
from include.command_line import run
from include.database_errors import DatabaseAccessDenied, DatabaseError, DatabaseNotReady, DatabaseUnavailable
from include.local.ports import free_port
from include.local.postgres import Postgres

UseDatabase = Callable[[str], None]


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> UseDatabase:
    """Let Airflow's sessions be of the database at this address."""
    from airflow.utils import session

    def use(address: str) -> None:
        @contextmanager
        def create_session() -> Iterator[Session]:
            with Session(create_engine(address)) as opened:
                yield opened

        monkeypatch.setattr(session, "create_session", create_session)

    return use


def read_dags() -> None:
    with metadata_session() as session:
        session.execute(text("SELECT 1 FROM dag"))


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        (lambda url, port: url.replace(f":{port}/", f":{free_port(0)}/"), DatabaseUnavailable, "be reached"),
        (
            lambda url, port: url.replace("postgres:", "nobody:"),
            DatabaseAccessDenied,
            "user name or password",
        ),
        (lambda url, port: url.replace("@127.0.0.1", "@no-such-host.invalid"), DatabaseAccessDenied, "host"),
        (lambda url, port: f"{url}_nowhere", DatabaseAccessDenied, "does not exist"),
        (lambda url, port: f"{url}?sslmode=require", DatabaseAccessDenied, "encrypted"),
        (lambda url, port: url, DatabaseNotReady, "was never migrated"),
    ],
)
def test_each_cause_of_a_metadata_error_has_its_own_sentence(
    postgres: Postgres,
    use: UseDatabase,
    change: Callable[[str, int], str],
    kind: type[DatabaseError],
    words: str,
) -> None:
    use(change(postgres.airflow_url("postgres"), postgres.port))
    with pytest.raises(kind, match=words) as failed:
        read_dags()
    assert "Airflow metadata database" in failed.value.sentence
    assert postgres.password not in f"{failed.value} {failed.value.for_terminal}"


def test_command_says_it_in_one_line_and_exits_with_1(
    postgres: Postgres,
    use: UseDatabase,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("_AIRFLOW_PROCESS_CONTEXT", "")
    use(postgres.airflow_url("postgres").replace(f":{postgres.port}/", f":{free_port(0)}/"))

    def read(options: argparse.Namespace) -> None:
        read_dags()

    assert run(argparse.Namespace(run=read, verbose=False, json=False)) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("The Airflow metadata database cannot be reached")
