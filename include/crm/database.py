"""Where the SQL is, how a row comes back, and what is said when the CRM's database does not do it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from include.database_errors import Database, explain

QUERIES = Path(__file__).parents[2] / "sql" / "queries"
CRM = Database("CRM", "the Airflow Connection crm_db")


@contextmanager
def explained_errors() -> Iterator[None]:
    """Raise a DatabaseError in place of psycopg's error, unless that is a defect of the program."""
    try:
        yield
    except psycopg.Error as error:
        if explained := explain(error, CRM):
            raise explained from error
        raise


@cache
def query(name: str) -> bytes:
    """The text of `sql/queries/<name>.sql`, e.g. `query("sync_runs/begin")`.

    Bytes, because psycopg takes text only where it is a literal: nothing is ever formatted into a query.
    """
    return (QUERIES / f"{name}.sql").read_bytes()


def fetch_one(crm: psycopg.Connection[Any], name: str, **parameters: object) -> dict[str, Any] | None:
    """The first row of a query as a dictionary, or None if it returns no row. Raises DatabaseError."""
    with explained_errors(), crm.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query(name), parameters).fetchone()


def fetch_all(crm: psycopg.Connection[Any], name: str, **parameters: object) -> list[dict[str, Any]]:
    """All rows of a query as dictionaries. Raises DatabaseError."""
    with explained_errors(), crm.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query(name), parameters).fetchall()


def export_csv(crm: psycopg.Connection[Any], name: str, **parameters: object) -> Iterator[bytes]:
    """What a COPY … TO query makes, in blocks, as fast as Postgres makes them."""
    with explained_errors(), crm.cursor() as cursor, cursor.copy(query(name), parameters) as copy:
        for block in copy:
            yield bytes(block)


def execute(crm: psycopg.Connection[Any], name: str, **parameters: object) -> int:
    """Run a query that returns nothing; the number of rows it touched. Raises DatabaseError."""
    with explained_errors():
        return crm.execute(query(name), parameters).rowcount
