"""A hundred stores on two Celery workers, with every part of the system dying once, beside one machine.

    LONG=1 .venv/bin/python -m pytest tests/long -s

STORES=10 makes it small, SEED=… repeats the moments of the faults. Needs Redis (`apt install redis-server`)
and some 20 minutes on two cores.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from random import Random

import pytest

from tests.long.many_machines import REDIS, WORKERS, Executor, ManyMachines, databases_of_many_machines
from tests.long.stores import Stores, running_stores
from tests.long.watching import (
    ORDER_PUSH,
    by_status,
    crm_of,
    ended,
    failed_runs,
    is_pushing,
    tries,
    wait_until,
)

pytestmark = [
    pytest.mark.end_to_end,
    pytest.mark.skipif(not os.environ.get("LONG"), reason="takes 20 minutes: set LONG=1"),
    pytest.mark.skipif(REDIS is None, reason="no Redis is installed: apt install redis-server"),
]

STORES = int(os.environ.get("STORES", "100"))
SELLERS = max(2, STORES // 5)
SEED = int(os.environ.get("SEED") or time.time())
DOWN_SECONDS = 5.0
MORTAL = ("worker1", "redis", "postgres", "scheduler", "api-server")

# What all first syncs took with an executor: seconds by the clock, and of the processors.
costs: dict[Executor, tuple[float, float]] = {}


@contextmanager
def synced_once(folder: Path, executor: Executor) -> Iterator[tuple[ManyMachines, Stores]]:
    """The system after the first sync of all stores, which was due at once; what that took is in `costs`."""
    with (
        pytest.MonkeyPatch.context() as patched,
        running_stores(STORES, SELLERS) as stores,
        databases_of_many_machines(folder, executor) as system,
    ):
        # orders are pushed by themselves half a day from now, so that only the test pushes any
        far_hour = (datetime.now(timezone.utc).hour + 12) % 24
        patched.setenv("BIGCOMMERCE_ORDER_PUSH_CRON", f"0 {far_hour} * * *")
        stores.activate(system)
        system.start_airflow()
        began, cpu = time.monotonic(), system.cpu_seconds()
        wait_until(system, lambda: ended(system, 0) == STORES)
        costs[executor] = (time.monotonic() - began, system.cpu_seconds() - cpu)
        yield system, stores


@pytest.fixture(scope="module", autouse=True)
def report() -> Iterator[None]:
    """Say at the end what a sync took with each executor."""
    yield
    for executor, (seconds, cpu) in costs.items():
        print(
            f"\n{executor}: {STORES} syncs in {seconds:.0f} s; "
            f"{seconds / STORES:.2f} s and {cpu / STORES:.2f} s of processor time each"
        )
    if len(costs) == 2:
        pairs = zip(costs["CeleryExecutor"], costs["LocalExecutor"], strict=True)
        clock, processors = (celery / local for celery, local in pairs)
        print(f"Celery to Local: {clock:.2f} by the clock, {processors:.2f} of processor time")


@pytest.fixture(scope="module")
def two_workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ManyMachines, Stores]]:
    """A hundred stores synced once by two Celery workers."""
    with synced_once(tmp_path_factory.mktemp("two-workers") / "system", "CeleryExecutor") as running:
        yield running


def test_syncs_due_at_once_are_all_completed_on_one_machine(tmp_path: Path) -> None:
    with synced_once(tmp_path / "system", "LocalExecutor") as (system, stores), crm_of(system) as crm:
        assert by_status(system, 0) == {"Completed": STORES}
        assert stores.differences(crm) == []


def test_syncs_due_at_once_are_all_completed_on_two_workers(
    two_workers: tuple[ManyMachines, Stores],
) -> None:
    system, stores = two_workers
    assert by_status(system, 0) == {"Completed": STORES}
    with crm_of(system) as crm:
        assert stores.differences(crm) == []


def test_all_is_completed_and_no_order_lost_or_doubled_though_every_part_dies(
    two_workers: tuple[ManyMachines, Stores],
) -> None:
    system, stores = two_workers
    random = Random(SEED)
    print(f"\nSEED={SEED}")
    with crm_of(system) as crm:
        (before,) = crm.execute("SELECT max(sync_run_id) FROM crm.sync_run").fetchone() or (0,)
    stores.change()
    began = time.monotonic()
    for dag_id in stores.dag_ids:
        system.airflow.start(dag_id)
    faults = random.sample(MORTAL, len(MORTAL))
    moments = sorted(random.choices(range(STORES // 20, STORES * 8 // 10), k=len(faults)))
    for name, moment in zip(faults, moments, strict=True):
        wait_until(system, lambda moment=moment: ended(system, before) >= moment)
        with crm_of(system) as crm:
            stores.place_orders(crm)
        system.airflow.wait_until_healthy(system.tend)
        run_id = system.airflow.start(ORDER_PUSH)
        wait_until(system, partial(is_pushing, system, run_id))
        time.sleep(random.uniform(0, 5))
        print(
            f"  {time.monotonic() - began:.0f} s, {ended(system, before)} syncs: {name} is killed", flush=True
        )
        system.parts[name].kill()
        if name in ("postgres", "redis"):
            time.sleep(DOWN_SECONDS)
            system.parts[name].start()
    wait_until(system, lambda: ended(system, before) == STORES)
    print(f"  {time.monotonic() - began:.0f} s: all syncs have ended")
    wait_until(system, lambda: not system.airflow.unfinished_run(ORDER_PUSH))
    print(f"  {time.monotonic() - began:.0f} s: all pushes have ended")
    with crm_of(system) as crm:
        # those who held them are dead; a quarter of an hour need not be waited for here
        crm.execute("UPDATE crm.order_push SET lease_until = now() WHERE lease_until > now()")
    system.airflow.start(ORDER_PUSH)
    wait_until(system, lambda: not system.airflow.unfinished_run(ORDER_PUSH))

    with crm_of(system) as crm:
        print(f"  {stores.orders(crm)}; {tries(system)}")
        assert by_status(system, before) == {"Completed": STORES}
        assert failed_runs(system) == []
        assert stores.differences(crm) == []
        orders = stores.orders(crm)
        assert orders["to_be_sent"] > 0
        assert (orders["lost"], orders["doubled"], orders["unexpected"]) == (0, 0, 0)


def test_a_task_that_outlives_the_visibility_timeout_is_not_done_twice(tmp_path: Path) -> None:
    changes = {
        "AIRFLOW__CELERY_BROKER_TRANSPORT_OPTIONS__VISIBILITY_TIMEOUT": "10",
        "PYTHONUNBUFFERED": "1",  # the workers' logs are read while they run
    }
    with (
        running_stores(1, 0) as stores,
        databases_of_many_machines(tmp_path / "system", "CeleryExecutor", **changes) as system,
    ):
        (store,) = stores.sandboxes
        stores.activate(system)
        store.forget_requests()
        store.settings.page_cap = 5
        store.settings.latency_seconds = 20.0
        system.start_airflow()
        logs = [tmp_path / "system" / "logs" / f"{worker}.1.log" for worker in WORKERS]
        wait_until(system, lambda: any("ignoring redelivered" in log.read_text() for log in logs))
        store.settings.latency_seconds = 0.0
        wait_until(system, lambda: ended(system, 0) == 1)
        assert by_status(system, 0) == {"Completed": 1}
        assert max(tries(system)) == 1
        reads = [f"{each.path}?{each.query}" for each in store.requests if each.method == "GET"]
        assert len(reads) == len(set(reads))
