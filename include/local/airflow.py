"""Airflow on one machine: its four components as programs, and a client of its REST API."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

from include.local.supervisor import Program, SystemFailed

COMPONENTS = {
    "api-server": ["--host", "127.0.0.1", "--workers", "1"],
    "scheduler": ["--skip-serve-logs"],  # the api-server reads the logs from the same disk
    "dag-processor": [],
    "triggerer": ["--skip-serve-logs"],
}
# How long the first start may take on a slow machine; two busy cores need about 40 s.
START_SECONDS = 300.0
DAG_SECONDS = 180.0


def airflow_command() -> str:
    """The path of Airflow's command, in the folder of this Python."""
    return str(Path(sys.executable).with_name("airflow"))


def airflow_programs(*, api_port: int, logs: Path) -> list[Program]:
    """The programs of Airflow's components, with the API on this port."""
    return [
        Program(
            name,
            [
                airflow_command(),
                name,
                *arguments,
                *(["--port", str(api_port)] if name == "api-server" else []),
            ],
            str(logs / f"{name}.log"),
        )
        for name, arguments in COMPONENTS.items()
    ]


class AirflowApi:
    """Airflow's REST API, logged in as one user. Its methods raise requests.RequestException."""

    def __init__(self, address: str, username: str, password: str) -> None:
        self.address = address
        self._login = {"username": username, "password": password}
        self._session = requests.Session()
        self._session.headers["X-Requested-With"] = "requests"  # the page's API asks scripts for it

    def wait_until_healthy(self, check: Callable[[], object]) -> None:
        """Wait until all four components are healthy. Raises SystemFailed, and what `check` raises."""
        deadline = time.monotonic() + START_SECONDS
        while waiting_for := self._unhealthy():
            check()
            if time.monotonic() > deadline:
                raise SystemFailed(
                    f"Airflow's {', '.join(waiting_for)} did not become healthy in {START_SECONDS:.0f} s."
                )
            time.sleep(0.5)  # each answer takes CPU time that the components need to start
        token = self._session.post(f"{self.address}/auth/token", json=self._login, timeout=60)
        token.raise_for_status()
        self._session.headers["Authorization"] = f"Bearer {token.json()['access_token']}"

    def call(self, method: str, path: str, json: object = None, below: str = "/api/v2") -> dict[str, Any]:
        """Send one request below /api/v2, e.g. `call("GET", "/dags")`, and return the answer's JSON."""
        answer = self._session.request(method, f"{self.address}{below}{path}", json=json, timeout=60)
        if not answer.ok:
            raise requests.HTTPError(f"{method} {path}: {answer.status_code} {answer.text}", response=answer)
        return answer.json() if answer.content else {}

    def wait_for_dag(self, part_of_id: str) -> str:
        """Wait for a DAG with `part_of_id` in its id, and return that id. Raises SystemFailed."""
        deadline = time.monotonic() + DAG_SECONDS
        while not (found := self.call("GET", f"/dags?dag_id_pattern={part_of_id}")["dags"]):
            if time.monotonic() > deadline:
                raise SystemFailed(f"Airflow did not show the DAG of {part_of_id} in {DAG_SECONDS:.0f} s.")
            time.sleep(0.2)
        return str(found[0]["dag_id"])

    def connection_host(self, part_of_id: str) -> str | None:
        """Host of the Airflow Connection with `part_of_id` in its id, or None if there is none."""
        found = self.call("GET", f"/connections?connection_id_pattern={part_of_id}")["connections"]
        return str(found[0]["host"]) if found else None

    def start(self, dag_id: str, params: dict[str, Any] | None = None) -> str:
        """Start a run of the DAG and return its run id."""
        body = {"logical_date": None, "conf": params or {}}
        return str(self.call("POST", f"/dags/{dag_id}/dagRuns", body)["dag_run_id"])

    def unfinished_run(self, dag_id: str) -> str | None:
        """Run id of the DAG's oldest queued or running run, or None."""
        query = "state=running&state=queued&order_by=id&limit=1"
        found = self.call("GET", f"/dags/{dag_id}/dagRuns?{query}")["dag_runs"]
        return str(found[0]["dag_run_id"]) if found else None

    def run(self, dag_id: str, run_id: str) -> dict[str, Any]:
        """A DAG run: `state` (queued, running, success, failed), `note`, …"""
        return self.call("GET", f"/dags/{dag_id}/dagRuns/{run_id}")

    def _unhealthy(self) -> list[str]:
        try:
            health = self._session.get(f"{self.address}/api/v2/monitor/health", timeout=10).json()
        except requests.RequestException:
            return ["api-server"]
        return [name for name, part in health.items() if part["status"] != "healthy"]
