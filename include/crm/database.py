"""Runs the queries of sql/queries in the CRM's database; its errors become sentences for people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import psycopg
from psycopg.rows import dict_row

from include.database_errors import Database, explain

Connection = psycopg.Connection[Any]
QUERIES = Path(__file__).parents[2] / "sql" / "queries"
Row = TypeVar("Row", bound=NamedTuple)
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


def fetch_one(crm: Connection, name: str, **parameters: object) -> dict[str, Any] | None:
    """The first row of a query as a dictionary, or None if it returns no row. Raises DatabaseError."""
    with explained_errors(), crm.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query(name), parameters).fetchone()


def fetch_all(crm: Connection, name: str, **parameters: object) -> list[dict[str, Any]]:
    """All rows of a query as dictionaries. Raises DatabaseError."""
    with explained_errors(), crm.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query(name), parameters).fetchall()


def fetch_tuples(crm: Connection, row_type: type[Row], name: str, **parameters: object) -> list[Row]:
    """All rows of a query as a NamedTuple that has the query's columns in their order, for thousands of rows.

    It takes half as long as fetch_all and a call for each row. Raises DatabaseError.
    """
    with explained_errors(), crm.cursor() as cursor:
        rows = cursor.execute(query(name), parameters).fetchall()
        columns = tuple(column.name for column in cursor.description or ())
        if columns != row_type._fields:
            raise TypeError(f"{row_type.__name__} does not have the columns {columns} of {name}.")
        return list(map(row_type._make, rows))


def export_csv(crm: Connection, name: str, **parameters: object) -> Iterator[bytes]:
    """The output of a COPY … TO query, in blocks, as fast as Postgres makes them."""
    with explained_errors(), crm.cursor() as cursor, cursor.copy(query(name), parameters) as copy:
        for block in copy:
            yield bytes(block)


def execute(crm: Connection, name: str, **parameters: object) -> int:
    """Run a query that returns nothing; the number of rows it touched. Raises DatabaseError."""
    with explained_errors():
        return crm.execute(query(name), parameters).rowcount
