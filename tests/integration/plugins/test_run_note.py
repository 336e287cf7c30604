"""The listener that puts a run's outcome into its note, against Airflow's own database."""

from __future__ import annotations

import importlib.util
import json
import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from include.markdown import unescape
from tests.support.project import PROJECT

pytestmark = pytest.mark.usefixtures("in_airflow")

PLUGIN = PROJECT / "plugins" / "run_note.py"
DAG_ID = "bigcommerce_product_sync__store1"
STORES = ("Tea Shop", "Coffee Shop", "Cake Shop")


@pytest.fixture
def session(in_airflow: object) -> Iterator[Any]:
    """A transaction on Airflow's database that refuses to be committed, as the scheduler's does."""
    from airflow import settings
    from airflow.utils.sqlalchemy import prohibit_commit

    made = settings.NonScopedSession()
    with prohibit_commit(made):
        yield made
    made.rollback()
    made.close()


@pytest.fixture
def end(session: Any) -> Callable[..., Any]:
    """End a run whose tasks left these sentences, and return the run.

    A task is (task id, state, sentence or None), and if it is mapped, its place in STORES.
    """
    from airflow.listeners.listener import get_listener_manager
    from airflow.models import DagRun
    from airflow.utils.state import DagRunState
    from airflow.utils.types import DagRunType
    from sqlalchemy import text

    listeners = get_listener_manager()
    spec = importlib.util.spec_from_file_location("run_note", PLUGIN)
    assert spec is not None
    assert spec.loader is not None
    plugin = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(plugin)
    [listener] = plugin.RunNotePlugin.listeners

    def end(state: str, *tasks: tuple[Any, ...], dag_id: str = DAG_ID, run: Any = None) -> Any:
        if run is None:
            run = DagRun(dag_id=dag_id, run_id=f"manual__{uuid.uuid4()}", run_type=DagRunType.MANUAL)
            run.state = DagRunState.RUNNING
            session.add(run)
            session.flush()
        for task_id, task_state, summary, *mapped in tasks:
            names = {"dag_id": dag_id, "run_id": run.run_id, "task_id": task_id, "run": run.id}
            names["map_index"] = mapped[0] if mapped else -1
            session.execute(
                text(
                    "INSERT INTO task_instance (id, dag_id, run_id, task_id, state, map_index, try_number, "
                    "max_tries, pool, pool_slots, queue, priority_weight, hostname, unixname, operator, "
                    "custom_operator_name, executor_config, span_status, rendered_map_index) VALUES "
                    "(gen_random_uuid(), :dag_id, :run_id, :task_id, :state, :map_index, 1, 3, "
                    "'default_pool', 1, 'default', 1, '', '', '', '', '\\x80057d942e', 'not_started', :name)"
                ),
                {**names, "state": task_state, "name": STORES[mapped[0]] if mapped else None},
            )
            if summary is not None:
                session.execute(
                    text(
                        "INSERT INTO xcom (dag_run_id, task_id, map_index, key, dag_id, run_id, value, "
                        "timestamp) VALUES (:run, :task_id, :map_index, 'summary', :dag_id, :run_id, "
                        "CAST(:summary AS jsonb), clock_timestamp())"
                    ),
                    {**names, "summary": json.dumps(summary)},
                )
        listeners.add_listener(listener)
        run.set_state(DagRunState(state))
        run.notify_dagrun_state_changed(msg="test")
        session.flush()
        session.refresh(run)
        return run

    return end


def test_note_of_a_successful_run_says_its_result(end: Callable[..., Any]) -> None:
    run = end(
        "success",
        ("extract", "success", "Read 1,204 products"),
        ("load", "success", "1,204 products, 3 changed"),
        ("write_back", "success", "1,204 products, 3 changed, 2 warnings"),
    )
    assert run.note == "1,204 products, 3 changed, 2 warnings"


def test_note_of_a_failed_run_says_why(end: Callable[..., Any]) -> None:
    run = end(
        "failed",
        ("extract", "success", "Read 1,204 products"),
        ("load", "failed", "The store shows fewer than half."),
        ("write_back", "upstream_failed", None),
    )
    assert run.note == "The store shows fewer than half."


def test_a_run_whose_task_was_killed_says_so(end: Callable[..., Any]) -> None:
    run = end("failed", ("extract", "success", "Read 1,204 products"), ("load", "failed", None))
    assert run.note.startswith("The task was stopped before it could say why")


def test_note_of_a_task_mapped_over_stores_names_each(end: Callable[..., Any]) -> None:
    run = end(
        "success",
        ("find_stores", "success", "2 stores send orders"),
        ("push", "success", "Coffee Shop: 0 orders pushed", 1),
        ("push", "success", "Tea Shop: 3 orders pushed", 0),
        dag_id="bigcommerce_order_push",
    )
    assert run.note.splitlines() == ["Tea Shop: 3 orders pushed", "", "Coffee Shop: 0 orders pushed"]


