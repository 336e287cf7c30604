"""Each cause of a database error, really produced in Postgres, has its own sentence and next step."""

from __future__ import annotations

import argparse
import socket
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from include.command_line import run
from include.connections.crm import open_crm
from include.crm import data_sources
from include.database_errors import DatabaseAccessDenied, DatabaseError, DatabaseNotReady, DatabaseUnavailable
from include.local.ports import free_port
from include.local.postgres import Postgres


def use(monkeypatch: pytest.MonkeyPatch, address: str, **parts: object) -> None:
    """Let crm_db be this address, with another `user`, `password`, `host`, `port`, `database` or `query`."""
    found = urlsplit(address)
    host, port = parts.get("host", found.hostname), parts.get("port", found.port)
    login = f"{parts.get('user', found.username)}:{parts.get('password', found.password)}"
    database, query = parts.get("database", found.path.lstrip("/")), parts.get("query", found.query)
    changed = ("postgresql", f"{login}@{host}:{port}", f"/{database}", query, "")
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", urlunsplit(tuple(map(str, changed))))


def failure(kind: type[DatabaseError]) -> DatabaseError:
    """The error met by reading the data sources."""
    with pytest.raises(kind) as failed, open_crm(connect_timeout=5) as crm:
        data_sources.list_all(crm)
    return failed.value


@pytest.fixture
def reader(crm_url: str, server: psycopg.Connection) -> Iterator[str]:
    """A role that may log in, and nothing more."""
    server.execute("CREATE ROLE reader LOGIN PASSWORD 'reader'")
    yield "reader"
    with psycopg.connect(crm_url, autocommit=True) as crm:
        crm.execute("DROP OWNED BY reader")
    server.execute("DROP ROLE reader")


def test_port_where_nothing_listens_is_an_outage(crm_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, crm_url, port=free_port(0))
    error = failure(DatabaseUnavailable)
    assert "The CRM database cannot be reached" in error.sentence
    assert "Connection refused" in error.sentence


