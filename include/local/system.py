"""The whole system on one machine, with all data in one folder.

It is Postgres, the sandbox store, the demo checkout and Airflow.

<state>/postgres/       the databases `airflow` and `crm`
<state>/airflow/        AIRFLOW_HOME, with the tasks' logs
<state>/sandbox*.jsonl  changes made in the sandbox store
<state>/more-stores/    the same for the other stores of a demo with many
<state>/logs/           one log for each process
<state>/secrets.json    keys and passwords, created at the first start
<state>/env             all environment variables, for a shell to source
"""

from __future__ import annotations

import fcntl
import importlib.metadata
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from include.crm.migrate import migrate
from include.local.airflow import START_SECONDS, AirflowApi, airflow_programs
from include.local.console import Steps
from include.local.environment import (
    Secrets,
    crm_environment,
    kept_secrets,
    system_environment,
    write_env_file,
)
from include.local.ports import free_port
from include.local.postgres import Postgres, running_postgres
from include.local.programs import checkout_program, more_stores_program, sandbox_program
from include.local.supervisor import Program, Supervised, SystemFailed, last_lines, supervise

STORE_HASH = "sandbox1"


@dataclass(frozen=True)
class Ports:
    """Preferred ports on 127.0.0.1; 0, or a port in use: any free one."""

    postgres: int = 0
    sandbox: int = 0
    more_stores: int = 0
    checkout: int = 0
    airflow: int = 0


ANY_PORTS = Ports()


@dataclass(frozen=True)
class System:
    """A running system; `checkout_url` is what checkout links begin with."""

    airflow: AirflowApi
    postgres: Postgres
    store_url: str
    more_stores_url: str
    checkout_url: str
    parts: tuple[Supervised, ...]
    environment: dict[str, str]
    state: Path
    env_file: Path
    secrets: Secrets

    def check(self) -> None:
        """Raise SystemFailed, with its name, if a process has ended."""
        for part in self.parts:
            part.check()

    def command(self, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command of this project (`python -m …`) against the system, with `text` as its input."""
        return subprocess.run(
            [sys.executable, "-m", *arguments],
            env={**os.environ, **self.environment},
            input=text,
            capture_output=True,
            text=True,
        )


@contextmanager
def running_system(
    state: Path,
    steps: Steps,
    *,
    ports: Ports = ANY_PORTS,
    products: int = 1200,
    variants: int = 5,
    more_stores: int = 0,
    durable: bool = True,
    webhooks: bool = False,
) -> Iterator[System]:
    """Run everything while the context is open, with the data that is already in `state`.

    `more_stores`: how many stores there are beside the first; see include/local/demo_stores.py.
    `webhooks`: whether the stores say at once what changed in them.
    Raises SystemFailed, MigrationFailed, and BlockingIOError if `state` is in use.
    """
    (state / "logs").mkdir(parents=True, exist_ok=True)
    secrets = kept_secrets(state)
    with ExitStack() as stack:
        lock = stack.enter_context((state / "lock").open("w"))
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        postgres = _start_postgres(stack, steps, state, ports.postgres, durable=durable)

        api_port = free_port(ports.airflow)
        environment = system_environment(state, postgres=postgres, api_port=api_port)
        if webhooks:
            environment["BIGCOMMERCE_PUBLIC_URL"] = f"http://127.0.0.1:{api_port}"
        with steps.step("Migrations of both databases"):
            prepare_databases(state, postgres, environment)

        stores = {**os.environ, **environment, "BIGCOMMERCE_SANDBOX_TOKEN": secrets.store_token}
        store_port = free_port(ports.sandbox)
        store_url = f"http://127.0.0.1:{store_port}"
        with steps.step("Sandbox store") as details:
            program = sandbox_program(store_port, STORE_HASH, products, variants, state)
            parts = [_start(stack, program, stores, store_url)]
            details.append(_on_port(store_port, ports.sandbox))
        more_stores_url = f"http://127.0.0.1:{free_port(ports.more_stores)}"
        if more_stores:
            with steps.step(f"{more_stores} more stores"):
                program = more_stores_program(more_stores_url, more_stores, state)
                parts.append(_start(stack, program, stores, more_stores_url))

        checkout_url = f"http://127.0.0.1:{free_port(ports.checkout)}"
        program = checkout_program(checkout_url, state)
        checkout = stack.enter_context(supervise([program], {**os.environ, **crm_environment(environment)}))
        with steps.step("Airflow") as details:
            airflow, components = _start_airflow(stack, state, environment, api_port, secrets)
            details.append(_on_port(api_port, ports.airflow))
        _wait_until_answering(checkout_url, checkout)

        yield System(
            airflow,
            postgres,
            store_url,
            more_stores_url,
            f"{checkout_url}/cart",
            (postgres.process, *parts, checkout, components),
            environment,
            state,
            write_env_file(state, environment),
            secrets,
        )


def _start_postgres(
    stack: ExitStack, steps: Steps, state: Path, preferred_port: int, *, durable: bool
) -> Postgres:
    with steps.step("Postgres") as details:
        log = state / "logs" / "postgres.log"
        postgres = stack.enter_context(
            running_postgres(state / "postgres", log=log, preferred_port=preferred_port, durable=durable)
        )
        details.append(_on_port(postgres.port, preferred_port))
    return postgres


def _start(stack: ExitStack, program: Program, environment: dict[str, str], url: str) -> Supervised:
    started = stack.enter_context(supervise([program], environment))
    _wait_until_answering(url, started)
    return started


def _start_airflow(
    stack: ExitStack, state: Path, environment: dict[str, str], api_port: int, secrets: Secrets
) -> tuple[AirflowApi, Supervised]:
    programs = airflow_programs(_command("airflow"), api_port=api_port, logs=state / "logs")
    components = stack.enter_context(supervise(programs, {**os.environ, **environment}))
    airflow = AirflowApi(f"http://127.0.0.1:{api_port}", "admin", secrets.admin_password)
    airflow.wait_until_healthy(components.check)
    return airflow, components


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
            [_command("airflow"), "db", "migrate"],
            env={**os.environ, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    if migration.returncode:
        raise SystemFailed(f"`airflow db migrate` failed.\n{last_lines(log)}")
    done.write_text(version)


def _wait_until_answering(url: str, process: Supervised) -> None:
    """Raises SystemFailed if the process ends, or does not answer in time."""
    give_up_at = time.monotonic() + START_SECONDS
    while True:
        process.check()
        try:
            requests.get(url, timeout=5)
        except requests.ConnectionError as problem:
            if time.monotonic() > give_up_at:
                raise SystemFailed(f"{url} did not answer in {START_SECONDS:.0f} s: {problem}") from None
            time.sleep(0.05)
        else:
            return


def _command(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def _on_port(port: int, usual: int) -> str:
    return f"on port {port}" + (f" ({usual} is in use)" if usual and port != usual else "")
