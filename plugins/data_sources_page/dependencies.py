"""What a route gets of a request: one connection to the CRM's database, and the data source in the path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import psycopg
from fastapi import Depends

from include.connections import open_crm
from include.crm import data_sources
from include.crm.data_sources import DataSource, NoDataSource
from include.data_sources.status import Overview, overview_of

Connection = psycopg.Connection[Any]


def _crm() -> Iterator[Connection]:
    with open_crm() as crm:
        yield crm


# The only connection of the request; it is closed before the response is sent.
Crm = Annotated[Connection, Depends(_crm, scope="function")]


def _source(store: str, crm: Crm) -> DataSource:
    return data_sources.required(crm, _storable(store))


def _overview(store: str, crm: Crm) -> Overview:
    return overview_of(crm, _storable(store))


def _storable(store: str) -> str:
    if not store.isprintable():  # Postgres stores no NUL in text
        raise NoDataSource(ascii(store))
    return store


# The data source of the {store} in the path, in any state; if there is none, the answer is 404.
Source = Annotated[DataSource, Depends(_source)]
# The same with its status.
StoreOverview = Annotated[Overview, Depends(_overview)]
