"""What `written` writes, Postgres reads as the same values: any text, number, bytes, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.crm import copy_rows as copying
from include.crm.copy_rows import copy_rows, written

TABLE = """CREATE TEMPORARY TABLE copied (
    place bigint GENERATED ALWAYS AS IDENTITY,
    key bigint, text text, number integer, flag boolean, amount numeric, bytes bytea
)"""
COLUMNS = "key, text, number, flag, amount, bytes"

# every character that Postgres stores, and often those that mean something to COPY
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])) | st.text(
    "\\\t\n\r\v\b\f.N x0é,'\""
)
rows = st.tuples(
    st.integers(0, 2**63 - 1),
    st.none() | texts,
    st.none() | st.integers(-(2**31), 2**31 - 1),
    st.none() | st.booleans(),
    st.none() | st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20),
    st.none() | st.binary(),
)


@pytest.fixture(scope="module")
def table(server: psycopg.Connection[Any]) -> Iterator[psycopg.Connection[Any]]:
    """A connection with an empty table; each copy is rolled back."""
    server.execute(TABLE)
    yield server
    server.execute("DROP TABLE copied")


def read_back(
    table: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch, columns: list[list[Any]]
) -> list[tuple[Any, ...]]:
    """What the table holds after a copy of these columns, in the order in which it came."""
    with monkeypatch.context() as patch, table.transaction(force_rollback=True):
        patch.setattr(copying, "query", lambda name: f"COPY {name} ({COLUMNS}) FROM STDIN".encode())
        copy_rows(table, "copied", written(columns))
        # a table without an order gives what filled the place of a copy that was rolled back first
        return table.execute(f"SELECT {COLUMNS} FROM copied ORDER BY place".encode()).fetchall()  # noqa: S608


@given(st.lists(rows, min_size=1, max_size=20))
def test_postgres_reads_what_was_written(
    table: psycopg.Connection[Any], sample: list[tuple[Any, ...]]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        assert read_back(table, patch, [list(column) for column in zip(*sample, strict=True)]) == sample


@pytest.mark.parametrize(
    "text",
    ["", "\\N", "\\.", "\n\\.\n", "a\tb", "line\r\nline", "\\", "\\\\x41", "NULL", "\"quoted\", 'so'", "🍵"],
)
def test_text_that_looks_like_a_part_of_the_format_stays_text(
    table: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    columns = [[1], [text], [None], [True], [Decimal("1E+3")], [b"\\x00"]]

    (row,) = read_back(table, monkeypatch, columns)

    assert row == (1, text, None, True, Decimal(1000), b"\\x00")


def test_rows_of_several_blocks_keep_their_order(
    table: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "ROWS_PER_BLOCK", 3)
    nothing: list[Any] = [None] * 10

    found = read_back(table, monkeypatch, [list(range(10)), [""] * 10, nothing, nothing, nothing, nothing])

    assert [(row[0], row[1]) for row in found] == [(number, "") for number in range(10)]


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        written([[1, 2], ["one", "two"], ["one"]])
