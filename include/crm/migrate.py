"""Bring a CRM database up to date: `python -m include.crm.migrate`, address in CRM_DATABASE_URL.

dbmate applies the files of sql/migrations in order, each once, each in a transaction, under a lock, so that
two deploys at once wait for each other. Run it at every deploy; it is safe to repeat.

A migration that waits for a table would hold up every statement that comes after it, the CRM's included. So
it waits only for moments, is rolled back and retried later, until it succeeds or the patience ends.
"""

from __future__ import annotations

import argparse
import logging
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote, urlsplit

from include.crm.migration_blockers import Blocker, BlockerWatch
from include.errors import ActionableError, FixData

log = logging.getLogger(__name__)

MIGRATIONS = Path(__file__).parents[2] / "sql" / "migrations"
# With its schema: a role named crm would look for it in the schema crm once the first migration made that.
MIGRATIONS_TABLE = "public.schema_migrations"
LONGEST_TEXT = 200  # characters of dbmate's own words
# As pg_stat_activity names it.
APPLICATION = "bigcommerce migrations"
# Whatever defaults the role has. The lock timeout is long enough for the CRM's usual transactions to end, and
# short enough for those that queue up behind the migration.
SESSION_SETTINGS = {
    "lock_timeout": "2s",
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "default_transaction_isolation": "read committed",
    "standard_conforming_strings": "on",
}
# What Postgres says after a lock_timeout; its text may be in another language.
LOCK_TIMEOUT = "55P03"
PATIENCE_SECONDS = 300.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 15.0
LOOK_EVERY_SECONDS = 0.5
BLOCKERS_NAMED = 3


class DatabaseAddressMissing(FixData):
    """CRM_DATABASE_URL is not set."""

    def __init__(self) -> None:
        super().__init__(
            "CRM_DATABASE_URL is not set.",
            "Set it to the address of the CRM database: postgres://user@host/crm",
        )


class MigrationFailed(FixData):
    """A database could not be brought up to date; the migration that failed was rolled back."""


class MigrationBlocked(MigrationFailed):
    """Others hold locks that a migration needs, for longer than its patience."""

    def __init__(self, named: str, blockers: Sequence[Blocker]) -> None:
        ending = f" (SELECT pg_terminate_backend({blockers[0].pid}))" if blockers else ""
        super().__init__(
            "The CRM database could not be migrated, because others hold locks that it needs: "
            f"{named}. Nothing is half-done.",
            f"Let that transaction end, or end it{ending}, then run the deploy again.",
        )


def database_url() -> str:
    """The address in CRM_DATABASE_URL. Raises DatabaseAddressMissing."""
    address = os.environ.get("CRM_DATABASE_URL")
    if not address:
        raise DatabaseAddressMissing
    return address


def migrate(url: str, *, patience: float = PATIENCE_SECONDS) -> None:
    """Apply the migrations that the database at `url` (postgres://…) does not have yet.

    `patience`: seconds until it no longer tries to get the locks that it needs. Raises MigrationFailed, with
    dbmate's reason.
    """
    give_up_at = time.monotonic() + patience
    pause = FIRST_PAUSE_SECONDS
    with closing(BlockerWatch(url, APPLICATION)) as watch:
        while output := _run_dbmate(url, watch):
            blockers = "; ".join(map(str, watch.last_seen[:BLOCKERS_NAMED])) or "a transaction"
            if LOCK_TIMEOUT not in output:
                raise MigrationFailed(
                    f"The CRM database could not be migrated ({_reason(output, url)}).", _next_step(output)
                )
            if time.monotonic() + pause > give_up_at:
                raise MigrationBlocked(blockers, watch.last_seen)
            log.warning("A migration waits for a lock that %s holds. Retrying…", blockers)
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)


def _run_dbmate(url: str, watch: BlockerWatch) -> str:
    """What dbmate printed to its standard error if it failed, or nothing."""
    ours = [f"-c {name}=" + value.replace(" ", r"\ ") for name, value in SESSION_SETTINGS.items()]
    command = [
        str(Path(sys.executable).with_name("dbmate")),
        *("--migrations-dir", str(MIGRATIONS), "--no-dump-schema", "--migration-lock"),
        *("--migrations-table", MIGRATIONS_TABLE, "up"),
    ]
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "PGAPPNAME": APPLICATION,
        "PGOPTIONS": " ".join([*ours, os.environ.get("PGOPTIONS", "")]),
    }
    with subprocess.Popen(  # noqa: S603 - dbmate comes with this environment; the address goes by the environment
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as dbmate:
        while True:
            try:
                _, errors = dbmate.communicate(timeout=LOOK_EVERY_SECONDS)
            except subprocess.TimeoutExpired:  # noqa: PERF203 - it computes nothing
                watch.look()
            else:
                return (errors.strip() or "dbmate gave no reason") if dbmate.returncode else ""


def _next_step(output: str) -> str:
    if "startup parameter" in output:
        return "Let CRM_DATABASE_URL lead to Postgres itself, not to PgBouncer, then run the deploy again."
    return "Check CRM_DATABASE_URL and what the message names, then run the deploy again."


def _reason(output: str, url: str) -> str:
    """The last line that dbmate printed, bounded, without the address and the password in it."""
    lines = [line for line in output.splitlines() if line.strip()]
    text = lines[-1].removeprefix("Error: ")
    for secret in (url, *_passwords(url)):
        text = text.replace(secret, "…")
    return "".join(filter(str.isprintable, text)).strip()[:LONGEST_TEXT]


def _passwords(url: str) -> list[str]:
    """The password as the address spells it, and as it is."""
    try:
        password = urlsplit(url).password
    except ValueError:
        return []
    return [password, unquote(password)] if password else []


if __name__ == "__main__":
    argparse.ArgumentParser(prog="python -m include.crm.migrate", description=__doc__).parse_args()
    try:
        migrate(database_url())
    except ActionableError as error:
        sys.exit(error.for_terminal)
