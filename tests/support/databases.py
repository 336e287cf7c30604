"""A real Postgres, a fresh and migrated CRM database for each test, and Airflow's own database."""

from __future__ import annotations

import base64
import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import psycopg
import pytest
from psycopg.rows import tuple_row

from include.crm.migrate import migrate
from include.local.postgres import Postgres, running_postgres
from tests.support.project import PROJECT

_numbers = itertools.count(1)

# Each login as "postgres" hashes the password 4096 times, which takes most of its time; as "tests" only once.
# dbmate does not accept that.
_QUICK_LOGIN = "SET scram_iterations = 1; CREATE ROLE tests SUPERUSER LOGIN PASSWORD '{}'"


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """An embedded Postgres without fsync, stopped and forgotten after the session."""
    folder = tmp_path_factory.mktemp("postgres")
    with running_postgres(folder, log=folder / "postgres.log", durable=False) as server:
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            connection.execute(_QUICK_LOGIN.format(server.password).encode())
        yield server


def as_tests(url: str) -> str:
    """The URL with the login that takes the least time."""
    return url.replace("://postgres:", "://tests:")


def as_postgres(url: str) -> str:
    """The URL with the login that every program accepts."""
    return url.replace("://tests:", "://postgres:")


@pytest.fixture(scope="session")
def crm_template(postgres: Postgres) -> str:
    """Name of a migrated CRM database that tests copy and never connect to."""
    postgres.create_database("crm_template")
    migrate(postgres.url("crm_template"))
    return "crm_template"


@pytest.fixture(scope="session")
def server(postgres: Postgres) -> Iterator[psycopg.Connection]:
    """A connection that makes and drops databases; to connect takes longer than to copy a database."""
    with psycopg.connect(as_tests(postgres.url("postgres")), autocommit=True) as server:
        yield server


@pytest.fixture
def crm_url(postgres: Postgres, server: psycopg.Connection, crm_template: str) -> Iterator[str]:
    """URL of a fresh CRM database, for tests that need more than one connection."""
    with fresh_database(postgres, server, crm_template) as url:
        yield url


@contextmanager
def fresh_database(postgres: Postgres, server: psycopg.Connection, template: str) -> Iterator[str]:
    """URL of a copy of the template that is dropped at the end."""
    name = f"crm_{next(_numbers)}"
    server.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy".encode())
    yield as_tests(postgres.url(name))
    server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def crm(crm_url: str) -> Iterator[psycopg.Connection]:
    """A connection to a fresh CRM database; committing is the test's own business."""
    with psycopg.connect(crm_url) as connection:
        yield connection


@pytest.fixture(scope="session")
def airflow_metadata(postgres: Postgres) -> Iterator[str]:
    """Airflow's own database, migrated, with this process set to use it; its URL for psycopg."""
    postgres.create_database("airflow")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", as_tests(postgres.airflow_url("airflow")))
        patch.setenv("AIRFLOW__CORE__FERNET_KEY", base64.urlsafe_b64encode(os.urandom(32)).decode())
        patch.setenv("AIRFLOW__CORE__DAGS_FOLDER", str(PROJECT / "dags"))

        from airflow import settings
        from airflow.models.crypto import get_fernet
        from airflow.utils.db import upgradedb

        get_fernet.cache_clear()
        settings.configure_vars()
        settings.reconfigure_orm()
        upgradedb()
        yield as_tests(postgres.url("airflow"))
        settings.dispose_orm()
        get_fernet.cache_clear()


@pytest.fixture(scope="session")
def metadata(airflow_metadata: str) -> Iterator[psycopg.Connection]:
    """A connection to Airflow's own database; a new one for each test would look up all its tables anew."""
    with psycopg.connect(airflow_metadata, autocommit=True) as metadata:
        yield metadata


# Tables of Airflow that tests fill. Which tests share its database depends on how long each file takes.
FILLED_IN_AIRFLOW = "connection", "dag", "dag_run", "dag_priority_parsing_request", "log"

_REFERRING = """
    WITH RECURSIVE emptied (name) AS (
        SELECT name::regclass FROM unnest(%s::text[]) AS name
        UNION
        SELECT conrelid::regclass FROM pg_constraint JOIN emptied ON confrelid = emptied.name
        WHERE contype = 'f'
    )
    SELECT name::text FROM emptied
"""


@pytest.fixture
def fillable_metadata(metadata: psycopg.Connection) -> Iterator[psycopg.Connection]:
    """The same for a test that may fill tables: it finds them empty, and so do those that only read them."""
    empty(metadata, *FILLED_IN_AIRFLOW)
    yield metadata
    empty(metadata, *FILLED_IN_AIRFLOW)


@cache
def _looks(connection: psycopg.Connection, tables: tuple[str, ...]) -> bytes:
    """A query for those of the tables, and of all that refer to them, that have rows."""
    cursor = connection.cursor(row_factory=tuple_row)
    referring = cursor.execute(_REFERRING, [list(tables)]).fetchall()
    return " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})"  # noqa: S608 - names of tables, quoted by Postgres
        for (name,) in referring
    ).encode()


def empty(connection: psycopg.Connection, *tables: str) -> None:
    """As TRUNCATE … CASCADE, but quick: seconds pass where dozens of tables refer to the first."""
    cursor = connection.cursor(row_factory=tuple_row)
    if filled := cursor.execute(_looks(connection, tables)).fetchall():
        with connection.transaction():
            cursor.execute("SET LOCAL session_replication_role = replica")  # no foreign keys meanwhile
            for (name,) in filled:
                cursor.execute(f"DELETE FROM {name}".encode())  # noqa: S608
