"""The databases of the one-machine system: created if needed, and brought up to date."""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
from pathlib import Path

from include.crm.migrate import migrate
from include.local.airflow import airflow_command
from include.local.postgres import Postgres
from include.local.supervisor import SystemFailed, last_lines


def prepare_databases(state: Path, postgres: Postgres, environment: dict[str, str]) -> None:
    """Create the databases `airflow` and `crm` if needed, and migrate both.

    Raises SystemFailed and MigrationFailed.
    """
    for database in ("airflow", "crm"):
        postgres.create_database(database)
    migrate(postgres.url("crm"))
    _migrate_airflow(state, environment)


def _migrate_airflow(state: Path, environment: dict[str, str]) -> None:
    """Bring Airflow's own database up to date; once per version, because even the check takes seconds."""
    version = importlib.metadata.version("apache-airflow")
    done, log = state / "airflow" / "migrated", state / "logs" / "airflow-migrate.log"
    if done.exists() and done.read_text() == version:
        return
    with log.open("w") as output:
        migration = subprocess.run(
            [airflow_command(), "db", "migrate"],
            env={**os.environ, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    if migration.returncode:
        raise SystemFailed(f"`airflow db migrate` failed.\n{last_lines(log)}")
    done.write_text(version)