def test_note_of_a_task_of_several_stores_names_each(end: Callable[..., Any]) -> None:
    run = end("success", ("push", "success", ["Tea Shop: 3 orders pushed", "Coffee Shop: 0 orders pushed"]))
    assert run.note == "Tea Shop: 3 orders pushed\n\nCoffee Shop: 0 orders pushed"


def test_the_stores_that_failed_come_first_and_one_that_was_killed_is_named(end: Callable[..., Any]) -> None:
    run = end(
        "failed",
        ("find_stores", "success", "3 stores send orders"),
        ("push", "failed", None, 1),
        ("push", "success", "Tea Shop: 3 orders pushed", 0),
        ("push", "failed", "Cake Shop: BigCommerce refused the access token.", 2),
        dag_id="bigcommerce_order_push",
    )
    killed, refused, pushed = run.note.split("\n\n")
    assert refused == "Cake Shop: BigCommerce refused the access token."
    assert killed.startswith("Coffee Shop: The task was stopped")
    assert pushed == "Tea Shop: 3 orders pushed"


def test_message_about_all_stores_is_noted_once(end: Callable[..., Any]) -> None:
    run = end(
        "failed",
        *(("compare", "failed", "Give both from and to, or neither.", place) for place in range(3)),
        dag_id="bigcommerce_order_reconciliation",
    )
    assert run.note == "Give both from and to, or neither."


def test_note_without_a_store_is_that_of_the_task_that_looked_for_stores(end: Callable[..., Any]) -> None:
    run = end(
        "success",
        ("find_stores", "success", "No active data source sends orders."),
        ("push", "skipped", None),
        dag_id="bigcommerce_order_push",
    )
    assert run.note == "No active data source sends orders."


def test_note_of_a_repeated_run_says_its_new_outcome(end: Callable[..., Any], session: Any) -> None:
    from sqlalchemy import text

    run = end("failed", ("load", "failed", "The store is away."))
    session.execute(text("UPDATE task_instance SET state = 'success'"))
    session.execute(text("UPDATE xcom SET value = '\"All is well\"'"))
    assert end("success", run=run).note == "All is well"


def test_a_note_that_a_person_wrote_stays(end: Callable[..., Any], session: Any) -> None:
    from sqlalchemy import text

    run = end("failed", ("load", "failed", "The store is away."))
    session.execute(text("UPDATE dag_run_note SET content = 'I look into it', user_id = 'ann'"))
    assert end("success", run=run).note == "I look into it"


def test_long_message_keeps_its_next_step(end: Callable[..., Any]) -> None:
    note = end("failed", ("load", "failed", f"Lost {'x' * 5000}. Start it again.")).note
    assert len(note) == 1000
    assert note.startswith("Lost xxx")
    assert note.endswith("xxx. Start it again.")


def test_messages_that_do_not_fit_are_dropped_whole_and_counted(end: Callable[..., Any]) -> None:
    stores = [
        ("push", "failed", f"{name}: {'x' * 400}. Start it again.", number)
        for number, name in enumerate(STORES)
    ]
    assert len(stores) == 3
    note = end("failed", *stores, dag_id="bigcommerce_order_push").note
    *messages, more = note.split("\n\n")
    assert len(note) <= 1000
    assert all(message.endswith("Start it again.") for message in messages)
    assert more == "And 1 more: see the tasks of this run."


def test_text_of_a_store_becomes_neither_link_nor_picture(end: Callable[..., Any]) -> None:
    text = "It says: [Log in](http://evil.example) ![p](https://evil.example/p) <img src=x> www.evil.example"
    run = end("failed", ("load", "failed", text))
    for live in (r"(?<!\\)\[", r"(?<!\\)<", "://(?<!\\\\://)", r"www\."):
        assert not re.search(live, run.note), live
    assert unescape(run.note) == text


def test_the_listener_knows_the_dags_by_the_same_name() -> None:
    from include.dag_ids import dag_id_of

    assert dag_id_of("store1") == DAG_ID


def test_other_dags_get_no_note(end: Callable[..., Any]) -> None:
    assert end("success", ("write_back", "success", "Done"), dag_id="another_dag").note is None


def test_trouble_with_the_note_never_reaches_the_scheduler(
    end: Callable[..., Any], session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlalchemy.dialects.postgresql

    monkeypatch.delattr(sqlalchemy.dialects.postgresql, "insert")
    assert end("success", ("write_back", "success", "Done")).note is None


def test_note_reads_the_summaries_that_tasks_leave() -> None:
    from include.tasks import run_step
    from plugins import run_note

    assert run_note.SUMMARY == run_step.SUMMARY
