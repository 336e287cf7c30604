"""Finds out who holds the locks that a migration waits for."""

from __future__ import annotations

from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime

import psycopg

from include.crm.database import Connection, fetch_all
from include.crm.session import prepare_session

CONNECT_SECONDS = 5
LONGEST_NAME = 60  # characters of what a client calls itself


@dataclass(frozen=True)
class Blocker:
    """A session of the database; `since` is when its transaction began, None if that cannot be seen."""

    pid: int
    user_name: str | None
    application_name: str
    since: datetime | None

    def __str__(self) -> str:
        name = "".join(filter(str.isprintable, self.application_name))[:LONGEST_NAME]
        application = f" (application {name})" if name else ""
        since = f", in a transaction since {self.since:%Y-%m-%d %H:%M:%S} UTC" if self.since else ""
        return f"process {self.pid} of user {self.user_name}{application}{since}"


class BlockerWatch:
    """Looks at the sessions that block the application called `migrating` in the database at `url`.

    It only adds to a message, so where it cannot look it finds nobody.
    """

    def __init__(self, url: str, migrating: str) -> None:
        self._url, self._migrating = url, migrating
        self._crm: Connection | None = None
        self.last_seen: list[Blocker] = []

    def look(self) -> None:
        """Remember who blocks it now; if nobody does, who did before."""
        with suppress(psycopg.Error):
            if self._crm is None:
                self._crm = psycopg.connect(self._url, connect_timeout=CONNECT_SECONDS)
                prepare_session(self._crm)
            rows = fetch_all(self._crm, "migrations/blockers", migrating=self._migrating)
            self._crm.rollback()
            self.last_seen = [Blocker(**row) for row in rows] or self.last_seen

    def close(self) -> None:
        """Close its connection."""
        if self._crm is not None:
            with closing(self._crm):
                self._crm = None
