"""Which fields of the Connection crm_db are empty or wrong, looked at when no connection can be made.

A Connection that works is never refused: Postgres has defaults for most fields.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from airflow.sdk import Connection

from include.connections.extras import read_extra
from include.connections.lookup import place_of
from include.database_errors import DatabaseAccessDenied, DatabaseError, DatabaseUnavailable

SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
HIGHEST_PORT = 65_535
# As extras, or in the environment, they stand in for the fields.
_HOSTS = {"host", "hostaddr", "service"}
_HOST_VARIABLES = {"PGHOST", "PGHOSTADDR", "PGSERVICE"}
_LONGEST_VALUE = 60
_NOT_OURS = {"3F000", "42P01"}  # it has no schema crm, or not its tables


class ConnectionIncomplete(DatabaseAccessDenied):
    """Fields of the Connection crm_db are empty or wrong."""

    def __init__(self, connection_id: str, problems: Iterable[str], failure: DatabaseError | None) -> None:
        """`failure` is named as well where the problems may not be the reason for it."""
        found = "; ".join(problems)
        super().__init__(
            f"{failure.sentence} In the Airflow Connection {connection_id}, {found}."
            if failure
            else f"The CRM database cannot be opened: in the Airflow Connection {connection_id}, {found}.",
            f"Ask your administrator to correct it {place_of(connection_id)}.",
        )


@dataclass(frozen=True)
class _Problem:
    """`is_certain`: with it, no connection can ever be made; so the server being down is not the reason."""

    text: str
    is_certain: bool = True


def incomplete(connection: Connection, failure: DatabaseError) -> ConnectionIncomplete | None:
    """The error that names the wrong fields, if they may be why no connection was made; else None."""
    problems = list(_problems(connection))
    certain = [each for each in problems if each.is_certain]
    if not problems or (not certain and isinstance(failure, DatabaseUnavailable)):
        return None
    texts = (each.text for each in problems)
    return ConnectionIncomplete(str(connection.conn_id), texts, None if certain else failure)


def lacks_database(connection: Connection, failure: DatabaseError) -> ConnectionIncomplete | None:
    """The same for a connection without a database: Postgres opened the one named like the user, not ours."""
    is_another = getattr(failure.__cause__, "sqlstate", None) in _NOT_OURS
    if connection.schema or "dbname" in read_extra(connection) or not is_another:
        return None
    return ConnectionIncomplete(str(connection.conn_id), [_EMPTY_DATABASE], failure)


def _problems(connection: Connection) -> Iterator[_Problem]:
    extra = read_extra(connection)
    yield from _of_host(connection.host or "", extra.keys())
    port = connection.port
    if port is not None and not 0 < int(port) <= HIGHEST_PORT:
        yield _Problem(f"Port is {port}, but must be from 1 to {HIGHEST_PORT}; Postgres usually has 5432")
    for name, value, alternative in (
        ("Login", connection.login, "user"),
        ("Password", connection.password, "password"),
        ("Database", connection.schema, "dbname"),
    ):
        if not value and alternative not in extra and not (name == "Password" and extra.get("iam")):
            yield _Problem(_EMPTY_DATABASE if name == "Database" else f"{name} is empty", is_certain=False)
        elif value and value != value.strip():
            yield _Problem(f"{name} begins or ends with a blank", is_certain=False)
    mode = extra.get("sslmode")
    if mode is not None and mode not in SSL_MODES:
        yield _Problem(
            f"sslmode in Extra is {_shown(mode)}, but must be one of {', '.join(SSL_MODES)}", is_certain=False
        )


def _of_host(host: str, extra: Collection[str]) -> Iterator[_Problem]:
    if not host.strip():
        if not (_HOSTS & set(extra) or _HOST_VARIABLES & os.environ.keys()):
            yield _Problem("Host is empty; it is the name of the server, such as crm.example.com")
    elif host != host.strip():
        yield _Problem(f"Host {_shown(host)} begins or ends with a blank")
    elif re.search(r"://|^jdbc:|@", host) or (not host.startswith("/") and "/" in host):
        # it may hold a password, so it is not shown
        yield _Problem(
            "Host holds a whole address, but must be the name of the server alone; Login, Password, Port and "
            "Database have fields of their own"
        )
    elif re.fullmatch(r"[^:]+:\d+", host):
        yield _Problem(f"Host {_shown(host)} holds a port, which has a field of its own")


def _shown(value: object) -> str:
    text = "".join(filter(str.isprintable, str(value)))
    return f"“{text[:_LONGEST_VALUE]}”"


_EMPTY_DATABASE = "Database is empty, so Postgres takes the database that is called like the user"
