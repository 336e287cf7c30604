"""A connection to the CRM's database works directly, and behind PgBouncer in both pool modes."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import psycopg
import pytest
from psycopg import sql

from include.connections.crm import open_crm
from include.crm import sync_lock
from include.crm.session import EARLIEST, LATEST
from include.database_errors import DatabaseAccessDenied, DatabaseUnavailable
from include.local.postgres import Postgres
from tests.support.pgbouncer import OpenPgBouncer

SIX = datetime(2026, 11, 25, 6, tzinfo=timezone.utc)


@pytest.fixture(params=["direct", "session", "transaction"])
def crm_address(
    request: pytest.FixtureRequest, crm_url: str, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> str:
    """The CRM's database, whose sessions are in another time zone; its address, as crm_db has it."""
    with psycopg.connect(crm_url, autocommit=True) as crm:
        name = sql.Identifier(crm.info.dbname)
        crm.execute(sql.SQL("ALTER DATABASE {} SET timezone = 'Asia/Kolkata'").format(name))
    address = crm_url
    if request.param != "direct":
        start: OpenPgBouncer = request.getfixturevalue("pgbouncer")
        address = crm_url.replace(f":{postgres.port}/", f":{start(request.param)}/")
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", address)
    return address


def test_times_are_in_utc_whatever_the_time_zone_of_the_session(crm_address: str) -> None:
    with open_crm() as crm:
        row = crm.execute("SELECT timestamptz '2026-11-25 06:00+00', %s::timestamptz", [SIX]).fetchone()
        assert row == (SIX, SIX)
        assert {time.utcoffset() for time in row} == {timedelta(0)}


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ("infinity", LATEST),
        ("20000-01-01 00:00+00", LATEST),
        ("9999-12-31 23:59+00", LATEST),
        ("-infinity", EARLIEST),
        ("0044-03-15 00:00+00 BC", EARLIEST),
        ("9998-01-01 00:00+00", datetime(9998, 1, 1, tzinfo=timezone.utc)),
    ],
)
def test_time_that_python_does_not_know_makes_no_row_unreadable(
    crm_address: str, time: str, expected: datetime
) -> None:
    with open_crm() as crm:
        [row] = crm.execute("SELECT %s::timestamptz", [time]).fetchall()
    assert row == (expected,)


def test_statement_that_takes_too_long_is_cancelled_in_every_transaction(crm_address: str) -> None:
    with open_crm(statement_timeout=1) as crm:
        for end in (crm.commit, crm.rollback):
            crm.execute("SELECT 1")
            with pytest.raises(psycopg.errors.QueryCanceled):
                crm.execute("SELECT pg_sleep(5)")
            crm.rollback()
            end()
    with pytest.raises(DatabaseUnavailable, match="took too long"), open_crm(statement_timeout=1) as crm:
        crm.execute("SELECT pg_sleep(5)")


def test_time_limit_of_one_connection_is_not_left_to_another(crm_address: str) -> None:
    with open_crm(statement_timeout=1) as crm:
        crm.execute("SELECT 1")
        crm.commit()
    with open_crm() as crm:
        assert crm.execute("SELECT current_setting('statement_timeout')").fetchone() == ("0",)


def test_statement_that_is_repeated_is_never_prepared(crm_address: str) -> None:
    with open_crm() as crm, open_crm() as other:
        for number in range(20):
            for each in (crm, other):
                assert each.execute("SELECT %s + 1", [number]).fetchone() == (number + 1,)
                each.commit()
        assert crm.execute("SELECT count(*) FROM pg_prepared_statements").fetchone() == (0,)


def test_rows_are_copied_into_a_temporary_table_that_ends_with_the_transaction(crm_address: str) -> None:
    for _ in range(3):
        with open_crm(statement_timeout=5) as crm:
            crm.execute("CREATE TEMPORARY TABLE staged (id bigint) ON COMMIT DROP")
            with crm.cursor() as cursor, cursor.copy("COPY staged FROM STDIN") as copy:
                for number in range(1_000):
                    copy.write_row([number])
            assert crm.execute("SELECT sum(id) FROM staged").fetchone() == (499_500,)
            crm.commit()


def test_lock_of_a_sync_is_held_by_one_connection_at_a_time(crm_address: str) -> None:
    with open_crm() as first, open_crm() as second:
        assert sync_lock.lock(first, 7)
        assert not sync_lock.lock(second, 7)
        second.rollback()
        first.commit()
        assert sync_lock.lock(second, 7)


def test_client_or_server_that_vanished_is_noticed_within_a_minute_or_so(crm_address: str) -> None:
    with open_crm() as crm:
        theirs = crm.info.get_parameters()
        assert [theirs[name] for name in ("keepalives_idle", "keepalives_interval", "keepalives_count")] == [
            *("10", "5", "3")
        ]
        assert theirs["tcp_user_timeout"] == "60000"
        assert sync_lock.lock(crm, 7)
        ours = "SELECT current_setting('tcp_keepalives_idle'), current_setting('tcp_keepalives_interval')"
        assert crm.execute(ours).fetchone() == ("30", "10")
        crm.commit()
        # behind a pooler the connection serves others next
        assert crm.execute(ours).fetchone() != ("30", "10")


def test_connections_that_take_turns_do_not_see_each_other(crm_address: str) -> None:
    with open_crm() as first, open_crm() as second:
        first.execute("INSERT INTO crm.gateway VALUES (1, 'A')")
        assert second.execute("SELECT count(*) FROM crm.gateway").fetchone() == (0,)
        first.commit()
        second.commit()
        assert second.execute("SELECT count(*) FROM crm.gateway").fetchone() == (1,)


def test_vacuum_runs_in_autocommit(crm_address: str) -> None:
    with open_crm() as crm:
        crm.autocommit = True
        crm.execute("VACUUM crm.gateway")


def test_options_that_pgbouncer_refuses_are_named(
    pgbouncer: OpenPgBouncer, crm_url: str, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = crm_url.replace(f":{postgres.port}/", f":{pgbouncer('transaction')}/")
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", f"{address}&options=-csearch_path%3Dcrm")
    with pytest.raises(DatabaseAccessDenied, match=r"unsupported startup parameter.*crm_db"), open_crm():
        pass
