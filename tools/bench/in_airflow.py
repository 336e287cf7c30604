"""What only Airflow can show: many data sources parsed, and a small store that is synced and sold to."""

from __future__ import annotations

import subprocess
import time

import psycopg
import requests
from rich.console import Console

from include.crm.migrate import MigrationFailed
from include.local.console import Steps
from include.local.supervisor import SystemFailed
from include.local.system import STORE_HASH, System, running_system
from tools.bench.events import measure_changes, measure_orders, measure_webhook_calls
from tools.bench.results import NotMeasured, Results
from tools.bench.testbed import Testbed

DATA_SOURCES = 1_000
SMALL_STORE = 50
PATIENCE_SECONDS = 120


def measure_parsing(testbed: Testbed, results: Results) -> None:
    """Parse the DAG file with 1,000 data sources in the CRM."""
    with testbed.fresh_database() as crm_url:
        with psycopg.connect(crm_url) as crm:
            crm.execute(
                "INSERT INTO crm.data_source (store_hash, store_name) "
                "SELECT 'store' || number, 'Store ' || number FROM generate_series(2, %s) AS number",
                [DATA_SOURCES],
            )
        done = testbed.run("parse_dags", AIRFLOW_CONN_CRM_DB=crm_url)
    if done["total"].pop("dags") != DATA_SOURCES:
        raise NotMeasured(f"Not every data source became a DAG: {done}")
    results.add("parsing", DATA_SOURCES, {**done["total"], "peak_memory": done["peak_memory"]})


def measure_small_store(testbed: Testbed, results: Results, runs: int) -> None:
    """Syncs of a small store, from the trigger to Completed, then its orders and changes, one by one.

    The first sync is the warm-up; before each of the others every tenth product changes. The store's webhooks
    are switched on only when orders have been measured. Raises NotMeasured where the system does not start.
    """
    try:
        steps = Steps(Console(quiet=True))
        with running_system(testbed.folder / "system", steps, products=SMALL_STORE, webhooks=True) as system:
            _activate(system)
            dag_id = system.airflow.wait_for_dag(STORE_HASH)
            _seconds_to_completed(system, dag_id)
            for _ in range(runs):
                changes = f"{system.store_url}/_sandbox/catalogue/raise_prices"
                requests.post(changes, json={"every": 10}, timeout=60).raise_for_status()
                results.add("small store", SMALL_STORE, {"seconds": _seconds_to_completed(system, dag_id)})
            measure_orders(system, results)
            measure_changes(system, results)
            measure_webhook_calls(system, results)
    except (
        SystemFailed,
        MigrationFailed,
        requests.RequestException,
        psycopg.Error,
        subprocess.SubprocessError,
    ) as error:
        raise NotMeasured(f"In Airflow: {error}") from error


def _activate(system: System) -> None:
    arguments = ("activate", STORE_HASH, "--base-url", system.store_url, "--no-changes-at-once")
    done = system.command("include.data_sources", *arguments, text=system.secrets.store_token)
    if done.returncode:
        raise SystemFailed(done.stderr.strip() or done.stdout.strip())


def _seconds_to_completed(system: System, dag_id: str) -> float:
    began = time.perf_counter()
    run_id = system.airflow.start(dag_id)
    with psycopg.connect(system.postgres.url("crm"), autocommit=True) as crm:
        while (seconds := time.perf_counter() - began) < PATIENCE_SECONDS:
            row = crm.execute("SELECT status FROM crm.sync_run WHERE dag_run_id = %s", [run_id]).fetchone()
            if row and row[0] == "Completed":
                return seconds
            time.sleep(0.05)
            system.check()
    raise SystemFailed(f"The sync {run_id} was not Completed in {PATIENCE_SECONDS} s.")
