"""Opens the CRM's database through its Airflow Connection `crm_db`, a Postgres Connection.

It goes through the provider's own hook, so that secrets backends, `AIRFLOW_CONN_…` variables and TLS settings
work as they do everywhere else in Airflow.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from typing import TYPE_CHECKING, cast

from airflow.providers.postgres.hooks.postgres import PostgresHook
from airflow.sdk import BaseHook, Connection

from include.connections.extras import read_extra
from include.connections.fields import incomplete, lacks_database
from include.connections.lookup import ConnectionMissing, find_connection
from include.crm.database import CRM, explained_errors
from include.crm.session import broken_after, prepare_listening, prepare_session
from include.database_errors import DatabaseNotReady, explain

if TYPE_CHECKING:
    import psycopg

CRM_CONNECTION_ID = "crm_db"
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
