"""Airflow Connections, opened: the CRM's database and a store's API.

Both go through the provider's own hook, so that secrets backends, `AIRFLOW_CONN_…` variables, proxies and
TLS settings work as they do everywhere else in Airflow.

    crm_db                     a Postgres Connection: the CRM's database
    bigcommerce_<store hash>   an HTTP Connection: host = base URL, password = access token, login empty;
                               extra may hold requests_in_flight, timeout (seconds to wait for an answer),
                               verify, proxies, cert

What talks to stores is imported only when a store is opened: the DAG file, which Airflow parses over and
over, opens the database alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from airflow.providers.postgres.hooks.postgres import PostgresHook
from airflow.sdk import Connection
from airflow.sdk.log import mask_secret

from include.connection_extras import client_settings, read_extra
from include.connection_lookup import ConnectionMissing, find_connection
from include.crm.database import CRM, explained_errors
from include.crm.session import prepare_session
from include.database_errors import explain
from include.metrics import catalogue as metrics

if TYPE_CHECKING:
    import psycopg
    from airflow.providers.http.hooks.http import HttpHook

    from include.bigcommerce.client import StoreClient

CRM_CONNECTION_ID = "crm_db"
POSTGRES_PORT = 5432

# A task may wait for a database that restarts; connecting must still end.
CONNECT_TIMEOUT_SECONDS = 10


class StoreConnectionMissing(ConnectionMissing):
    """The Connection of a store is missing, or holds no access token."""

    def __init__(self, store_hash: str, *, without_token: bool = False) -> None:
        name = store_connection_id(store_hash)
        super().__init__(
            f"The Airflow Connection {name} holds no access token."
            if without_token
            else f"There is no Airflow Connection {name}.",
            "Enter the access token again.",
            command_line_step="Enter the access token again: "
            f"python -m include.data_sources update {store_hash} --new-token",
        )


def store_connection_id(store_hash: str) -> str:
    """Id of the Airflow Connection that holds a store's base URL and access token."""
    return f"bigcommerce_{store_hash}"


def store_address(store_hash: str) -> str:
    """The base URL of a store's API, such as https://api.bigcommerce.com. Raises ConnectionMissing."""
    return str(_store_connection(store_hash, None, None).host).rstrip("/")


def crm_address() -> tuple[str, str]:
    """The CRM's server, e.g. postgres://crm.example.com:5432, and its database. Raises ConnectionMissing."""
    crm = _crm_connection()
    return f"postgres://{crm.host}:{crm.port or POSTGRES_PORT}", str(crm.schema)


@contextmanager
def open_crm(
    *, connect_timeout: int = CONNECT_TIMEOUT_SECONDS, statement_timeout: int = 0
) -> Iterator[psycopg.Connection]:
    """A connection to the CRM's database, direct or through PgBouncer; committing is the caller's.

    Times are in UTC. `connect_timeout` and `statement_timeout` are seconds; 0 leaves that to the server.
    Raises ConnectionMissing, ConnectionUnavailable, and, in place of psycopg's errors, DatabaseError.
    """
    connection = _crm_connection()
    connection.extra = json.dumps({**read_extra(connection), "connect_timeout": connect_timeout})
    with explained_errors(), closing(_connect(connection)) as crm:
        prepare_session(crm, statement_timeout=statement_timeout)
        yield crm


@contextmanager
def open_store(
    store_hash: str,
    *,
    base_url: str | None = None,
    token: str | None = None,
    patience: float | None = None,
) -> Iterator[StoreClient]:
    """A client for one store, its session closed at the end and its requests counted in the metrics.

    `base_url` and `token`, given together, stand in for the Connection's own: to try them before they are
    saved. `patience`: seconds after which a call gives up, where the client's default is too long. Raises
    ConnectionMissing.
    """
    from include.bigcommerce.client import StoreClient

    connection = _store_connection(store_hash, base_url, token)
    if not connection.password:
        raise StoreConnectionMissing(store_hash, without_token=True)
    settings = client_settings(connection)
    hook = _store_hook(connection)
    with hook.get_conn(headers={"X-Auth-Token": connection.password}) as session:
        if sends_token_in_clear(hook.base_url):
            raise ConnectionMissing(
                f"The Airflow Connection {connection.conn_id} would send the access token unencrypted.",
                "Start its host with https://.",
            )
        # the hook takes what it does not know in extra for headers
        session.headers.pop("requests_in_flight", None)
        if patience is not None:
            settings["patience"] = patience
            settings["read_timeout"] = min(settings.get("read_timeout", patience), patience)
        client = StoreClient(session, hook.base_url.rstrip("/"), store_hash, **settings)
        try:
            yield client
        finally:
            _measure(client)


def _measure(client: StoreClient) -> None:
    """Add what a client did to the metrics."""
    did = client.statistics
    for counter, number in (
        (metrics.REQUESTS, did.requests),
        (metrics.RETRIES, did.retries),
        (metrics.THROTTLED, did.throttled),
        (metrics.WAITING, did.seconds_waited),
    ):
        counter.add(number, store=client.store_hash)


def sends_token_in_clear(base_url: str) -> bool:
    """Whether a token sent there could be read on its way; the sandbox store on this machine is no risk."""
    address = urlsplit(base_url)
    return address.scheme != "https" and address.hostname not in ("localhost", "127.0.0.1", "::1")


def _crm_connection() -> Connection:
    return find_connection(
        CRM_CONNECTION_ID,
        ConnectionMissing(
            f"There is no Airflow Connection {CRM_CONNECTION_ID}.",
            "Ask your administrator to add it (type Postgres), or to set AIRFLOW_CONN_CRM_DB.",
        ),
    )


def _connect(connection: Connection) -> psycopg.Connection:
    try:
        return cast("psycopg.Connection", PostgresHook(connection=connection).get_conn())
    except Exception as error:  # UnicodeError, too: of a host that no name can be
        raise explain(error, CRM, connecting=True) or error from error


def _store_hook(connection: Connection) -> HttpHook:
    """The provider's hook, given a Connection instead of looking it up once more."""
    from airflow.providers.http.hooks.http import HttpHook

    hook = HttpHook(http_conn_id=connection.conn_id)
    hook.get_connection = lambda conn_id: connection  # type: ignore[method-assign]
    return hook


def _store_connection(store_hash: str, base_url: str | None, token: str | None) -> Connection:
    connection_id = store_connection_id(store_hash)
    try:
        connection = find_connection(
            connection_id,
            StoreConnectionMissing(store_hash),
        )
    except ConnectionMissing:
        if token is None:
            raise
        connection = Connection(conn_id=connection_id, conn_type="http")
    if token is not None:
        mask_secret(token)
        connection.host, connection.password = base_url, token
        connection.login = connection.schema = connection.port = None
    return connection
