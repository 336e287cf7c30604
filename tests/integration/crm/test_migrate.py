"""`python -m include.crm.migrate`: how it ends if a migration is not possible."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from include.crm import migrate as migrate_module
from include.crm.migrate import DatabaseAddressMissing, MigrationFailed, database_url, migrate
from include.local.postgres import Postgres
from tests.support.databases import as_postgres
from tests.support.pgbouncer import OpenPgBouncer
from tests.support.project import PROJECT

PASSWORD = "p%40ss-w0rd"


def test_unreachable_database_is_named_without_the_password() -> None:
    with pytest.raises(MigrationFailed, match=r"connection refused") as failed:
        migrate(f"postgres://crm:{PASSWORD}@127.0.0.1:1/crm?sslmode=disable")
    assert failed.value.sentence.startswith("The CRM database could not be migrated (")
    assert PASSWORD not in str(failed.value)


@pytest.mark.parametrize("host", ["127.0.0.1:port", "127.0.0.1:1:2", "[::1", "host name"])
def test_address_that_cannot_be_read_is_not_repeated(host: str) -> None:
    with pytest.raises(MigrationFailed) as failed:
        migrate(f"postgres://crm:{PASSWORD}@{host}/crm")
    assert PASSWORD not in str(failed.value)
    assert "p@ss-w0rd" not in str(failed.value)


def test_failed_migration_gives_the_reason_of_postgres_and_a_next_step(postgres: Postgres) -> None:
    name = "half_migrated"
    postgres.create_database(name)
    with psycopg.connect(postgres.url(name)) as database:
        database.execute("CREATE SCHEMA crm")
        database.execute("CREATE TABLE crm.data_source (id bigint)")
    with pytest.raises(MigrationFailed) as failed:
        migrate(postgres.url(name))
    assert "already exists" in failed.value.sentence
    assert postgres.password not in str(failed.value)
    assert failed.value.next_step == (
        "Check CRM_DATABASE_URL and what the message names, then run the deploy again."
    )


@pytest.fixture
def next_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """`next_migration(statement)` is the only one that the next `migrate` knows."""

    def make(statement: str) -> None:
        (tmp_path / "20990101000000_next.sql").write_text(f"-- migrate:up\n{statement}\n-- migrate:down\n")
        monkeypatch.setattr(migrate_module, "MIGRATIONS", tmp_path)

    return make


ADD_COLUMN = "ALTER TABLE crm.gateway ADD COLUMN added integer;"


def has_column(crm_url: str) -> bool:
    with psycopg.connect(crm_url) as crm:
        columns = crm.execute("SELECT * FROM crm.gateway").description or []
        return "added" in [column.name for column in columns]


def test_migration_that_another_transaction_blocks_ends_with_a_sentence_that_names_it(
    crm_url: str, next_migration: Callable[[str], None]
) -> None:
    next_migration(ADD_COLUMN)
    with psycopg.connect(crm_url, application_name="nightly report") as report:
        report.execute("SELECT * FROM crm.gateway")
        with pytest.raises(MigrationFailed) as failed:
            migrate(as_postgres(crm_url), patience=0)
        pid = report.info.backend_pid
    assert re.fullmatch(
        "The CRM database could not be migrated, because others hold locks that it needs: "
        rf"process {pid} of user tests \(application nightly report\), in a transaction since "
        r"[-\d]+ [:\d]+ UTC\. Nothing is half-done\.",
        failed.value.sentence,
    )
    assert f"SELECT pg_terminate_backend({pid})" in failed.value.next_step
    assert not has_column(crm_url)


def test_migration_that_is_blocked_for_a_while_is_applied_and_blocks_others_for_moments_only(
    crm_url: str, next_migration: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    next_migration(ADD_COLUMN)
    waits: list[float] = []
    with ThreadPoolExecutor(1) as threads:
        with psycopg.connect(crm_url, application_name="nightly report") as report:
            report.execute("SELECT * FROM crm.gateway")
            migrating = threads.submit(migrate, as_postgres(crm_url), patience=60)
            with psycopg.connect(crm_url, autocommit=True) as shopper:
                while "Retrying…" not in caplog.text:
                    begun = time.monotonic()
                    shopper.execute("SELECT * FROM crm.gateway")  # queues up behind the migration
                    waits.append(time.monotonic() - begun)
                    time.sleep(0.02)
        migrating.result()
    assert has_column(crm_url)
    assert "lock that process" in caplog.text
    assert "nightly report" in caplog.text
    assert 0.1 < max(waits) < 4, "it waited for the migration, but not for the report"


def test_two_deploys_at_once_wait_for_each_other(crm_url: str, next_migration: Callable[[str], None]) -> None:
    next_migration(f"SELECT pg_sleep(3); {ADD_COLUMN}")
    with ThreadPoolExecutor(2) as threads:
        for deploy in [threads.submit(migrate, as_postgres(crm_url)) for _ in range(2)]:
            deploy.result()
    assert has_column(crm_url)


def test_defaults_of_the_role_end_no_migration(crm_url: str, next_migration: Callable[[str], None]) -> None:
    with psycopg.connect(crm_url, autocommit=True) as crm:
        name = sql.Identifier(crm.info.dbname)
        for default in ("statement_timeout = 100", "default_transaction_isolation = serializable"):
            crm.execute(sql.SQL("ALTER DATABASE {} SET ").format(name) + sql.SQL(default))
    next_migration(f"SELECT pg_sleep(0.3); {ADD_COLUMN}")
    migrate(as_postgres(crm_url))
    assert has_column(crm_url)


def test_pgbouncer_is_named_as_the_wrong_address(
    pgbouncer: OpenPgBouncer, crm_url: str, postgres: Postgres
) -> None:
    address = as_postgres(crm_url).replace(f":{postgres.port}/", f":{pgbouncer('session')}/")
    with pytest.raises(MigrationFailed, match="startup parameter") as failed:
        migrate(address)
    assert "lead to Postgres itself, not to PgBouncer" in failed.value.next_step


def test_missing_address_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CRM_DATABASE_URL", raising=False)
    with pytest.raises(DatabaseAddressMissing, match="CRM_DATABASE_URL is not set"):
        database_url()


def test_command_ends_with_one_line_and_status_1() -> None:
    environment = {
        **os.environ,
        "CRM_DATABASE_URL": f"postgres://crm:{PASSWORD}@127.0.0.1:1/crm?sslmode=disable",
    }
    command = [sys.executable, "-m", "include.crm.migrate"]
    ended = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True)
    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 1
    assert ended.stderr.startswith("The CRM database could not be migrated")
    assert PASSWORD not in ended.stderr