def test_server_that_accepts_and_never_answers_is_an_outage(
    crm_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        use(monkeypatch, crm_url, port=silent.getsockname()[1])
        with pytest.raises(DatabaseUnavailable, match="cannot be reached"), open_crm(connect_timeout=2):
            pass


@pytest.mark.parametrize("host", ["no-such-host.invalid", "crm..example.com", "x" * 70 + ".example.com"])
def test_unknown_host_is_for_the_administrator(
    crm_url: str, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    use(monkeypatch, crm_url, host=host)
    error = failure(DatabaseAccessDenied)
    assert "The host of the CRM database is unknown" in error.sentence
    assert "correct the host of the Airflow Connection crm_db" in error.next_step


@pytest.mark.parametrize("wrong", [{"password": "not-the-password"}, {"user": "nobody-of-that-name"}])
def test_wrong_login_is_for_the_administrator_and_shows_no_password(
    crm_url: str, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, object]
) -> None:
    use(monkeypatch, crm_url, **wrong)
    error = failure(DatabaseAccessDenied)
    assert "refuses the user name or password" in error.sentence
    assert "not-the-password" not in f"{error} {error.for_terminal}"


def test_database_that_does_not_exist_is_named(crm_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, crm_url, database="nowhere")
    error = failure(DatabaseAccessDenied)
    assert "does not exist on its server" in error.sentence
    assert "nowhere" in error.sentence


@pytest.mark.parametrize("query", ["sslmode=require", "sslmode=verify-full"])
def test_encryption_that_the_server_lacks_is_for_the_administrator(
    crm_url: str, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    use(monkeypatch, crm_url, query=query)
    error = failure(DatabaseAccessDenied)
    assert "No encrypted connection" in error.sentence
    assert "sslmode" in error.next_step


@pytest.mark.parametrize("query", ["sslmode=nonsense", "no_such_option=1", "options=-cno_such_setting%3D1"])
def test_setting_that_does_not_exist_is_for_the_administrator(
    crm_url: str, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    use(monkeypatch, crm_url, query=query)
    error = failure(DatabaseAccessDenied)
    assert "cannot be opened with these settings" in error.sentence
    assert any(word in error.sentence for word in ("nonsense", "no_such_option", "no_such_setting"))


def test_missing_right_is_named(crm_url: str, monkeypatch: pytest.MonkeyPatch, reader: str) -> None:
    use(monkeypatch, crm_url, user=reader, password=reader)
    error = failure(DatabaseNotReady)
    assert "lacks a right (permission denied for" in error.sentence
    assert "crm_db" in error.next_step


def test_right_to_connect_that_is_missing_is_named(
    crm_url: str, monkeypatch: pytest.MonkeyPatch, reader: str
) -> None:
    with psycopg.connect(crm_url, autocommit=True) as crm:
        crm.execute(f"REVOKE CONNECT ON DATABASE {crm.info.dbname} FROM PUBLIC".encode())
    use(monkeypatch, crm_url, user=reader, password=reader)
    assert "lacks a right (" in failure(DatabaseNotReady).sentence


def test_role_that_may_not_log_in_is_for_the_administrator(
    crm_url: str, monkeypatch: pytest.MonkeyPatch, reader: str, server: psycopg.Connection
) -> None:
    server.execute("ALTER ROLE reader NOLOGIN")
    use(monkeypatch, crm_url, user=reader, password=reader)
    assert "does not accept this user" in failure(DatabaseAccessDenied).sentence


def test_read_only_database_is_for_the_administrator(crm_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with psycopg.connect(crm_url, autocommit=True) as crm:
        name = crm.info.dbname
        crm.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on".encode())
    use(monkeypatch, crm_url)
    with pytest.raises(DatabaseNotReady, match="read-only, as a standby is") as failed, open_crm() as crm:
        data_sources.drain(crm, "store1")
    assert "primary server" in failed.value.next_step


def test_database_that_was_never_migrated_says_what_to_run(
    postgres: Postgres, server: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.execute("CREATE DATABASE unmigrated")
    try:
        monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", postgres.url("unmigrated"))
        error = failure(DatabaseNotReady)
    finally:
        server.execute("DROP DATABASE unmigrated WITH (FORCE)")
    assert "was never migrated" in error.sentence
    assert "python -m include.deploy" in error.for_terminal


def test_database_with_too_many_connections_is_an_outage(
    crm_url: str, monkeypatch: pytest.MonkeyPatch, reader: str
) -> None:
    with psycopg.connect(crm_url, autocommit=True) as crm:
        crm.execute(f"ALTER DATABASE {crm.info.dbname} CONNECTION LIMIT 1".encode())
        use(monkeypatch, crm_url, user=reader, password=reader)
        assert "too many connections" in failure(DatabaseUnavailable).sentence


def test_session_that_the_administrator_ends_is_an_outage(
    crm_url: str, server: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, crm_url)
    with pytest.raises(DatabaseUnavailable) as failed, open_crm() as crm:  # noqa: PT012
        server.execute("SELECT pg_terminate_backend(%s)", [crm.info.backend_pid])
        data_sources.list_all(crm)
    assert failed.value.is_retried


def test_connection_that_is_lost_is_an_outage(crm_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, crm_url)
    with pytest.raises(DatabaseUnavailable, match="was lost"), open_crm() as crm:  # noqa: PT012
        crm.close()
        data_sources.list_all(crm)


def test_deadlock_is_retried(crm_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, crm_url)
    with psycopg.connect(crm_url) as other, open_crm() as crm:
        for number in (1, 2):
            crm.execute("INSERT INTO crm.gateway VALUES (%s, 'A')", [number])
        crm.commit()
        crm.execute("SET LOCAL deadlock_timeout = '200ms'")
        update = "UPDATE crm.gateway SET name = 'B' WHERE biller_id = %s"
        crm.execute(update, [1])
        other.execute("SET LOCAL deadlock_timeout = '60s'")
        other.execute(update, [2])
        waiting = threading.Thread(target=lambda: other.execute(update, [1]))
        waiting.start()
        try:
            with pytest.raises(psycopg.errors.DeadlockDetected) as raw:
                crm.execute(update, [2])
        finally:
            crm.rollback()
            waiting.join()
            other.rollback()
    with pytest.raises(DatabaseUnavailable, match="changed the same rows") as failed, open_crm():
        raise raw.value
    assert failed.value.is_retried


def test_row_that_stays_locked_is_retried(crm_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, crm_url)
    with psycopg.connect(crm_url) as other:
        other.execute("LOCK TABLE crm.data_source")
        with pytest.raises(DatabaseUnavailable, match="Another process has locked rows"), open_crm() as crm:  # noqa: PT012
            crm.execute("SET LOCAL lock_timeout = '50ms'")
            data_sources.list_all(crm)


def test_query_over_its_time_limit_is_retried(crm_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, crm_url)
    with psycopg.connect(crm_url) as other:
        other.execute("LOCK TABLE crm.data_source")
        with (
            pytest.raises(DatabaseUnavailable, match="took too long"),
            open_crm(statement_timeout=1) as crm,
        ):
            data_sources.list_all(crm)


@pytest.mark.parametrize(
    ("sqlstate", "kind", "words"),
    [
        ("53100", DatabaseUnavailable, "disk space"),
        ("53200", DatabaseUnavailable, "memory"),
        ("40001", DatabaseUnavailable, "changed the same rows"),
        ("57P03", DatabaseUnavailable, "starting up"),
    ],
)
def test_each_sqlstate_of_the_server_has_its_own_error(
    crm_url: str, monkeypatch: pytest.MonkeyPatch, sqlstate: str, kind: type[DatabaseError], words: str
) -> None:
    use(monkeypatch, crm_url)
    with pytest.raises(kind, match=words), open_crm() as crm:
        crm.execute(f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{sqlstate}'; END $$".encode())


def test_defect_of_the_program_is_no_error_of_the_database(
    crm_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, crm_url)
    with pytest.raises(psycopg.errors.UniqueViolation), open_crm() as crm:  # noqa: PT012
        for _ in range(2):
            crm.execute("INSERT INTO crm.gateway VALUES (1, 'A')")
    with pytest.raises(psycopg.errors.SyntaxError), open_crm() as crm:
        crm.execute("SELEKT 1")


@pytest.mark.parametrize("parts", [{"password": "wrong"}, {"port": 1}, {"database": "nowhere"}])
def test_command_says_in_one_line_what_is_wrong_and_exits_with_1(
    crm_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    parts: dict[str, object],
) -> None:
    use(monkeypatch, crm_url, **parts)
    monkeypatch.setenv("_AIRFLOW_PROCESS_CONTEXT", "")

    def list_all(options: argparse.Namespace) -> None:
        with open_crm() as crm:
            data_sources.list_all(crm)

    assert run(argparse.Namespace(run=list_all, verbose=False, json=False)) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("The CRM database ")
