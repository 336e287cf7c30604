"""Bring a CRM database up to date: `python -m include.crm.migrate`, address in CRM_DATABASE_URL.

dbmate applies the files of sql/migrations in order, each once, each in a transaction, under a lock, so that
two deploys at once wait for each other. Run it at every deploy; it is safe to repeat.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

from include.errors import ActionableError, FixData

MIGRATIONS = Path(__file__).parents[2] / "sql" / "migrations"
# With its schema: a role named crm would look for it in the schema crm once the first migration made that.
MIGRATIONS_TABLE = "public.schema_migrations"
LONGEST_TEXT = 200  # characters of dbmate's own words


class DatabaseAddressMissing(FixData):
    """CRM_DATABASE_URL is not set."""

    def __init__(self) -> None:
        super().__init__(
            "CRM_DATABASE_URL is not set.",
            "Set it to the address of the CRM database: postgres://user@host/crm",
        )


class MigrationFailed(FixData):
    """A database could not be brought up to date; the migration that failed was rolled back."""


def database_url() -> str:
    """The address in CRM_DATABASE_URL. Raises DatabaseAddressMissing."""
    address = os.environ.get("CRM_DATABASE_URL")
    if not address:
        raise DatabaseAddressMissing
    return address


def migrate(url: str) -> None:
    """Apply the migrations that the database at `url` (postgres://…) does not have yet.

    Raises MigrationFailed, with dbmate's reason.
    """
    done = subprocess.run(  # noqa: S603 - dbmate comes with this environment; the address goes by the environment
        [
            str(Path(sys.executable).with_name("dbmate")),
            *("--migrations-dir", str(MIGRATIONS), "--no-dump-schema", "--migration-lock"),
            *("--migrations-table", MIGRATIONS_TABLE, "up"),
        ],
        env={**os.environ, "DATABASE_URL": url},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise MigrationFailed(
            f"The CRM database could not be migrated ({_reason(done.stderr, url)}).",
            "Check CRM_DATABASE_URL and what the message names, then run the deploy again.",
        )


def _reason(output: str, url: str) -> str:
    """The last line that dbmate printed, bounded, without the address and the password in it."""
    lines = [line for line in output.splitlines() if line.strip()]
    text = lines[-1].removeprefix("Error: ") if lines else "dbmate gave no reason"
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
