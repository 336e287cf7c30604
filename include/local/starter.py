"""Starts the parts of the one-machine system, one after the other, each on a free port.

They stop in the reverse order, when the stack that they are in ends.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import requests

from include.local.airflow import START_SECONDS, AirflowApi, airflow_programs
from include.local.console import Steps
from include.local.environment import Secrets
from include.local.ports import free_port
from include.local.postgres import Postgres, running_postgres
from include.local.programs import checkout_program, more_stores_program, sandbox_program
from include.local.supervisor import Program, Supervised, SystemFailed, supervise


@dataclass(frozen=True)
class Starter:
    """Starts the parts, one method each; what is started stops with the stack."""

    stack: ExitStack
    steps: Steps
    state: Path

    def postgres(self, preferred_port: int, *, durable: bool) -> Postgres:
        """Start Postgres, and wait until it answers."""
        with self.steps.step("Postgres") as details:
            log = self.state / "logs" / "postgres.log"
            postgres = self.stack.enter_context(
                running_postgres(
                    self.state / "postgres", log=log, preferred_port=preferred_port, durable=durable
                )
            )
            details.append(_on_port(postgres.port, preferred_port))
        return postgres

    def store(
        self, preferred_port: int, store_hash: str, products: int, variants: int, environment: dict[str, str]
    ) -> tuple[str, Supervised]:
        """Start the first store; its address and its process."""
        port = free_port(preferred_port)
        with self.steps.step("Sandbox store") as details:
            program = sandbox_program(port, store_hash, products, variants, self.state)
            store = self._supervised([program], environment)
            wait_until_answering(_url(port), store)
            details.append(_on_port(port, preferred_port))
        return _url(port), store

    def more_stores(
        self, preferred_port: int, number: int, environment: dict[str, str]
    ) -> tuple[str, list[Supervised]]:
        """Start the other stores; their address and their process, or without any only an address."""
        url = _url(free_port(preferred_port))
        if not number:
            return url, []
        with self.steps.step(f"{number} more stores"):
            stores = self._supervised([more_stores_program(url, number, self.state)], environment)
            wait_until_answering(url, stores)
        return url, [stores]

    def checkout(self, preferred_port: int, environment: dict[str, str]) -> tuple[str, Supervised]:
        """Start the demo checkout, without waiting for it; its address and its process."""
        url = _url(free_port(preferred_port))
        return url, self._supervised([checkout_program(url, self.state)], environment)

    def airflow(
        self, port: int, preferred_port: int, environment: dict[str, str], secrets: Secrets
    ) -> tuple[AirflowApi, Supervised]:
        """Start Airflow, and wait until all its components are healthy."""
        with self.steps.step("Airflow") as details:
            programs = airflow_programs(api_port=port, logs=self.state / "logs")
            components = self._supervised(programs, environment)
            airflow = AirflowApi(_url(port), "admin", secrets.admin_password)
            airflow.wait_until_healthy(components.check)
            details.append(_on_port(port, preferred_port))
        return airflow, components

    def _supervised(self, programs: Sequence[Program], environment: dict[str, str]) -> Supervised:
        return self.stack.enter_context(supervise(programs, {**os.environ, **environment}))


def wait_until_answering(url: str, process: Supervised) -> None:
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


def _url(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def _on_port(port: int, usual: int) -> str:
    return f"on port {port}" + (f" ({usual} is in use)" if usual and port != usual else "")
