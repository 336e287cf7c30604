"""`python -m include.deploy`: prepare both databases at every deploy, before Airflow's processes start.

It migrates Airflow's database and the CRM's (CRM_DATABASE_URL) and creates the pools of the tasks that talk
to stores. If AIRFLOW_ADMIN_PASSWORD is set and Airflow manages its users itself (FAB auth manager), it also
creates the first user, `admin`. It is safe to repeat: a changed password or a resized pool stays as it is.
Exit status 1, and a sentence that says why, if a step failed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from include.crm.migrate import MigrationFailed, database_url, migrate
from include.errors import ActionableError

ADMIN = "admin"


def deploy(crm_url: str, admin_password: str = "") -> None:
    """Run all steps; without a password no user is created.

    Raises MigrationFailed, DatabaseError and UserNotAdded.
    """
    migrate_airflow()
    _print("Airflow's database is up to date.")
    migrate(crm_url)
    _print("The CRM's database is up to date.")

    # only now, because they open Airflow's database
    from include.airflow_metadata import add_admin
    from include.data_sources.pools import make_pools

    make_pools()
    _print("The pools of syncs and orders are ready.")
    if admin_password:
        is_new = add_admin(ADMIN, admin_password)
        _print(f"The user {ADMIN} {'was created' if is_new else 'already exists; its password stays'}.")


def migrate_airflow() -> None:
    """Run `airflow db migrate`; its output goes to the standard output, the log of a deploy.

    Raises MigrationFailed.
    """
    # in a process of its own, because Airflow configures the process that imports it
    command = [sys.executable, "-m", "airflow", "db", "migrate"]
    if subprocess.run(command, stderr=subprocess.STDOUT).returncode:  # noqa: S603 - no text from outside
        raise MigrationFailed(
            "Airflow's database could not be migrated; the output of airflow db migrate above says why.",
            "Check [database] sql_alchemy_conn, then run the deploy again.",
        )


def _print(sentence: str) -> None:
    print(f"deploy: {sentence}", flush=True)


if __name__ == "__main__":
    argparse.ArgumentParser(prog="python -m include.deploy", description=__doc__).parse_args()
    try:
        deploy(database_url(), os.environ.get("AIRFLOW_ADMIN_PASSWORD", ""))
    except ActionableError as error:
        sys.exit(error.for_terminal)
