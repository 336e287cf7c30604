"""`python -m include.deploy` on a new Postgres, laid out by sql/databases.sql, and once again."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from werkzeug.security import check_password_hash

from include.data_sources.pools import POOL, POOL_SLOTS
from include.local.postgres import Postgres, running_postgres
from tests.support.project import PROJECT

FAB = "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager"
OWNERS = {"airflow": "the-password-of-airflow", "crm": "the-password-of-crm"}


@dataclass
class Installation:
    """A Postgres with both databases, and how the deploys on it went."""

    postgres: Postgres
    deploys: list[subprocess.CompletedProcess[str]]

    def url(self, owner: str, database: str) -> str:
        server = f"127.0.0.1:{self.postgres.port}"
        return f"postgresql://{owner}:{OWNERS[owner]}@{server}/{database}?sslmode=disable"

    def rows(self, database: str, query: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.url(database, database)) as connection:
            return connection.execute(query.encode()).fetchall()

    def deploy(self, home: Path, admin_password: str) -> None:
        """Run it as its container does."""
        airflow = self.url("airflow", "airflow").replace("postgresql:", "postgresql+psycopg2:")
        environment = {
            **os.environ,
            "AIRFLOW_HOME": str(home),
            "AIRFLOW__CORE__AUTH_MANAGER": FAB,
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": airflow,
            "AIRFLOW_ADMIN_PASSWORD": admin_password,
            "CRM_DATABASE_URL": self.url("crm", "crm"),
        }
        command = [sys.executable, "-m", "include.deploy"]
        self.deploys.append(
            subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True)
        )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Deployed; then the pool resized and the admin's password changed; then deployed once more."""
    folder = tmp_path_factory.mktemp("deploy")
    with running_postgres(folder / "data", log=folder / "postgres.log", durable=False) as postgres:
        _make_databases(postgres)
        installation = Installation(postgres, [])
        installation.deploy(folder, "the first password")
        with psycopg.connect(installation.url("airflow", "airflow")) as metadata:
            metadata.execute("UPDATE slot_pool SET slots = 3 WHERE pool = %s", [POOL])
        installation.deploy(folder, "another password")
        yield installation


def _make_databases(postgres: Postgres) -> None:
    """Run sql/databases.sql as psql does, whose own commands are done here."""
    script = (PROJECT / "sql" / "databases.sql").read_text()
    statements = [line for line in script.splitlines() if line and not line.startswith(("--", "\\"))]
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as server:
        for statement in statements:
            for owner, password in OWNERS.items():
                statement = statement.replace(f":'{owner}_password'", f"'{password}'")
            server.execute(statement.encode())


def test_a_deploy_may_be_repeated(installed: Installation) -> None:
    for deploy in installed.deploys:
        assert deploy.returncode == 0, deploy.stdout + deploy.stderr


def test_both_databases_are_migrated_under_owners_of_their_own(installed: Installation) -> None:
    migrations = {file.name.split("_")[0] for file in (PROJECT / "sql" / "migrations").glob("*.sql")}
    applied = installed.rows("crm", "SELECT version FROM public.schema_migrations")
    assert {version for (version,) in applied} == migrations
    assert installed.rows("airflow", "SELECT count(*) FROM dag_run") == [(0,)]
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(installed.url("crm", "airflow"))


def test_the_pool_is_made_and_what_an_operator_changed_stays(installed: Installation) -> None:
    assert POOL_SLOTS != 3
    slots = dict(installed.rows("airflow", "SELECT pool, slots FROM slot_pool"))
    assert slots[POOL] == 3


def test_the_first_user_is_an_admin_whose_password_stays(installed: Installation) -> None:
    users = installed.rows(
        "airflow",
        "SELECT username, password, ab_role.name FROM ab_user JOIN ab_user_role ON user_id = ab_user.id "
        "JOIN ab_role ON ab_role.id = role_id",
    )
    assert [(name, role) for name, _, role in users] == [("admin", "Admin")]
    assert check_password_hash(str(users[0][1]), "the first password")
    assert "deploy: The user admin was created." in installed.deploys[0].stdout
    assert "deploy: The user admin already exists; its password stays." in installed.deploys[1].stdout


def test_no_password_is_printed(installed: Installation) -> None:
    printed = "".join(deploy.stdout + deploy.stderr for deploy in installed.deploys)
    for secret in (*OWNERS.values(), "the first password", "another password"):
        assert secret not in printed


def test_unavailable_airflow_database_ends_the_deploy_with_one_sentence(
    installed: Installation, tmp_path: Path
) -> None:
    environment = {
        **os.environ,
        "AIRFLOW_HOME": str(tmp_path),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": "postgresql+psycopg2://airflow@127.0.0.1:1/airflow",
        "CRM_DATABASE_URL": installed.url("crm", "crm"),
    }
    command = [sys.executable, "-m", "include.deploy"]
    failed = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True)
    assert failed.returncode == 1
    assert failed.stderr == (
        "Airflow's database could not be migrated; the output of airflow db migrate above says why. "
        "Check [database] sql_alchemy_conn, then run the deploy again.\n"
    )
    assert "Connection refused" in failed.stdout
