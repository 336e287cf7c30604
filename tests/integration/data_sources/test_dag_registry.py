"""A data source keeps its DAG whatever happens to the database, until the CRM says it is inactive."""

from __future__ import annotations

import json
import socket
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

from include.data_sources.dag_list_snapshot import RegisteredStore
from include.data_sources.dag_registry import registered_stores

pytestmark = pytest.mark.usefixtures("crm_connection")


def hashes() -> list[str]:
    return [store.store_hash for store in registered_stores()]


def set_state(crm: psycopg.Connection[Any], store_hash: str, state: str) -> None:
    crm.execute("UPDATE crm.data_source SET state = %s WHERE store_hash = %s", [state, store_hash])
    crm.commit()


def test_no_data_source_means_no_dag_and_no_error(snapshot: Path) -> None:
    assert registered_stores() == []
    assert not snapshot.exists()


def test_active_data_sources_are_registered_in_order(snapshot: Path, activated: Any) -> None:
    activated("store2", auto_sync_minutes=90)
    activated("store1")
    assert registered_stores() == [
        RegisteredStore("store1", "Store store1", None, False),
        RegisteredStore("store2", "Store store2", 90, False),
    ]


def test_unavailable_database_loses_no_dag(
    snapshot: Path, activated: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    activated("store1")
    before = registered_stores()
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", "postgresql://nobody@127.0.0.1:1/crm")
    assert registered_stores() == before


def test_a_missing_connection_loses_no_dag(
    snapshot: Path, activated: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    activated("store1")
    before = registered_stores()
    monkeypatch.delenv("AIRFLOW_CONN_CRM_DB")
    assert registered_stores() == before


def test_a_database_that_hangs_is_waited_for_two_seconds_only(
    snapshot: Path, activated: Any, crm: psycopg.Connection[Any]
) -> None:
    activated("store1")
    before = registered_stores()
    crm.execute("LOCK TABLE crm.data_source")
    began = time.monotonic()
    assert registered_stores() == before
    assert time.monotonic() - began < 4


def test_an_emptied_database_loses_no_dag(
    snapshot: Path, activated: Any, crm: psycopg.Connection[Any]
) -> None:
    activated("store1")
    before = registered_stores()
    crm.execute("TRUNCATE crm.data_source CASCADE")
    crm.commit()
    assert registered_stores() == before
    activated("store2")
    assert hashes() == ["store1", "store2"]


def test_a_database_without_our_tables_loses_no_dag(
    snapshot: Path, activated: Any, crm: psycopg.Connection[Any]
) -> None:
    activated("store1")
    before = registered_stores()
    crm.execute("DROP SCHEMA crm CASCADE")
    crm.commit()
    assert registered_stores() == before


def test_an_inactive_data_source_is_not_registered(
    snapshot: Path, activated: Any, crm: psycopg.Connection[Any]
) -> None:
    activated("store1", auto_sync_minutes=60)
    activated("store2", auto_sync_minutes=60)
    set_state(crm, "store1", "inactive")
    assert hashes() == ["store2"]
    set_state(crm, "store1", "active")
    assert hashes() == ["store1", "store2"]


def test_a_process_that_cannot_ask_for_runs_takes_no_dag_away(
    snapshot: Path, activated: Any, crm: psycopg.Connection[Any]
) -> None:
    activated("store1", auto_sync_minutes=60)
    registered_stores()
    set_state(crm, "store1", "inactive")
    for _ in range(3):
        assert registered_stores() == [RegisteredStore("store1", "Store store1", None, True)]


def test_a_draining_data_source_keeps_its_dag_without_a_schedule(
    snapshot: Path, activated: Any, crm: psycopg.Connection[Any]
) -> None:
    activated("store1", auto_sync_minutes=60)
    set_state(crm, "store1", "draining")
    assert registered_stores() == [RegisteredStore("store1", "Store store1", None, True)]


@pytest.mark.parametrize("content", ["", "{", "[1]", '[{"store": "x"}]', "null", "\x00"])
def test_corrupt_snapshot_is_rebuilt_from_the_database(snapshot: Path, activated: Any, content: str) -> None:
    activated("store1")
    snapshot.write_text(content)
    assert hashes() == ["store1"]
    snapshot_after = snapshot.read_text()
    assert "store1" in snapshot_after


ODD_SNAPSHOTS = [
    "{}",
    '"store1"',
    "[null, 5, [], {}]",
    "[" * 100_000,
    '[{"store_hash": 5, "store_name": null, "auto_sync_minutes": "60", "is_draining": "no"}]',
    '[{"store_hash": "../x", "store_name": "A", "auto_sync_minutes": null, "is_draining": false}]',
    '[{"store_hash": ["a"], "store_name": {}, "auto_sync_minutes": [], "is_draining": null}]',
    '[{"store_hash": "abc", "store_name": "A", "auto_sync_minutes": 1e999, "is_draining": false, "x": 1}]',
]


@pytest.mark.parametrize("content", ODD_SNAPSHOTS)
def test_snapshot_of_wrong_types_is_skipped_and_the_table_still_counts(
    snapshot: Path, activated: Any, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    snapshot.write_text(content)
    activated("store1")
    assert hashes() == ["store1"]
    snapshot.write_text(content)
    monkeypatch.delenv("AIRFLOW_CONN_CRM_DB")
    assert registered_stores() == []


@pytest.mark.parametrize(
    ("minutes", "expected"), [(60, 60), (0, None), (-5, None), (10**30, None), (True, None), ("60", None)]
)
def test_snapshot_entry_with_an_impossible_schedule_keeps_its_dag_without_one(
    snapshot: Path, monkeypatch: pytest.MonkeyPatch, minutes: object, expected: int | None
) -> None:
    monkeypatch.delenv("AIRFLOW_CONN_CRM_DB")
    entry = {"store_hash": "tea1", "store_name": "Tea", "auto_sync_minutes": minutes, "is_draining": False}
    snapshot.write_text(json.dumps([entry, entry, {"store_hash": "x"}]))
    assert registered_stores() == [RegisteredStore("tea1", "Tea", expected, False)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("T" * 2001, "T" * 200),
        ("Te\na\u202e", "Tea"),
        ("\n", "store1"),
        ("Tea \N{HOT BEVERAGE}", "Tea \N{HOT BEVERAGE}"),
    ],
)
def test_store_name_that_airflow_could_not_keep_is_cleaned(
    snapshot: Path, activated: Any, crm: psycopg.Connection[Any], name: str, expected: str
) -> None:
    activated("store1")
    crm.execute("UPDATE crm.data_source SET store_name = %s", [name])
    crm.commit()
    assert registered_stores() == [RegisteredStore("store1", expected, None, False)]


def test_a_corrupt_snapshot_and_no_database_is_no_error(
    snapshot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot.write_bytes(b"\xff\xfe")
    monkeypatch.delenv("AIRFLOW_CONN_CRM_DB")
    assert registered_stores() == []


def test_a_snapshot_that_cannot_be_written_is_no_error(
    activated: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    activated("store1")
    monkeypatch.setenv("BIGCOMMERCE_REGISTRY_SNAPSHOT", str(tmp_path / "nowhere" / "registry.json"))
    assert hashes() == ["store1"]


def test_an_unchanged_registry_writes_no_snapshot(snapshot: Path, activated: Any) -> None:
    activated("store1")
    registered_stores()
    written = snapshot.stat()
    registered_stores()
    assert snapshot.stat().st_mtime_ns == written.st_mtime_ns
    assert snapshot.stat().st_ino == written.st_ino


def test_nothing_but_the_snapshot_is_left_in_its_folder(snapshot: Path, activated: Any) -> None:
    activated("store1")
    registered_stores()
    assert list(snapshot.parent.iterdir()) == [snapshot]


def test_parse_ends_in_time_when_the_database_is_frozen(
    snapshot: Path, activated: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A frozen server cancels no statement, so the client has to give up by itself."""
    activated("store1")
    before = registered_stores()
    monkeypatch.setattr("include.crm.session._LimitedCursor._set_limit", lambda cursor: None)
    monkeypatch.setattr(
        "include.crm.data_sources.list_all", lambda crm: crm.execute("SELECT pg_sleep(60)").fetchall()
    )
    began = time.monotonic()
    assert registered_stores() == before
    assert time.monotonic() - began < 8


@pytest.mark.parametrize("has_snapshot", [True, False])
def test_parse_ends_in_time_when_the_server_accepts_connections_and_is_silent(
    snapshot: Path, activated: Any, monkeypatch: pytest.MonkeyPatch, has_snapshot: bool
) -> None:
    activated("store1")
    before = registered_stores() if has_snapshot else []
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", f"postgres://x@127.0.0.1:{server.getsockname()[1]}/crm")
        began = time.monotonic()
        assert registered_stores() == before
        assert time.monotonic() - began < 8
