"""A Postgres that loses nothing it committed, and that tests kill with SIGKILL and start again."""

from __future__ import annotations

import os
import signal
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, Literal

import psycopg
from psycopg.errors import OperationalError

from include.local.postgres import Postgres, running_postgres

Victim = Literal["postmaster", "backend"]
STARTS_WITHIN_SECONDS = 60.0


class KillablePostgres:
    """A server in a folder, and always at the same port."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running = ExitStack()
        self.server = self._start(0)

    def _start(self, port: int) -> Postgres:
        started = running_postgres(self._folder, log=self._folder / "postgres.log", preferred_port=port)
        return self._running.enter_context(started)

    def stop(self) -> None:
        self._running.close()

    def kill(self, victim: Victim, crm: psycopg.Connection[Any]) -> None:
        """Kill the whole server, or the process behind one connection, which makes it restart by itself.

        The killed process is gone a moment before its server notices. Until then the server accepts
        connections, only to end them; so this waits for the end of a connection that was not killed.
        """
        first_line, *_ = (self._folder / "data" / "postmaster.pid").read_text().splitlines()
        pid = int(first_line) if victim == "postmaster" else crm.info.backend_pid
        with psycopg.connect(self.server.url("postgres"), autocommit=True) as bystander:
            os.kill(pid, signal.SIGKILL)
            for connection in (crm, bystander):
                _wait_for_its_end(connection)

    def start_again(self, victim: Victim) -> None:
        """What an administrator does after the server was killed; otherwise the server does it itself."""
        if victim == "postmaster":
            self._running.close()
            port, self.server = self.server.port, self._start(self.server.port)
            assert self.server.port == port

    def connect(self, database: str) -> psycopg.Connection[Any]:
        """A new connection, as soon as the server has recovered."""
        ends_at = time.monotonic() + STARTS_WITHIN_SECONDS
        while time.monotonic() < ends_at:
            with suppress(OperationalError):
                return psycopg.connect(self.server.url(database))
            time.sleep(0.05)
        raise AssertionError("Postgres does not answer.")


def _wait_for_its_end(connection: psycopg.Connection[Any]) -> None:
    ends_at = time.monotonic() + STARTS_WITHIN_SECONDS
    while not connection.closed:
        assert time.monotonic() < ends_at, "Postgres was killed, and still answers."
        try:
            connection.execute("SELECT 1")
        except OperationalError:
            return
        time.sleep(0.01)
