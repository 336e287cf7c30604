"""What the DAGs about orders must be, parsed as Airflow parses them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from airflow.sdk import DAG, CronDataIntervalTimetable
from airflow.sdk.definitions.mappedoperator import MappedOperator
from airflow.serialization.serialized_objects import DagSerialization

from include.data_sources.pools import ORDER_POOL, POOL
from include.order_push.listening import NewOrders
from include.order_push.time_limits import AT_ONCE, THOROUGH
from include.tasks.retry_policy import RETRIES, RETRY_BACKOFF, RETRY_DELAY
from tests.support.parsed_dags import ALLOWED_TAGS, parse, weight

FILES = ("order_push", "order_reconciliation", "order_updates")
ALL_FILES = (*FILES, "order_push_now")


@pytest.fixture(params=FILES)
def dag(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> DAG:
    """Each of the DAGs, parsed without a database."""
    monkeypatch.delenv("AIRFLOW_CONN_CRM_DB", raising=False)
    for setting in ("BIGCOMMERCE_ORDER_PUSH_CRON", "BIGCOMMERCE_ORDER_UPDATES_CRON"):
        monkeypatch.delenv(setting, raising=False)
    return parse(request.param)


@pytest.mark.parametrize(
    ("name", "cron"),
    [
        ("order_push", "*/15 * * * *"),
        ("order_reconciliation", "0 3 * * *"),
        ("order_updates", "*/15 * * * *"),
    ],
)
def test_data_intervals_are_aligned_and_leave_no_gap(name: str, cron: str) -> None:
    assert parse(name).timetable == CronDataIntervalTimetable(cron, timezone="UTC")


@pytest.mark.parametrize("name", ["order_push", "order_updates"])
def test_how_often_it_runs_is_a_setting(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"BIGCOMMERCE_{name.upper()}_CRON", "*/5 * * * *")
    assert parse(name).timetable == CronDataIntervalTimetable("*/5 * * * *", timezone="UTC")


def test_a_downtime_is_not_caught_up_with_and_a_new_dag_is_not_paused(dag: DAG) -> None:
    assert dag.catchup is False
    assert dag.start_date is not None
    assert dag.start_date.year < 2026  # backfills reach back to it
    assert dag.is_paused_upon_creation is False
    assert dag.max_active_runs <= 2


def test_an_unavailable_store_does_not_hold_up_the_orders_of_the_others() -> None:
    """The run in which its task tries again and again ends while the DAG may still start another."""
    longest_attempt = 2 * THOROUGH.patience  # the last request may begin when patience is about to end
    longest_waits = sum(2 * RETRY_DELAY.total_seconds() * RETRY_BACKOFF**retry for retry in range(RETRIES))
    run_ends_after = timedelta(seconds=(RETRIES + 1) * longest_attempt + longest_waits)
    assert run_ends_after < parse("order_push").max_active_runs * timedelta(minutes=15)


@pytest.mark.parametrize("dag", ALL_FILES, indirect=True)
def test_parsing_twice_gives_the_same_dag(dag: DAG) -> None:
    again = parse(dag.dag_id.removeprefix("bigcommerce_"))
    assert DagSerialization.to_dict(dag) == DagSerialization.to_dict(again)


@pytest.mark.parametrize("dag", ALL_FILES, indirect=True)
def test_people_find_out_what_it_is_and_whose(dag: DAG) -> None:
    names = ("Order push", "Order push at once", "Order reconciliation", "Order updates")
    assert dag.dag_display_name in names
    assert re.search(r"\*\*When a (store's task fails|run failed)\*\*", dag.doc_md or "")
    assert dag.tags
    assert dag.tags <= ALLOWED_TAGS
    assert {task.owner for task in dag.tasks} == {"bigcommerce"}


def test_the_backfill_is_explained_step_by_step() -> None:
    said = parse("order_push").doc_md or ""
    for word in (
        "Backfill",
        "All Runs",
        "Max Active Runs",
        "--reprocess-behavior completed",
        "safe to repeat",
    ):
        assert word in said


def test_one_task_instance_for_each_store_carries_its_name(dag: DAG) -> None:
    find_stores, mapped = dag.tasks
    assert isinstance(mapped, MappedOperator)
    assert mapped.map_index_template == "{{ task.op_kwargs['name'] }}"
    assert find_stores.task_id == "find_stores"
    assert mapped.upstream_task_ids == {"find_stores"}
    assert all(task.execution_timeout for task in dag.tasks)


def test_paid_orders_never_wait_for_a_slot_that_a_sync_holds() -> None:
    assert parse("order_push").get_task("push").pool == ORDER_POOL != POOL
    assert parse("order_push_now").get_task("push").pool == ORDER_POOL


def test_completed_orders_start_a_push_that_leaves_what_fails_to_the_schedule() -> None:
    at_once = parse("order_push_now")
    [asset] = at_once.timetable.asset_condition.objects
    assert [type(watcher.trigger) for watcher in asset.watchers] == [NewOrders]
    assert at_once.max_active_runs == 1
    assert at_once.is_paused_upon_creation is False
    [push] = at_once.tasks
    assert push.retries == 0
    # three stores that do not answer, one after the other, and one with more orders than fit into a minute
    assert push.execution_timeout is not None
    assert push.execution_timeout.total_seconds() > 3 * 2 * AT_ONCE.patience + AT_ONCE.sending


def test_paid_orders_go_before_all_syncs_that_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", "bigcommerce_product_sync__store1")
    sync = parse("product_sync", "bigcommerce_product_sync__store1")
    orders = parse("order_push")
    assert min(weight(orders, task_id) for task_id in orders.task_ids) > max(
        weight(sync, task_id) for task_id in sync.task_ids
    )


def test_nothing_has_to_be_filled_in_to_trigger_it_and_every_param_is_described(dag: DAG) -> None:
    assert {"store", "from", "to"} <= set(dag.params)
    for name in dag.params:
        param = dag.params.get_param(name)
        assert param.value in (None, False)
        assert param.schema["title"]
        assert len(param.description or "") > 40
    dag.params.validate()


@pytest.mark.parametrize("dag", [*ALL_FILES, "monitoring"])
def test_documentation_of_a_dag_leads_with_what_its_buttons_do(dag: str) -> None:
    beginning = (parse(dag).doc_md or "").split("| task |")[0]
    assert "- **Trigger" in beginning
    if dag == "order_push":
        assert "*Reprocess Behavior*" in beginning
