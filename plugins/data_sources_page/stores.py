"""The data source that a route's {store} names."""

from __future__ import annotations

from typing import Any

import psycopg

from include.crm import data_sources
from include.crm.data_sources import DataSource
from include.data_sources.status import Overview, overviews
from plugins.data_sources_page.errors import NotFound


def overview_of(store: str) -> Overview:
    """How a data source stands, in whatever state it is. Raises NotFound."""
    if _may_exist(store):
        for overview in overviews(store):
            return overview
    raise _not_found(store)


def data_source_of(crm: psycopg.Connection[Any], store: str) -> DataSource:
    """The data source of a store, in whatever state it is. Raises NotFound."""
    source = data_sources.get(crm, store) if _may_exist(store) else None
    if source is None:
        raise _not_found(store)
    return source


def _may_exist(store: str) -> bool:
    return "\0" not in store  # which Postgres takes in no text


def _not_found(store: str) -> NotFound:
    return NotFound(f"Store {store} has no data source. Activate it first.")
