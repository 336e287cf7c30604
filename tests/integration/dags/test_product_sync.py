"""What dags/product_sync.py must be, parsed as Airflow parses it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from airflow.dag_processing.dagbag import BundleDagBag
from airflow.sdk import DAG, DeltaTriggerTimetable
from airflow.serialization.serialized_objects import DagSerialization

from tests.support.parsed_dags import weight
from tests.support.project import PROJECT

DAGS = PROJECT / "dags"
ALLOWED_TAGS = {"bigcommerce", "product sync", "draining"}


@pytest.fixture
def add(
    crm: psycopg.Connection[Any], crm_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., None]:
    """Add a data source that the registry finds."""
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", crm_url)
    monkeypatch.setenv("BIGCOMMERCE_REGISTRY_SNAPSHOT", str(tmp_path / "registry.json"))

    def add(
        store_hash: str, name: str = "A Store", minutes: int | None = None, state: str = "active"
    ) -> None:
        crm.execute(
            "INSERT INTO crm.data_source (store_hash, store_name, auto_sync_minutes, state) "
            "VALUES (%s, %s, %s, %s)",
            [store_hash, name, minutes, state],
        )
        crm.commit()

    return add


def parse() -> dict[str, DAG]:
    bag = BundleDagBag(
        DAGS / "product_sync.py", bundle_path=DAGS, bundle_name="dags-folder", load_op_links=False
    )
    assert bag.import_errors == {}
    return bag.dags  # type: ignore[return-value]


@pytest.fixture
def dag(add: Callable[..., None]) -> DAG:
    """The DAG of store1, synced every hour."""
    add("store1", minutes=60)
    return parse()["bigcommerce_product_sync__store1"]


def test_there_is_one_dag_for_each_data_source_that_is_not_inactive(add: Callable[..., None]) -> None:
    add("store1")
    add("store2", state="draining")
    add("store3", state="inactive")
    assert parse().keys() == {"bigcommerce_product_sync__store1", "bigcommerce_product_sync__store2"}


def test_no_data_source_is_no_error(add: Callable[..., None]) -> None:
    assert parse() == {}


def test_a_schedule_comes_from_auto_sync_alone(add: Callable[..., None]) -> None:
    add("store1", minutes=90)
    add("store2")
    add("store3", minutes=90, state="draining")
    dags = parse()
    assert isinstance(dags["bigcommerce_product_sync__store1"].timetable, DeltaTriggerTimetable)
    assert not dags["bigcommerce_product_sync__store2"].timetable.can_be_scheduled
    assert not dags["bigcommerce_product_sync__store3"].timetable.can_be_scheduled
    assert "draining" in dags["bigcommerce_product_sync__store3"].tags


def test_a_task_starts_with_its_own_dag_and_no_database(
    add: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    add("store1")
    add("store2")
    monkeypatch.delenv("AIRFLOW_CONN_CRM_DB")
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", "bigcommerce_product_sync__store2")
    began = time.perf_counter()
    dags = parse()
    assert list(dags) == ["bigcommerce_product_sync__store2"]
    assert dags["bigcommerce_product_sync__store2"].task_ids == ["extract", "load", "write_back"]
    assert time.perf_counter() - began < 2


def test_parsing_twice_gives_the_same_dag(add: Callable[..., None]) -> None:
    add("store1", name="Größe & <b>", minutes=60)
    first, second = (DagSerialization.to_dict(parse()["bigcommerce_product_sync__store1"]) for _ in range(2))
    assert first == second


def test_people_find_out_what_it_is_and_whose(dag: DAG) -> None:
    assert dag.dag_display_name == "Product sync · A Store"
    assert dag.doc_md is not None
    assert "When it failed" in dag.doc_md
    assert dag.tags
    assert dag.tags <= ALLOWED_TAGS
    assert {task.owner for task in dag.tasks} == set(dag.owner_links)
    assert list(dag.owner_links.values()) == ["https://store-store1.mybigcommerce.com/manage"]


def test_runs_never_overlap_nor_catch_up_and_a_new_dag_is_not_paused(dag: DAG) -> None:
    assert dag.max_active_runs == 1
    assert dag.catchup is False
    assert dag.is_paused_upon_creation is False
    assert dag.on_failure_callback


def test_every_param_is_described_and_off_or_empty(dag: DAG) -> None:
    switches = {"dry_run", "allow_mass_removal", "verify_custom_fields"}
    assert set(dag.params) == switches | {"remove_at_most"}
    for name in dag.params:
        param = dag.params.get_param(name)
        assert param.value is (False if name in switches else None)
        assert param.schema["type"] == ("boolean" if name in switches else ["null", "integer"])
        assert param.schema["title"]
        assert len(param.description or "") > 40


def test_a_sync_that_has_begun_goes_on_before_another_begins(dag: DAG) -> None:
    weights = [weight(dag, task_id) for task_id in ("extract", "load", "write_back")]
    assert weights == sorted(set(weights))


def test_every_task_ends_some_day_and_those_of_a_store_share_a_pool(dag: DAG) -> None:
    assert all(task.execution_timeout for task in dag.tasks)
    assert {task.task_id: task.pool for task in dag.tasks} == {
        "extract": "bigcommerce",
        "load": "default_pool",
        "write_back": "bigcommerce",
    }
