"""Airflow Connections, looked up: distinguishes a missing one from an Airflow that did not answer."""

from __future__ import annotations

import os

from airflow.sdk import BaseHook, Connection
from airflow.sdk.exceptions import AirflowNotFoundException, AirflowRuntimeError, ErrorType

from include.errors import FixCredentials, WaitAndRetry

# Tells Airflow where to look up Connections (airflow/sdk/execution_time/supervisor.py).
PROCESS_CONTEXT = "_AIRFLOW_PROCESS_CONTEXT"


class ConnectionMissing(FixCredentials):
    """An Airflow Connection is missing, or incomplete."""


class ConnectionUnreadable(ConnectionMissing):
    """The environment variable that holds an Airflow Connection cannot be read as one."""

    def __init__(self, connection_id: str) -> None:
        name = variable_of(connection_id)
        super().__init__(
            f"The environment variable {name} cannot be read as an Airflow Connection.",
            "Ask your administrator to correct it: it holds JSON, or an address whose port is a number and "
            "whose special characters are encoded.",
        )


class ConnectionUnavailable(WaitAndRetry):
    """Airflow could not say whether a Connection exists."""


def read_connections_as_server() -> None:
    """Let this process read Connections from Airflow's metadata database; for command lines, at their start.

    Inside a task, Airflow asks its API; in its servers, the metadata database. A plain process would see
    only `AIRFLOW_CONN_…` variables. Airflow's own command line does the same
    (airflow/cli/commands/connection_command.py).
    """
    os.environ[PROCESS_CONTEXT] = "server"


def variable_of(connection_id: str) -> str:
    """The environment variable that Airflow reads a Connection from, before it looks elsewhere."""
    return f"AIRFLOW_CONN_{connection_id.upper()}"


def place_of(connection_id: str) -> str:
    """Where a Connection is corrected, as the end of a sentence."""
    if variable_of(connection_id) in os.environ:
        return f"in the environment variable {variable_of(connection_id)}"
    return f"under Admin, Connections, {connection_id}"


def find_connection(connection_id: str, missing: ConnectionMissing) -> Connection:
    """The Connection of this id. Raises `missing`, or ConnectionUnavailable if Airflow cannot tell."""
    try:
        return BaseHook.get_connection(connection_id)
    except AirflowNotFoundException:
        if not _is_known_to_be_missing(connection_id):
            raise ConnectionUnavailable(
                f"Airflow could not look up its Connection {connection_id}: its API server or its database "
                "did not answer."
            ) from None
        if os.environ.get(variable_of(connection_id)):
            raise ConnectionUnreadable(connection_id) from None
        raise missing from None


def _is_known_to_be_missing(connection_id: str) -> bool:
    """Whether Airflow would have found this Connection if it existed.

    Airflow reports "missing" also when its API server (for a task) or its database (for a server or a
    command) did not answer: its secrets backends swallow that (get_connection in
    airflow/sdk/execution_time/secrets/execution_api.py, _get_connection in .../context.py). So ask once more,
    in a way that tells them apart.
    """
    from airflow.sdk.execution_time import task_runner
    from airflow.sdk.execution_time.comms import ErrorResponse, GetConnection

    supervisor = getattr(task_runner, "SUPERVISOR_COMMS", None)
    if supervisor is not None:
        try:
            answer = supervisor.send(GetConnection(conn_id=connection_id))
        except AirflowRuntimeError:  # the API server answered with an error, or not at all
            return False
        return isinstance(answer, ErrorResponse) and answer.error is ErrorType.CONNECTION_NOT_FOUND
    if os.environ.get(PROCESS_CONTEXT) == "server":
        return _metadata_database_answers()
    return True


def _metadata_database_answers() -> bool:
    from airflow.utils.session import create_session
    from sqlalchemy import select
    from sqlalchemy.exc import SQLAlchemyError

    try:
        with create_session() as session:
            session.execute(select(1))
    except SQLAlchemyError:
        return False
    return True
