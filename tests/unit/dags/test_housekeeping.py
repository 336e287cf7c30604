"""What dags/housekeeping.py must be, parsed as Airflow parses it."""

from __future__ import annotations

import importlib.util

import pytest
from airflow.dag_processing.dagbag import BundleDagBag
from airflow.sdk import DAG, CronTriggerTimetable, RetryAction
from airflow.sdk.exceptions import ParamValidationError
from airflow.serialization.serialized_objects import DagSerialization

from include.database_errors import DatabaseUnavailable
from include.housekeeping.retention import KINDS, Kind
from include.tasks.retry_policy import RETRIES
from tests.support.project import PROJECT

FILE = PROJECT / "dags" / "housekeeping.py"


def bag() -> BundleDagBag:
    return BundleDagBag(FILE, bundle_path=FILE.parent, bundle_name="dags-folder", load_op_links=False)


def parse() -> DAG:
    parsed = bag()
    assert parsed.import_errors == {}
    return parsed.dags["bigcommerce_housekeeping"]  # type: ignore[return-value]


@pytest.fixture
def dag(monkeypatch: pytest.MonkeyPatch) -> DAG:
    """The DAG, parsed without a database and without settings."""
    for name in ("AIRFLOW_CONN_CRM_DB", "BIGCOMMERCE_HOUSEKEEPING_CRON", *(kind.setting for kind in KINDS)):
        monkeypatch.delenv(name, raising=False)
    return parse()


def test_housekeeping_runs_every_night_one_run_at_a_time_without_catchup(dag: DAG) -> None:
    assert dag.timetable == CronTriggerTimetable("30 4 * * *", timezone="UTC")
    assert dag.catchup is False
    assert dag.max_active_runs == 1
    assert dag.is_paused_upon_creation is False


def test_when_it_runs_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIGCOMMERCE_HOUSEKEEPING_CRON", "0 1 * * 0")
    assert parse().timetable == CronTriggerTimetable("0 1 * * 0", timezone="UTC")


def test_dag_page_says_what_it_deletes_and_who_owns_it(dag: DAG) -> None:
    assert dag.dag_display_name == "Housekeeping"
    assert dag.tags == {"bigcommerce", "housekeeping"}
    assert {task.owner for task in dag.tasks} == {"bigcommerce"}
    assert "When a run failed" in (dag.doc_md or "")
    for kind in KINDS:
        assert f"| {kind.default_days} days | `{kind.setting}` |" in (dag.doc_md or "")


def test_its_tasks_have_a_time_limit_and_retry_an_unavailable_database(dag: DAG) -> None:
    assert {task.task_id for task in dag.tasks} == {"tidy_up", "check_redirects", "check_webhooks"}
    for task in dag.tasks:
        assert not task.upstream_task_ids
        assert task.execution_timeout
        assert task.retries == RETRIES
        assert task.retry_policy is not None
        decision = task.retry_policy.evaluate(DatabaseUnavailable("Unavailable."), 1, 3)
        assert decision.action is RetryAction.RETRY


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.name))
def test_days_are_parameters_with_the_settings_as_defaults_and_a_minimum(
    dag: DAG, kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    param = dag.params.get_param(kind.param)
    assert param.value == kind.default_days
    assert len(param.description or "") > 40
    assert param.resolve(None) is None
    for days in (0, kind.least_days - 1, "30"):
        with pytest.raises(ParamValidationError):
            param.resolve(days)
    monkeypatch.setenv(kind.setting, "1000")
    assert parse().params[kind.param] == 1000
    monkeypatch.setenv(kind.setting, "forever")
    assert parse().params[kind.param] is None


def test_invalid_setting_is_an_import_error_that_names_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(KINDS[0].setting, "0")
    parsed = bag()
    assert not parsed.dags
    [problem] = parsed.import_errors.values()
    assert KINDS[0].setting in problem


def test_parsing_twice_gives_the_same_dag(dag: DAG) -> None:
    assert DagSerialization.to_dict(dag) == DagSerialization.to_dict(parse())


def test_its_summary_becomes_the_note_of_its_run(dag: DAG) -> None:
    spec = importlib.util.spec_from_file_location("run_note", PROJECT / "plugins" / "run_note.py")
    assert spec is not None
    assert spec.loader is not None
    plugin = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(plugin)
    assert dag.dag_id.startswith(plugin.DAG_IDS)
