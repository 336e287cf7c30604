"""Fills a demo with many stores: some failed, late, paused or with rejected orders; see demo_stores.py."""

from __future__ import annotations

import psycopg

from include.crm import data_sources
from include.local.console import Steps
from include.local.demo_stores import stores_of_demo
from include.local.supervisor import SystemFailed
from include.local.system import System


def add_stores(system: System, steps: Steps, number: int) -> None:
    """Activate and sync so many stores beside the first, unless an earlier start did. Raises SystemFailed."""
    with psycopg.connect(system.postgres.url("crm")) as crm:
        known = {source.store_hash for source in data_sources.list_all(crm)}
    new = [store for store in stores_of_demo(number) if store.store_hash not in known]
    with steps.step(f"{number} more stores: activated and synced"):
        _fill(system, number)
    scheduled = [store.store_hash for store in new if store.story in ("late", "automatic")]
    if scheduled:
        with steps.step("Schedules of some of them"):
            for store in new:
                if store.story == "late":  # before it has a schedule, so that it never runs
                    dag_id = system.airflow.wait_for_dag(store.store_hash)
                    system.airflow.call("PATCH", f"/dags/{dag_id}", {"is_paused": True})
            _fill(system, number, "--schedules", *scheduled)


def _fill(system: System, number: int, *options: str) -> None:
    arguments = ["include.local.fill_demo_stores", str(number), "--base-url", system.more_stores_url]
    done = system.command(*arguments, *options, text=system.secrets.store_token)
    if done.returncode:
        raise SystemFailed(done.stderr.strip() or done.stdout.strip())
