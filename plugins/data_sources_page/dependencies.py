"""What a route gets from a request: a connection to the CRM, the data source in the path, and limits.

People whose role in Airflow is limited to some DAGs see the data sources of those DAGs only. A route gets a
data source from Source or StoreOverview, and filters a list of several by Visible.
"""

from __future__ import annotations

from collections.abc import Iterator
from threading import BoundedSemaphore
from typing import Annotated

from fastapi import Depends, Request

from include.connections.crm import open_crm
from include.crm import data_sources
from include.crm.data_sources import DataSource, NoDataSource
from include.crm.database import Connection
from include.data_sources.status import Overview, overview_of
from plugins.data_sources_page.errors import READS, Busy
from plugins.data_sources_page.permissions import User, visible_stores

CONNECT_SECONDS = 2
READ_STATEMENT_SECONDS = 3
WRITE_STATEMENT_SECONDS = 10
# For all statements of a request together.
READ_SECONDS = 10.0
WRITE_SECONDS = 60.0
STORE_REQUESTS_AT_ONCE = 2

_store_requests = BoundedSemaphore(STORE_REQUESTS_AT_ONCE)


def _crm(request: Request) -> Iterator[Connection]:
    reads = request.method in READS
    with open_crm(
        connect_timeout=CONNECT_SECONDS,
        statement_timeout=READ_STATEMENT_SECONDS if reads else WRITE_STATEMENT_SECONDS,
        time_limit=READ_SECONDS if reads else WRITE_SECONDS,
    ) as crm:
        yield crm


# The only connection of the request; it is closed before the response is sent.
Crm = Annotated[Connection, Depends(_crm, scope="function")]


def may_contact_store() -> Iterator[None]:
    """A dependency of routes that contact a store: few at once, because a store may take long to answer."""
    if not _store_requests.acquire(blocking=False):
        raise Busy("Other stores are being contacted at the moment.")
    try:
        yield
    finally:
        _store_requests.release()


def _visible(crm: Crm, user: User) -> set[str]:
    return visible_stores(user, [each.store_hash for each in data_sources.names(crm)])


def _source(store: str, crm: Crm, user: User) -> DataSource:
    return data_sources.required(crm, visible_store(store, user))


def _overview(store: str, crm: Crm, user: User) -> Overview:
    return overview_of(crm, visible_store(store, user))


def visible_store(store: str, user: User) -> str:
    """The store hash from a path or a query. Raises NoDataSource if the user may not see that store."""
    if not store.isprintable():  # Postgres stores no NUL in text
        raise NoDataSource(ascii(store))
    if not visible_stores(user, [store]):
        raise NoDataSource(store)
    return store


# The data source of the {store} in the path, in any state; if there is none, the answer is 404.
Source = Annotated[DataSource, Depends(_source)]
# The same with its status.
StoreOverview = Annotated[Overview, Depends(_overview)]
# The store hashes of all data sources that the user may see.
Visible = Annotated[set[str], Depends(_visible)]
