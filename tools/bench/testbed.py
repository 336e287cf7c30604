"""What each measurement runs on: a durable Postgres, a fresh CRM database, a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg

from include.connections.token_address import ALLOW_LOOPBACK
from include.crm.migrate import migrate
from include.local.environment import PROJECT
from include.local.postgres import Postgres, running_postgres
from tools.bench.meter import POSTGRES_VARIABLE
from tools.bench.results import NotMeasured
from tools.bench.store import STORE_HASH

DLT_VENV = PROJECT / ".local" / "bench" / "venv"
DLT = "dlt[postgres]==1.31.0"
# Orders that were sent long ago are filled in as they look today. With triggers each would enter the outbox
# and leave it again, which takes minutes for hundreds of thousands.
WITHOUT_TRIGGERS, WITH_TRIGGERS = (f"SET session_replication_role = {role}" for role in ("replica", "origin"))


@dataclass
class Testbed:
    """A running Postgres with an empty, migrated CRM database that others are copied from."""

    folder: Path
    postgres: Postgres
    databases: int = 0

    @contextmanager
    def fresh_database(self) -> Iterator[str]:
        """URL of a CRM database in which the sandbox store is a data source; dropped at the end."""
        self.databases += 1
        name = f"crm_{self.databases}"
        self.postgres.create_database(name, template="crm_template")
        url = self.postgres.url(name)
        with psycopg.connect(url) as crm:
            crm.execute(
                "INSERT INTO crm.data_source (store_hash, store_name) VALUES (%s, 'Sandbox')", [STORE_HASH]
            )
        yield url
        self.postgres.drop_database(name)

    def run(
        self, module: str, *arguments: object, python: Path | str = sys.executable, **environment: str
    ) -> dict[str, Any]:
        """What `python -m tools.bench.<module>` prints as its last line. Raises NotMeasured if it fails."""
        with psycopg.connect(self.postgres.url("postgres"), autocommit=True) as server:
            server.execute("CHECKPOINT")  # what came before is written out, and not counted
        postmaster = psutil.Process(self.postgres.process.pid).children()[0].pid
        done = subprocess.run(
            [str(python), "-m", f"tools.bench.{module}", *map(str, arguments)],
            env={
                **os.environ,
                "PYTHONPATH": str(PROJECT),
                "AIRFLOW_HOME": str(self.folder / "airflow"),
                "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
                ALLOW_LOOPBACK: "true",  # the sandbox store
                POSTGRES_VARIABLE: str(postmaster),
                **environment,
            },
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise NotMeasured(f"{module} failed:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
        result: dict[str, Any] = json.loads(done.stdout.strip().rpartition("\n")[2])
        return result


@contextmanager
def running_testbed(folder: Path) -> Iterator[Testbed]:
    """Start Postgres in the folder; stop it at the end."""
    with running_postgres(folder / "postgres", log=folder / "postgres.log") as postgres:
        postgres.create_database("crm_template")
        migrate(postgres.url("crm_template"))
        yield Testbed(folder, postgres)


def dlt_python() -> Path:
    """The Python of a venv with dlt, installed at the first use."""
    python = DLT_VENV / "bin" / "python"
    marker = DLT_VENV / "installed"
    if not marker.exists() or marker.read_text() != DLT:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(DLT_VENV)], check=True)
        install = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check", DLT]
        subprocess.run(install, check=True)
        marker.write_text(DLT)
    return python
