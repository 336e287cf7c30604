"""What every connection to the CRM's database has in common, whether it is direct or through PgBouncer.

In PgBouncer's transaction mode each transaction may run on another server connection. So nothing here is a
setting of the session, or a startup parameter, which PgBouncer refuses: times become UTC in this process,
statements are never prepared, and a time limit is set again in each transaction (SET LOCAL). Excepted are the
few settings that PgBouncer keeps for each of its clients.

The role or the database may have defaults of its own (ALTER ROLE … SET). What our statements depend on is
decided here: they are read committed, and texts and times have one form. What an administrator
limits stays limited, except for the transactions that are long by their nature (`unlimit`).
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from typing import Any

import psycopg
from psycopg import IsolationLevel, sql
from psycopg.abc import Buffer
from psycopg.pq import TransactionStatus
from psycopg.types.datetime import TimestamptzLoader

from include.crm.database import Connection

# What stands for times that Python does not know. A year from its ends, so that they can be reckoned with.
EARLIEST = datetime(2, 1, 1, tzinfo=timezone.utc)
LATEST = datetime(9998, 12, 31, tzinfo=timezone.utc)
# As psycopg reads and our queries are written. The server reports each of them to its clients, so PgBouncer
# keeps it for each of its own.
FORMS = {"client_encoding": "UTF8", "DateStyle": "ISO", "standard_conforming_strings": "on"}


def prepare_session(crm: Connection, *, statement_timeout: int = 0) -> None:
    """Prepare a new connection for our statements.

    `statement_timeout` is in seconds and holds for every statement in a transaction; 0 leaves it to the
    server. In autocommit there is no transaction, so there is no limit either.
    """
    crm.prepare_threshold = None
    crm.isolation_level = IsolationLevel.READ_COMMITTED
    _set_forms(crm)
    crm.adapters.register_loader("timestamptz", UtcLoader)
    if statement_timeout:
        crm.cursor_factory = type(
            "LimitedCursor", (_LimitedCursor,), {"milliseconds": 1_000 * statement_timeout}
        )


def _set_forms(crm: Connection) -> None:
    """Decide the forms of texts and times; a statement only where there are other defaults."""
    # "ISO, DMY" is a DateStyle, too; the order of day and month is that of dates in other forms
    held = {name: (crm.info.parameter_status(name) or "").partition(",")[0] for name in FORMS}
    if others := {name: value for name, value in FORMS.items() if held[name] != value}:
        crm.autocommit = True
        for name, value in others.items():
            crm.execute(sql.SQL("SET {} TO {}").format(sql.Identifier(name), value))
        crm.autocommit = False


async def prepare_listening(crm: psycopg.AsyncConnection[Any]) -> None:
    """Prepare a new connection for listening: direct and in autocommit, so that settings of the session hold.

    It waits for hours and then reads, so no limit of its role on idle sessions may end it, and no reading may
    fail because of what others write.
    """
    await crm.execute(
        """SELECT set_config(name, wanted, false)
           FROM (VALUES ('default_transaction_isolation', 'read committed'), ('idle_session_timeout', '0'))
                decided (name, wanted)
           JOIN pg_catalog.pg_settings USING (name)
           WHERE setting <> wanted"""
    )


def commit_each_statement(crm: Connection) -> None:
    """Have every statement be a transaction of its own: autocommit, but read committed in any case.

    Autocommit has the isolation that is the role's default. Where that is stricter, statements that wait for
    a row fail as soon as it was changed (40001), so they get a transaction around them.
    """
    crm.autocommit = True
    row = crm.execute("SELECT current_setting('default_transaction_isolation')").fetchone()
    if row is not None and row[0] not in ("read committed", "read uncommitted"):
        crm.isolation_level = IsolationLevel.READ_COMMITTED
        crm.cursor_factory = _CommittingCursor


def unlimit(crm: Connection) -> None:
    """Let this transaction last as long as it takes, as pg_dump's does, whatever limits its role has.

    But no longer than its client: a machine that lost its power says no goodbye, and Postgres would keep its
    locks for two hours.
    """
    crm.execute(
        """SELECT set_config('tcp_keepalives_idle', '30', true),
                  set_config('tcp_keepalives_interval', '10', true),
                  set_config('tcp_keepalives_count', '3', true),
                  set_config('statement_timeout', '0', true), set_config('lock_timeout', '0', true),
                  set_config('idle_in_transaction_session_timeout', '0', true),
                  CASE WHEN current_setting('transaction_timeout', true) <> '0' -- since Postgres 17
                       THEN set_config('transaction_timeout', '0', true) END"""
    )


def end_if_idle(crm: Connection, seconds: int) -> None:
    """Have the server end this transaction if its client does nothing for so many seconds.

    A client that is frozen, or out of reach, would keep its locks for as long as the server believes in it.
    """
    limit = "SELECT set_config('idle_in_transaction_session_timeout', %s, true)"
    crm.execute(limit, [f"{seconds}s"])


@contextmanager
def broken_after(crm: Connection | psycopg.AsyncConnection[Any], seconds: float) -> Iterator[None]:
    """Break the connection if it is still in use after so many seconds.

    A statement timeout is the server's; a server that is frozen or out of reach obeys none, and the client
    would wait for ever.
    """
    # a duplicate, so that nothing else is hit if the original is closed and its number used again
    with socket.socket(fileno=os.dup(crm.fileno())) as connected:
        timer = threading.Timer(seconds, _shut_down, [connected])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def _shut_down(connected: socket.socket) -> None:
    with suppress(OSError):  # it ended at the same moment
        connected.shutdown(socket.SHUT_RDWR)


class UtcLoader(TimestamptzLoader):
    """Times of the database in UTC, whatever the time zone of its session is.

    Postgres keeps times that Python does not know, such as infinity and 44 BC. One of them in one row must
    not make all rows unreadable.
    """

    def load(self, data: Buffer) -> datetime:
        """The time in UTC, or EARLIEST or LATEST."""
        try:
            # a seventh of the time that psycopg's own loader takes; lists have thousands of times
            return datetime.fromisoformat(str(data, "ascii")).astimezone(timezone.utc)
        except (ValueError, OverflowError):  # far from today, or a format that Python 3.10 does not read
            return self._load_any(data)

    def _load_any(self, data: Buffer) -> datetime:
        try:
            return super().load(data).astimezone(timezone.utc)
        except (psycopg.DataError, OverflowError):
            text = bytes(data)
            if text.startswith(b"-") or text.endswith(b"BC"):
                return EARLIEST
            if text == b"infinity" or text.index(b"-") > len("2026") or text.startswith(b"9999"):
                return LATEST
            raise


class _CommittingCursor(psycopg.Cursor[Any]):
    """Puts a transaction around each statement of a connection in autocommit."""

    def execute(self, *arguments: Any, **options: Any) -> Any:
        crm = self.connection
        if not crm.autocommit or crm.info.transaction_status is not TransactionStatus.IDLE:
            return super().execute(*arguments, **options)
        with crm.transaction():
            return super().execute(*arguments, **options)


class _LimitedCursor(psycopg.Cursor[Any]):
    """Sets a time limit at the start of each transaction."""

    milliseconds = 0

    def execute(self, *arguments: Any, **options: Any) -> Any:
        self._set_limit()
        return super().execute(*arguments, **options)

    @contextmanager
    def copy(self, *arguments: Any, **options: Any) -> Iterator[psycopg.Copy]:
        self._set_limit()
        with super().copy(*arguments, **options) as copy:
            yield copy

    def _set_limit(self) -> None:
        crm = self.connection
        if not crm.autocommit and crm.info.transaction_status is TransactionStatus.IDLE:
            limit = "SELECT set_config('statement_timeout', %s, true)"
            psycopg.Cursor(crm).execute(limit, [str(self.milliseconds)])
