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
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from include.local.airflow import AirflowApi
from include.local.console import Steps
from include.local.databases import prepare_databases
from include.local.environment import (
    Secrets,
    crm_environment,
    kept_secrets,
    system_environment,
    write_env_file,
)
from include.local.ports import free_port
from include.local.postgres import Postgres
from include.local.starter import Starter, wait_until_answering
from include.local.supervisor import Supervised

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
        start = Starter(stack, steps, state)
        postgres = start.postgres(ports.postgres, durable=durable)

        api_port = free_port(ports.airflow)
        environment = system_environment(state, postgres=postgres, api_port=api_port)
        if webhooks:
            environment["BIGCOMMERCE_PUBLIC_URL"] = f"http://127.0.0.1:{api_port}"
        with steps.step("Migrations of both databases"):
            prepare_databases(state, postgres, environment)

        of_stores = {**environment, "BIGCOMMERCE_SANDBOX_TOKEN": secrets.store_token}
        store_url, store = start.store(ports.sandbox, STORE_HASH, products, variants, of_stores)
        more_stores_url, others = start.more_stores(ports.more_stores, more_stores, of_stores)
        checkout_url, checkout = start.checkout(ports.checkout, crm_environment(environment))
        airflow, components = start.airflow(api_port, ports.airflow, environment, secrets)
        wait_until_answering(checkout_url, checkout)

        yield System(
            airflow,
            postgres,
            store_url,
            more_stores_url,
            f"{checkout_url}/cart",
            (postgres.process, store, *others, checkout, components),
            environment,
            state,
            write_env_file(state, environment),
            secrets,
        )
