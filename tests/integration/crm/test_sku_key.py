"""crm.sku_key: SKUs of ASCII, for which it takes a short way, and others are the same to it by one rule."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

BLANKS = " \t\n\r\f\v"
ascii_skus = st.text(st.characters(max_codepoint=127, exclude_characters="\0"))


def key(crm: psycopg.Connection[Any], sku: str) -> str:
    row = crm.execute("SELECT crm.sku_key(%s)", [sku]).fetchone()
    assert row
    return str(row[0])


# nothing is written, so examples may share a database
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ascii_skus)
def test_case_and_outer_blanks_do_not_count_all_else_does(crm: psycopg.Connection[Any], sku: str) -> None:
    assert key(crm, sku) == sku.strip(BLANKS).lower()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ascii_skus, st.sampled_from(["\u00a0", "\u200b", "\u3000"]))
def test_an_unseen_mark_at_an_end_makes_no_difference(
    crm: psycopg.Connection[Any], sku: str, mark: str
) -> None:
    assert key(crm, sku) == key(crm, mark + sku) == key(crm, sku + mark)


@pytest.mark.parametrize(("one", "other"), [("CAF\u00c9", "cafe\u0301"), ("\u039f\u03a3", "\u03bf\u03c2")])
def test_beyond_ascii_case_counts_as_little(crm: psycopg.Connection[Any], one: str, other: str) -> None:
    assert key(crm, one) == key(crm, other)
