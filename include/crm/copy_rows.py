"""Fills a table with a COPY of rows that a thread has written out: Postgres never waits for the next ones.

psycopg writes row after row while Postgres waits for them, and takes three times as much CPU.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from include.crm.database import Connection, query

# A list of values for each column, all of one length: text, int, bool, Decimal, bytes, None.
Columns: TypeAlias = Sequence[Sequence[Any]]

ROWS_PER_BLOCK = 200
# What means something in COPY's text format: postgresql.org/docs/current/sql-copy.html, "Text Format".
_SPECIAL = re.compile(r"[\\\t\n\r]")


@dataclass(frozen=True)
class CopyRows:
    """Rows of a table: the values of its first column, and all of them as COPY reads them, in blocks."""

    keys: Sequence[Any]
    blocks: Sequence[bytes]


def written(columns: Columns) -> CopyRows:
    """These columns as rows."""
    lines = map("\t".join, zip(*map(_column, columns), strict=True))
    blocks = iter(lambda: list(itertools.islice(lines, ROWS_PER_BLOCK)), [])
    return CopyRows(columns[0], ["\n".join([*block, ""]).encode() for block in blocks])


def copy_rows(crm: Connection, name: str, rows: CopyRows) -> None:
    """Run the query `name`, a COPY … FROM STDIN. Raises psycopg.Error."""
    with crm.cursor() as cursor, cursor.copy(query(name)) as copying:
        for block in rows.blocks:
            copying.write(block)


def _column(values: Sequence[Any]) -> Iterable[str]:
    """One column in COPY's text format."""
    kinds = set(map(type, values))
    if kinds == {str} and not _SPECIAL.search("".join(values)):
        return values
    if kinds.isdisjoint(_WRITTEN):
        return map(str, values)
    return [_WRITTEN.get(type(value), str)(value) for value in values]


def _text(value: str) -> str:
    # str.translate takes ten times as long
    return value.replace("\\", r"\\").replace("\t", r"\t").replace("\n", r"\n").replace("\r", r"\r")


def _bytes(value: bytes) -> str:
    return rf"\\x{value.hex()}"


def _null(_: None) -> str:
    return r"\N"


# what str() does not write as COPY reads it
_WRITTEN: dict[type, Callable[[Any], str]] = {str: _text, bytes: _bytes, type(None): _null}
