"""Airflow Connections, opened: the CRM's database and a store's API.

Both go through the provider's own hook, so that secrets backends, `AIRFLOW_CONN_…` variables, proxies and
TLS settings work as they do everywhere else in Airflow.

    crm_db                     a Postgres Connection: the CRM's database
    bigcommerce_<store hash>   an HTTP Connection: host = base URL, password = access token, login empty;
                               a token entered on the page has its base URL behind it, after a blank, and is
                               sent to no other host;
                               extra may hold requests_in_flight, timeout (seconds to wait for an answer),
                               verify, proxies, cert

The client of stores is imported only when a store is opened: the DAG file, which Airflow parses again and
again, opens only the database.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from typing import TYPE_CHECKING, cast

from airflow.providers.postgres.hooks.postgres import PostgresHook
from airflow.sdk import BaseHook, Connection
from airflow.sdk.log import mask_secret

from include.connection_extras import client_settings, read_extra
from include.connection_fields import incomplete, lacks_database
from include.connection_lookup import ConnectionMissing, find_connection
from include.crm.database import CRM, explained_errors
from include.crm.session import broken_after, prepare_listening, prepare_session
from include.database_errors import DatabaseNotReady, explain
from include.metrics import catalogue as metrics
from include.token_address import address_problem, token_and_base_url

if TYPE_CHECKING:
    import psycopg
    from airflow.providers.http.hooks.http import HttpHook

    from include.bigcommerce.client import StoreClient

CRM_CONNECTION_ID = "crm_db"
CONNECTION_PREFIX = "bigcommerce_"
POSTGRES_PORT = 5432

# A task may wait for a database that restarts; connecting must still end.
CONNECT_TIMEOUT_SECONDS = 10
# How pg_stat_activity names the connection that waits for notifications.
LISTENER = "bigcommerce triggerer"
# Connections may be idle for long: firewalls must not drop them. And a server that is gone without a goodbye,
# as in a failover, must be noticed, for which the kernel takes hours.
KEEPALIVE = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,  # milliseconds
}

# While a person waits, neither a wrong address nor a slow store may take the minutes of a sync.
SECONDS_FOR_A_PERSON = 15.0
# One product with all its variants is smaller; this process may have many other tasks.
LARGEST_ANSWER_FOR_A_PERSON = 8 * 2**20


class StoreConnectionMissing(ConnectionMissing):
    """The Connection of a store is missing, or holds no access token."""

    action = "new_token"

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
    return CONNECTION_PREFIX + store_hash


def store_address(store_hash: str) -> str:
    """The base URL of a store's API, such as https://api.bigcommerce.com. Raises ConnectionMissing."""
    return str(_store_connection(store_hash, None, None).host).rstrip("/")


def crm_address() -> tuple[str, str]:
    """The CRM's server, e.g. postgres://crm.example.com:5432, and its database. Raises ConnectionMissing."""
    crm = _crm_connection()
    return f"postgres://{crm.host}:{crm.port or POSTGRES_PORT}", str(crm.schema)


@contextmanager
def open_crm(
    *,
    connect_timeout: int = CONNECT_TIMEOUT_SECONDS,
    statement_timeout: int = 0,
    time_limit: float | None = None,
) -> Iterator[psycopg.Connection]:
    """A connection to the CRM's database, direct or through PgBouncer; committing is the caller's.

    Times are in UTC. `connect_timeout` and `statement_timeout` are seconds; 0 leaves that to the server.
    After `time_limit` seconds the connection breaks, even if the server is frozen and obeys no timeout.
    Raises ConnectionMissing, ConnectionUnavailable, and, in place of psycopg's errors, DatabaseError.
    """
    connection = _crm_connection()
    connection.extra = json.dumps({**KEEPALIVE, **read_extra(connection), "connect_timeout": connect_timeout})
    try:
        with explained_errors(), closing(_connect(connection)) as crm:
            prepare_session(crm, statement_timeout=statement_timeout)
            with broken_after(crm, time_limit) if time_limit else nullcontext():
                yield crm
    except DatabaseNotReady as failure:
        raise lacks_database(connection, failure) or failure from failure.__cause__


async def connect_crm(connection_id: str = CRM_CONNECTION_ID) -> psycopg.AsyncConnection:
    """A connection for Airflow's triggerer, in autocommit and direct: notifications do not pass PgBouncer.

    It connects as the provider's hook does, which has no asynchronous way, but not with passwords that AWS or
    Azure issue for a limited time. Raises psycopg.Error, and what Airflow raises without the Connection.
    """
    import psycopg

    crm = await BaseHook.aget_connection(connection_id)
    extra = {
        name: value
        for name, value in read_extra(crm).items()
        if name not in PostgresHook.ignored_extra_options
    }
    address = {"host": crm.host, "port": crm.port, "user": crm.login, "dbname": crm.schema}
    usual = {"connect_timeout": CONNECT_TIMEOUT_SECONDS, "application_name": LISTENER, **KEEPALIVE}
    listening = await psycopg.AsyncConnection.connect(
        password=crm.password, autocommit=True, prepare_threshold=None, **{**usual, **address, **extra}
    )
    await prepare_listening(listening)
    return listening


@contextmanager
def open_store(
    store_hash: str,
    *,
    base_url: str | None = None,
    token: str | None = None,
    patience: float | None = None,
    for_a_person: bool = False,
) -> Iterator[StoreClient]:
    """A client for one store. At the end its session is closed, and its requests are counted in the metrics.

    `base_url` and `token`, given together, replace the Connection's own: to try them before they are saved.
    `patience`: seconds after which a call gives up, where the client's default is too long. `for_a_person`:
    somebody waits, so all calls together end soon. Raises ConnectionMissing.
    """
    from include.bigcommerce.client import StoreClient

    connection = _store_connection(store_hash, base_url, token)
    token, entered_for = token_and_base_url(connection.password or "")
    if not token:
        raise StoreConnectionMissing(store_hash, without_token=True)
    mask_secret(token)
    settings = client_settings(connection)
    hook = _store_hook(connection)
    with hook.get_conn(headers={"X-Auth-Token": token}) as session:
        _check_address(connection, hook.base_url.rstrip("/"), entered_for)
        # the hook takes what it does not know in extra for headers
        session.headers.pop("requests_in_flight", None)
        if patience is not None:
            settings["patience"] = patience
            settings["read_timeout"] = min(settings.get("read_timeout", patience), patience)
        if for_a_person:
            settings |= {"time_limit": SECONDS_FOR_A_PERSON, "largest_answer": LARGEST_ANSWER_FOR_A_PERSON}
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


def _check_address(connection: Connection, base_url: str, entered_for: str) -> None:
    """Raises ConnectionMissing if the token must not be sent there."""
    if entered_for and base_url != entered_for:
        raise ConnectionMissing(
            f"The host of the Airflow Connection {connection.conn_id} was changed after its access token was "
            "entered, so the token is not sent there.",
            "Enter the base URL and the access token again in the settings of the data source.",
        )
    if problem := address_problem(base_url):
        raise ConnectionMissing(
            f"The host of the Airflow Connection {connection.conn_id} {problem}.",
            "Enter the base URL and the access token again in the settings of the data source.",
        )


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
        failure = explain(error, CRM, connecting=True)
        raise (failure and incomplete(connection, failure)) or failure or error from error


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
