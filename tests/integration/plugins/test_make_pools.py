"""The pools exist once a scheduler has started, however it was installed; what an operator changed stays."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from typing import Any

import pytest

from include.data_sources import pools
from include.data_sources.pools import (
    LEFT_BY_SYNCS,
    ORDER_POOL,
    ORDER_POOL_SLOTS,
    POOL,
    POOL_SLOTS,
    make_pools,
)
from tests.support.project import PROJECT

InAirflow = Callable[..., list[dict[str, Any]]]


class Job:
    """Stands in for airflow.jobs.job.Job, which every component makes as it starts."""


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The listener in a scheduler."""
    monkeypatch.setattr(sys, "argv", ["airflow", "scheduler"])
    spec = importlib.util.spec_from_file_location("make_pools", PROJECT / "plugins" / "make_pools.py")
    assert spec is not None
    assert spec.loader is not None
    plugin = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(plugin)
    [listener] = plugin.PoolsPlugin.listeners
    return listener


@pytest.fixture(autouse=True)
def none(in_airflow: InAirflow) -> None:
    in_airflow("DELETE FROM slot_pool WHERE pool LIKE 'bigcommerce%%'")


def slots(in_airflow: InAirflow) -> dict[str, int]:
    rows = in_airflow("SELECT pool, slots FROM slot_pool WHERE pool LIKE 'bigcommerce%%'")
    return {row["pool"]: row["slots"] for row in rows}


def test_scheduler_that_starts_makes_missing_pools_and_changes_no_other(
    listener: Any, in_airflow: InAirflow
) -> None:
    listener.on_starting(Job())
    assert slots(in_airflow) == {POOL: POOL_SLOTS, ORDER_POOL: ORDER_POOL_SLOTS}
    in_airflow("DELETE FROM slot_pool WHERE pool = %s", ORDER_POOL)
    in_airflow("UPDATE slot_pool SET slots = 3 WHERE pool = %s", POOL)
    listener.on_starting(Job())
    assert slots(in_airflow) == {POOL: 3, ORDER_POOL: ORDER_POOL_SLOTS}


def test_task_and_other_component_make_none_and_a_scheduler_starts_even_if_that_fails(
    listener: Any, in_airflow: InAirflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise OSError

    listener.on_starting(object())
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(sys, "argv", ["airflow", "triggerer"])
        listener.on_starting(Job())
    monkeypatch.setattr(pools, "make_pools", fail)
    listener.on_starting(Job())
    assert slots(in_airflow) == {}


@pytest.mark.parametrize(("at_once", "for_syncs"), [(32, POOL_SLOTS), (6, 6 - LEFT_BY_SYNCS), (1, 1)])
def test_syncs_leave_some_of_the_tasks_that_run_at_once_to_orders(
    at_once: int, for_syncs: int, in_airflow: InAirflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__CORE__PARALLELISM", str(at_once))
    make_pools()
    assert slots(in_airflow)[POOL] == for_syncs
