"""The data source that a route's {store} names."""

from __future__ import annotations

from typing import Any

import psycopg

from include.crm import data_sources
from include.crm.data_sources import DataSource, NoDataSource
from include.data_sources.status import Overview, overviews


def overview_of(store: str) -> Overview:
    """How a data source stands, in whatever state it is. Raises NoDataSource."""
    if _may_exist(store):
        for overview in overviews(store):
            return overview
    raise NoDataSource(store)


def data_source_of(crm: psycopg.Connection[Any], store: str) -> DataSource:
    """The data source of a store, in whatever state it is. Raises NoDataSource."""
    if not _may_exist(store):
        raise NoDataSource(store)
    return data_sources.required(crm, store)


def _may_exist(store: str) -> bool:
    return "\0" not in store  # which Postgres takes in no text
