"""What the DAG of store changes must be, parsed as Airflow parses it."""

from __future__ import annotations

from airflow.serialization.serialized_objects import DagSerialization

from include.data_sources.pools import ORDER_POOL
from include.store_changes.listening import NewHints
from tests.support.parsed_dags import ALLOWED_TAGS, parse


def test_hints_start_a_run_at_once_and_the_clock_every_five_minutes() -> None:
    dag = parse("store_changes")
    [asset] = dag.timetable.asset_condition.objects
    assert [type(watcher.trigger) for watcher in asset.watchers] == [NewHints]
    assert dag.timetable.timetable.expression == "*/5 * * * *"
    assert dag.catchup is False
    assert dag.max_active_runs == 2
    assert dag.is_paused_upon_creation is False


def test_one_task_follows_all_hints_and_another_triggers_full_syncs() -> None:
    dag = parse("store_changes")
    follow, full_sync = dag.tasks
    assert (follow.task_id, full_sync.task_id) == ("follow", "full_sync")
    assert follow.pool == ORDER_POOL
    assert follow.retries == 0
    assert follow.execution_timeout
    assert full_sync.upstream_task_ids == {"follow"}
    assert full_sync.partial_kwargs["openlineage_inject_parent_info"] is False


def test_people_find_out_what_it_is_and_whose() -> None:
    dag = parse("store_changes")
    assert dag.dag_display_name == "Store changes"
    assert "**When a run failed**" in (dag.doc_md or "")
    assert dag.tags <= ALLOWED_TAGS
    assert {task.owner for task in dag.tasks} == {"bigcommerce"}
    assert DagSerialization.to_dict(dag) == DagSerialization.to_dict(parse("store_changes"))


def test_trigger_names_itself_and_its_channel() -> None:
    assert NewHints().serialize() == (
        "include.store_changes.listening.NewHints",
        {"connection_id": "crm_db", "channel": "crm_store_changed"},
    )
