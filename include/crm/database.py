"""Where the SQL is, and how a row comes back."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

QUERIES = Path(__file__).parents[2] / "sql" / "queries"


@cache
def query(name: str) -> bytes:
    """The text of `sql/queries/<name>.sql`, e.g. `query("sync_runs/begin")`.

    Bytes, because psycopg takes text only where it is a literal: nothing is ever formatted into a query.
    """
    return (QUERIES / f"{name}.sql").read_bytes()


def fetch_one(crm: psycopg.Connection[Any], name: str, **parameters: object) -> dict[str, Any] | None:
    """The first row of a query as a dictionary, or None if it returns no row."""
    with crm.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query(name), parameters).fetchone()


def fetch_all(crm: psycopg.Connection[Any], name: str, **parameters: object) -> list[dict[str, Any]]:
    """All rows of a query as dictionaries."""
    with crm.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query(name), parameters).fetchall()


def execute(crm: psycopg.Connection[Any], name: str, **parameters: object) -> int:
    """Run a query that returns nothing; the number of rows it touched."""
    return crm.execute(query(name), parameters).rowcount
