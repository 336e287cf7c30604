"""`python -m include.crm.migrate`: how it ends if a migration is not possible."""

from __future__ import annotations

import os
import subprocess
import sys

import psycopg
import pytest

from include.crm.migrate import DatabaseAddressMissing, MigrationFailed, database_url, migrate
from include.local.postgres import Postgres
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
