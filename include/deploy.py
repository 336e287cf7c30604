"""`python -m include.deploy`: what has to be done once at every deploy, before Airflow's processes start.

It brings both databases up to date (the CRM's is the one of CRM_DATABASE_URL), makes the pool of the tasks
that talk to stores and, where AIRFLOW_ADMIN_PASSWORD is set and Airflow keeps its users itself (FAB auth
manager), the first user: `admin`. All of it may be repeated: what is there stays as it is, a changed password
and a resized pool too.
"""

from __future__ import annotations

import os
import subprocess
import sys

from include.crm.migrate import database_url, migrate

ADMIN = "admin"


def deploy(crm_url: str, admin_password: str = "") -> None:
    """Do it all; without a password no user is made.

    Raises subprocess.CalledProcessError, with what went wrong in `stderr`, where a migration failed.
    """
    subprocess.run([sys.executable, "-m", "airflow", "db", "migrate"], check=True, stderr=subprocess.STDOUT)
    _say("Airflow's database is up to date.")
    migrate(crm_url)
    _say("The CRM's database is up to date.")

    # only now, for they open Airflow's database
    from include.airflow_metadata import add_admin
    from include.data_sources.lifecycle import make_pool

    make_pool()
    _say("The pool of the stores is there.")
    if admin_password:
        is_new = add_admin(ADMIN, admin_password)
        _say(f"The user {ADMIN} {'was made' if is_new else 'is there already; its password stays'}.")


def _say(sentence: str) -> None:
    print(f"deploy: {sentence}", flush=True)


if __name__ == "__main__":
    try:
        deploy(database_url(), os.environ.get("AIRFLOW_ADMIN_PASSWORD", ""))
    except subprocess.CalledProcessError as failed:
        sys.exit(f"A database could not be migrated: {(failed.stderr or 'see above').strip()}")
