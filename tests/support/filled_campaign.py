"""What filling the campaign of a store leaves in a CRM database: done once, then copied.

Hundreds of tests begin with the same store, and half of their time would go into publishing its products.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row, tuple_row

Crm = psycopg.Connection[Any]

_TABLES = """
    SELECT relname::text FROM pg_class
    WHERE relnamespace = 'crm'::regnamespace AND relkind = 'r' AND relname <> 'data_source'
"""
_SEQUENCES = "SELECT sequencename::text, last_value FROM pg_sequences WHERE schemaname = 'crm'"


@dataclass
class FilledCampaign:
    """What became of a database with one new data source: rows in Postgres's own format, by table."""

    rows: dict[str, bytes]
    sequences: dict[str, int]
    data_source: dict[str, Any]  # the columns that changed

    @classmethod
    def by(cls, fill: Callable[[], None], crm: Crm) -> FilledCampaign:
        """What `fill` adds to the database."""
        before = _Database.read(crm)
        fill()
        after = _Database.read(crm)
        added = _changed(before.tables, after.tables)
        assert not any(before.tables[table] for table in added), "it has changed rows, not only added some"
        return cls(
            added,
            _changed(before.sequences, after.sequences),
            _changed(before.data_source, after.data_source),
        )

    def fits(self, crm: Crm) -> bool:
        """Whether this database, too, has one new data source, and nothing else that filling looks at."""
        empty = [
            sql.SQL("NOT EXISTS (SELECT FROM crm.{})").format(sql.Identifier(table)) for table in self.rows
        ]
        only_source = sql.SQL("(SELECT array_agg(data_source_id) = '{{1}}' FROM crm.data_source)")
        [(fits,)] = _tuples(crm, sql.SQL("SELECT ") + sql.SQL(" AND ").join([only_source, *empty]))
        return bool(fits)

    def copy_to(self, crm: Crm) -> None:
        """Do to this database what was done to the other."""
        crm.execute("SET LOCAL session_replication_role = replica")  # rows of triggers are among the rows
        for table, rows in self.rows.items():
            with crm.cursor().copy(_copy(table, "FROM STDIN")) as copy:
                copy.write(rows)
        for sequence, value in self.sequences.items():
            crm.execute("SELECT setval(format('crm.%%I', %s::text), %s)", [sequence, value])
        for column, value in self.data_source.items():
            update = sql.SQL("UPDATE crm.data_source SET {} = %s").format(sql.Identifier(column))
            crm.execute(update, [value])
        crm.commit()


@dataclass
class _Database:
    tables: dict[str, bytes]
    sequences: dict[str, int]
    data_source: dict[str, Any]

    @classmethod
    def read(cls, crm: Crm) -> _Database:
        tables = {}
        for (table,) in _tuples(crm, sql.SQL(_TABLES)):
            with crm.cursor().copy(_copy(table, "TO STDOUT")) as copy:
                tables[table] = b"".join(copy)
        sequences = dict(_tuples(crm, sql.SQL(_SEQUENCES)))
        [data_source] = crm.cursor(row_factory=dict_row).execute("SELECT * FROM crm.data_source").fetchall()
        crm.commit()
        return cls(tables, sequences, data_source)


def _changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in after.items() if value != before[name]}


def _tuples(crm: Crm, query: sql.SQL | sql.Composed) -> list[Any]:
    return crm.cursor(row_factory=tuple_row).execute(query).fetchall()


def _copy(table: str, direction: str) -> sql.Composed:
    return sql.SQL(f"COPY crm.{{}} {direction}").format(sql.Identifier(table))
