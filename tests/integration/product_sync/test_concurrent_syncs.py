"""Two syncs of one store at once, and a database that goes away: one sentence, no deadlock, no traceback."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable

import pytest

from include.connections.crm import open_crm
from include.crm import sync_lock
from include.crm.sync_options import SyncOptions
from include.crm.sync_run_rows import DagRunReference
from include.product_sync import __main__ as command_line
from include.product_sync import steps
from include.product_sync.errors import AnotherSyncRuns
from tests.support.shop import Shop

Store = Callable[..., Shop]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], int]:
    """Runs the command line in this process; the exit status."""
    monkeypatch.setattr(command_line, "read_connections_as_server", lambda: None)

    def command(store_hash: str) -> int:
        monkeypatch.setattr(sys, "argv", ["product_sync", store_hash])
        return command_line.main()

    return command


def test_second_sync_of_a_store_says_that_one_is_running_and_leaves_it_alone(
    store: Store, command: Callable[[str], int], capsys: pytest.CaptureFixture[str]
) -> None:
    active = store(products=3)
    begun, ended = threading.Event(), threading.Event()

    def hold() -> None:
        with steps.exclusive(active.sandbox.store_hash):
            steps.begin(active.sandbox.store_hash, SyncOptions(), DagRunReference())
            begun.set()
            ended.wait(30)

    first = threading.Thread(target=hold)
    first.start()
    try:
        assert begun.wait(30)
        assert command(active.sandbox.store_hash) == 1
        shown = " ".join(capsys.readouterr().out.split())
        assert "Another sync of Sandbox is running" in shown
        assert "Traceback" not in shown
        assert [row["status"] for row in active.rows("SELECT * FROM crm.sync_run")] == ["In Progress"]
    finally:
        ended.set()
        first.join()
    assert command(active.sandbox.store_hash) == 0


def test_every_step_keeps_others_of_the_same_store_out_and_none_of_another(store: Store) -> None:
    active, other = store(products=2), store(products=2, store_hash="another1")
    run = active.begin()
    failures: list[BaseException] = []

    def elsewhere() -> None:
        try:
            steps.begin(active.sandbox.store_hash, SyncOptions(), DagRunReference())
        except AnotherSyncRuns as error:
            failures.append(error)
        other.sync()

    with steps.exclusive(active.sandbox.store_hash):
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
    assert len(failures) == 1
    steps.extract(run)
    assert steps.load(run)["counts"]["products"] == 2


def test_two_syncs_started_at_the_same_moment_end_without_a_deadlock(store: Store) -> None:
    active = store(products=40, variants=3)
    results: list[object] = []

    def sync() -> None:
        try:
            with steps.exclusive(active.sandbox.store_hash):
                results.append(active_sync(active))
        except AnotherSyncRuns as error:
            results.append(error)

    threads = [threading.Thread(target=sync) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    assert any(not isinstance(each, AnotherSyncRuns) for each in results)
    assert active.fields_in_store() == active.fields_expected()
    assert {row["status"] for row in active.rows("SELECT * FROM crm.sync_run")} == {"Completed"}


def active_sync(active: Shop) -> int:
    run = steps.begin(active.sandbox.store_hash, SyncOptions(), DagRunReference())
    for step in (steps.extract, steps.load, steps.write_back):
        step(run)
    return run


def test_database_lost_during_a_sync_is_a_sentence_and_exit_status_1(
    store: Store,
    command: Callable[[str], int],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    active = store(products=2)
    reachable = active.crm_url

    def gone(sync_run_id: int) -> None:
        monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", "postgres://nobody@127.0.0.1:1/crm")
        with open_crm():
            pytest.fail("nobody listens there")

    with monkeypatch.context() as patched:
        patched.setattr(steps, "load", gone)
        assert command(active.sandbox.store_hash) == 1
    shown = " ".join(capsys.readouterr().out.split())
    assert "CRM database" in shown
    assert "still shows In Progress; the next sync fixes it" in shown
    assert "Traceback" not in shown
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", reachable)
    assert command(active.sandbox.store_hash) == 0
    assert [row["status"] for row in active.rows("SELECT * FROM crm.sync_run ORDER BY sync_run_id")] == [
        "Failed",
        "Completed",
    ]


def test_a_database_unavailable_from_the_start_is_a_sentence_and_exit_status_one(
    store: Store,
    command: Callable[[str], int],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    active = store(products=2)
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", "postgres://nobody@127.0.0.1:1/crm")
    assert command(active.sandbox.store_hash) == 1
    shown = capsys.readouterr().out
    assert "CRM database" in shown
    assert "Traceback" not in shown


def test_sync_whose_lock_is_lost_goes_no_further(
    store: Store,
    command: Callable[[str], int],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Another sync may be at work from then on."""
    active = store(products=2)
    load = steps.load

    def lost(sync_run_id: int) -> object:
        active.change(
            "SELECT pg_terminate_backend(pid, 30000) FROM pg_locks WHERE locktype = 'advisory' "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return load(sync_run_id)

    monkeypatch.setattr(steps, "load", lost)
    assert command(active.sandbox.store_hash) == 1
    assert "CRM database" in capsys.readouterr().out
    [run] = active.rows("SELECT status, published_at FROM crm.sync_run")
    assert (run["status"], run["published_at"]) == ("Failed", None)


def test_released_lock_is_free_at_once_although_its_connection_is_still_open(store: Store) -> None:
    store(products=1)
    with open_crm() as first, open_crm() as second:
        assert sync_lock.lock(first, 1)
        assert not sync_lock.lock(second, 1)
        sync_lock.release(first)
        assert sync_lock.lock(second, 1)
