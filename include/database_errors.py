"""Why a Postgres database failed, by the error's SQLSTATE or, without one, its text.

    DatabaseError
    ├── DatabaseUnavailable   it passes: unreachable, restarting, too busy, a deadlock, a full disk
    ├── DatabaseAccessDenied  a person corrects the address, user, password or TLS settings
    └── DatabaseNotReady      a person grants a right, runs the migrations, or switches to the primary

An error of any other kind (a wrong query, a violated constraint) is a defect of the program and stays what it
is. SQLSTATEs: https://www.postgresql.org/docs/current/errcodes-appendix.html. libpq gives no SQLSTATE for a
connection that failed, so those are distinguished by the text of the server, PgBouncer or libpq, in English;
one in another language is taken for an outage, and its text is shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from include.errors import ActionableError, FixCredentials, FixData, WaitAndRetry

LONGEST_TEXT = 200  # characters of the server's own words


@dataclass(frozen=True)
class Database:
    """How people know a database: its `name` ("CRM"), and the `settings` with its address and password."""

    name: str
    settings: str


class DatabaseError(ActionableError):
    """A database failed; one of its three kinds says who can help."""

    # no page can be shown without it, for any of the three kinds
    http_status = 503


class DatabaseUnavailable(DatabaseError, WaitAndRetry):
    """The database cannot answer at the moment."""

    default_run_note_step = (
        "Airflow retries automatically; if the run still fails, contact your administrator and start it "
        "again later."
    )


class DatabaseAccessDenied(DatabaseError, FixCredentials):
    """The database refuses the connection settings."""


class DatabaseNotReady(DatabaseError, FixData):
    """The database answers, but is not set up correctly."""


@dataclass(frozen=True)
class _Cause:
    """A kind of error; `sentence` and `next_step` may name the {database}, its {settings} and its {text}."""

    kind: type[DatabaseUnavailable] | type[DatabaseAccessDenied] | type[DatabaseNotReady]
    sentence: str
    next_step: str = ""


_UNREACHABLE = _Cause(DatabaseUnavailable, "The {database} database cannot be reached ({text}).")
_LOST = _Cause(DatabaseUnavailable, "The connection to the {database} database was lost.")
_RESTARTING = _Cause(DatabaseUnavailable, "The {database} database is shutting down or starting up.")
_FULL = _Cause(DatabaseUnavailable, "The {database} database has too many connections.")
_SLOW = _Cause(
    DatabaseUnavailable, "The {database} database took too long to answer; the query was cancelled."
)
_LOCKED = _Cause(
    DatabaseUnavailable,
    "Another process has locked rows of the {database} database for too long.",
)
_COLLISION = _Cause(
    DatabaseUnavailable,
    "Two processes changed the same rows of the {database} database; this one was undone.",
)
_DISK = _Cause(
    DatabaseUnavailable,
    "The {database} database is out of disk space or memory.",
    "Ask your administrator to free some; then try again.",
)
_PASSWORD = _Cause(
    DatabaseAccessDenied,
    "The {database} database refuses the user name or password.",
    "Ask your administrator to correct the login and password of {settings}.",
)
_HOST_NOT_ALLOWED = _Cause(
    DatabaseAccessDenied,
    "The {database} database does not accept this user, host or encryption ({text}).",
    "Ask your administrator to allow it in the server's pg_hba.conf, or to correct {settings}.",
)
_NO_DATABASE = _Cause(
    DatabaseAccessDenied,
    "The {database} database does not exist on its server ({text}).",
    "Ask your administrator to correct the database name of {settings}.",
)
_UNKNOWN_HOST = _Cause(
    DatabaseAccessDenied,
    "The host of the {database} database is unknown ({text}).",
    "Ask your administrator to correct the host of {settings}.",
)
_TLS = _Cause(
    DatabaseAccessDenied,
    "No encrypted connection to the {database} database could be made ({text}).",
    "Ask your administrator to correct sslmode and the certificates of {settings}, or the server.",
)
_SETTING = _Cause(
    DatabaseAccessDenied,
    "The {database} database cannot be opened with these settings ({text}).",
    "Ask your administrator to correct {settings}.",
)
_RIGHTS = _Cause(
    DatabaseNotReady,
    "The user of the {database} database lacks a right ({text}).",
    "Ask your administrator to grant it to the user of {settings}.",
)
_READ_ONLY = _Cause(
    DatabaseNotReady,
    "The {database} database is read-only, as a standby is, or one with default_transaction_read_only on.",
    "Ask your administrator to let {settings} point to the primary server, or to switch that setting off.",
)
_NOT_MIGRATED = _Cause(
    DatabaseNotReady,
    "The {database} database was never migrated, or not to this version ({text}).",
    "Ask your administrator to run the migrations: python -m include.deploy",
)

_BY_SQLSTATE = {
    "25006": _READ_ONLY,
    "28000": _HOST_NOT_ALLOWED,
    "28P01": _PASSWORD,
    "3D000": _NO_DATABASE,
    "3F000": _NOT_MIGRATED,
    "40001": _COLLISION,
    "40P01": _COLLISION,
    "42501": _RIGHTS,
    "42703": _NOT_MIGRATED,
    "42883": _NOT_MIGRATED,
    "42P01": _NOT_MIGRATED,
    "53100": _DISK,
    "53200": _DISK,
    "53300": _FULL,
    "53400": _FULL,
    "55P03": _LOCKED,
    "57014": _SLOW,
    "57P01": _RESTARTING,
    "57P02": _RESTARTING,
    "57P03": _RESTARTING,
    "57P04": _NO_DATABASE,
    "57P05": _LOST,
    "25P03": _LOST,
}

# Classes of SQLSTATEs for which the server, not the query, is at fault; "" where the connection broke, and 08
# also for most of what PgBouncer says.
_OF_THE_SERVER = {"", "08", "53", "57", "58"}

# Tried in this order on what libpq, the server or PgBouncer say about a connection.
_BY_TEXT = (
    (
        r"password authentication failed|no password supplied|SASL authentication|auth failed",
        _PASSWORD,
    ),
    (r"role .* does not exist|no such user", _PASSWORD),
    (r"database .* does not exist|no such database", _NO_DATABASE),
    (r"no pg_hba\.conf entry|pg_hba\.conf rejects|not permitted to log in|login rejected", _HOST_NOT_ALLOWED),
    (r"support SSL|SSL required|certificate|SSL error|root\.crt|SSL connection", _TLS),
    (r"Temporary failure in name resolution", _UNREACHABLE),
    (r"could not translate host name|failed to resolve host|Name or service not known|idna", _UNKNOWN_HOST),
    (r"too many (clients|connections)|remaining connection slots|no more connections", _FULL),
    (r"starting up|shutting down|in recovery mode|not yet accepting connections", _RESTARTING),
    (r"invalid (connection option|port|sslmode|integer|value)|unsupported startup parameter", _SETTING),
    (r"unrecognized configuration parameter", _SETTING),
    (r"permission denied", _RIGHTS),
    (r"the connection is (closed|lost)|server closed the connection|terminat", _LOST),
)


def explain(error: BaseException, database: Database, *, connecting: bool = False) -> DatabaseError | None:
    """The DatabaseError that a driver's error (of psycopg or psycopg2) stands for; None for a defect of ours.

    An error met while `connecting` is never a defect of ours, whatever it is.
    """
    sqlstate = str(getattr(error, "sqlstate", None) or getattr(error, "pgcode", None) or "")
    cause = _BY_SQLSTATE.get(sqlstate)
    if cause is None and (connecting or sqlstate[:2] in _OF_THE_SERVER):
        texts = (found for pattern, found in _BY_TEXT if re.search(pattern, str(error), re.IGNORECASE))
        cause = next(texts, _UNREACHABLE if _is_operational(error) else _SETTING)
    if cause is None:
        return None
    words = {"database": database.name, "settings": database.settings, "text": _first_line(error)}
    return cause.kind(cause.sentence.format(**words), cause.next_step.format(**words))


def _is_operational(error: BaseException) -> bool:
    """Whether the driver blames the database, not the program (PEP 249); both drivers name the class so."""
    return any(each.__name__ == "OperationalError" for each in type(error).__mro__)


def _first_line(error: BaseException) -> str:
    lines = str(error).replace("connection failed: ", "").strip().splitlines()
    return (
        "".join(filter(str.isprintable, lines[0]))[:LONGEST_TEXT].strip() if lines else type(error).__name__
    )
