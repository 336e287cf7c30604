"""Bring a CRM database up to date: `python -m include.crm.migrate`, address in CRM_DATABASE_URL.

dbmate applies the files of sql/migrations in order, each once, each in a transaction, under a lock, so that
two deploys at once wait for each other. Run it at every deploy; with nothing to do it does nothing.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

MIGRATIONS = Path(__file__).parents[2] / "sql" / "migrations"
# With its schema: a role named crm would look for it in the schema crm once the first migration made that.
MIGRATIONS_TABLE = "public.schema_migrations"


def database_url() -> str:
    """The address in CRM_DATABASE_URL; without one the program ends, and says so."""
    address = os.environ.get("CRM_DATABASE_URL")
    if not address:
        sys.exit(
            "CRM_DATABASE_URL is not set: give the address of the CRM database, postgres://user@host/crm"
        )
    return address


def migrate(url: str) -> None:
    """Apply the migrations that the database at `url` (postgres://…) does not have yet.

    Raises subprocess.CalledProcessError, with dbmate's own words in `stderr`, if one fails.
    """
    subprocess.run(  # noqa: S603 - dbmate comes with this environment; the address goes by the environment
        [
            str(Path(sys.executable).with_name("dbmate")),
            *("--migrations-dir", str(MIGRATIONS), "--no-dump-schema", "--migration-lock"),
            *("--migrations-table", MIGRATIONS_TABLE, "up"),
        ],
        env={**os.environ, "DATABASE_URL": url},
        check=True,
        capture_output=True,
        text=True,
    )


if __name__ == "__main__":
    try:
        migrate(database_url())
    except subprocess.CalledProcessError as failed:
        sys.exit(f"The CRM database could not be migrated: {failed.stderr.strip()}")
