"""What dags/monitoring.py must be, parsed as Airflow parses it."""

from __future__ import annotations

import pytest
from airflow.sdk import DAG, CronTriggerTimetable, RetryAction
from airflow.serialization.serialized_objects import DagSerialization

from include.database_errors import DatabaseUnavailable
from include.monitoring.errors import ChannelUnusable, NotDelivered, SettingRefused
from include.tasks.retry_policy import RETRIES
from tests.support.parsed_dags import ALLOWED_TAGS, parse


@pytest.fixture
def dag(monkeypatch: pytest.MonkeyPatch) -> DAG:
    """The DAG, parsed without a database and without a setting."""
    monkeypatch.delenv("AIRFLOW_CONN_CRM_DB", raising=False)
    monkeypatch.delenv("BIGCOMMERCE_MONITORING_CRON", raising=False)
    return parse("monitoring")


def test_monitoring_runs_every_five_minutes_one_run_at_a_time_and_is_not_paused(dag: DAG) -> None:
    assert dag.timetable == CronTriggerTimetable("*/5 * * * *", timezone="UTC")
    assert (dag.catchup, dag.max_active_runs, dag.is_paused_upon_creation) == (False, 1, False)


def test_how_often_it_looks_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIGCOMMERCE_MONITORING_CRON", "0 * * * *")
    assert parse("monitoring").timetable == CronTriggerTimetable("0 * * * *", timezone="UTC")


def test_parsing_twice_gives_the_same_dag(dag: DAG) -> None:
    assert DagSerialization.to_dict(dag) == DagSerialization.to_dict(parse("monitoring"))


def test_dag_page_says_how_to_set_a_channel_and_who_owns_it(dag: DAG) -> None:
    assert dag.dag_display_name == "Monitoring"
    for word in (
        "When a run failed",
        "bigcommerce_alerts",
        "mailtos://",
        "slack://",
        "include.monitoring test",
    ):
        assert word in (dag.doc_md or "")
    assert dag.tags
    assert dag.tags <= ALLOWED_TAGS
    assert {task.owner for task in dag.tasks} == {"bigcommerce"}


def test_its_task_never_waits_for_a_sync_and_has_a_time_limit(dag: DAG) -> None:
    [watch] = dag.tasks
    assert watch.pool != "bigcommerce"
    assert watch.priority_weight > 1
    assert watch.execution_timeout is not None
    assert watch.execution_timeout.total_seconds() <= 600


@pytest.mark.parametrize(
    ("error", "action"),
    [
        (NotDelivered("Unavailable."), RetryAction.RETRY),
        (ChannelUnusable("Nonsense."), RetryAction.FAIL),
        (SettingRefused("Nonsense."), RetryAction.FAIL),
        (DatabaseUnavailable("Unavailable."), RetryAction.RETRY),
        (RuntimeError("A bug."), RetryAction.RETRY),
    ],
)
def test_error_that_a_person_has_to_fix_is_not_retried(
    dag: DAG, error: Exception, action: RetryAction
) -> None:
    [watch] = dag.tasks
    assert 0 < watch.retries < RETRIES  # the next run does the same
    assert watch.retry_policy is not None
    assert watch.retry_policy.evaluate(error, 1, 3).action is action
