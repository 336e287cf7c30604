"""Rows of a query as tuples: a query whose columns are in another order than the fields is refused."""

from __future__ import annotations

from typing import Any, NamedTuple

import psycopg
import pytest

from include.crm.database import fetch_tuples
from tests.support.crm_rows import Add


class Name(NamedTuple):
    data_source_id: int
    store_hash: str
    store_name: str


class Swapped(NamedTuple):
    data_source_id: int
    store_name: str
    store_hash: str


def test_rows_are_tuples_with_the_columns_of_the_query(crm: psycopg.Connection[Any], add: Add) -> None:
    added = add("data_source", store_hash="tea", store_name="Tea Shop")["data_source_id"]

    assert fetch_tuples(crm, Name, "data_sources/names") == [Name(added, "tea", "Tea Shop")]


def test_columns_in_another_order_are_refused(crm: psycopg.Connection[Any]) -> None:
    with pytest.raises(TypeError, match="Swapped does not have the columns"):
        fetch_tuples(crm, Swapped, "data_sources/names")
