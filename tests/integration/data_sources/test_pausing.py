"""Pausing a data source: nothing is scheduled for it, nothing of it is forgotten, and nobody is alarmed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from include.crm import data_sources
from include.crm.data_sources import DataSource
from include.crm.problems import find_problems
from include.data_sources.dag_registry import registered_stores
from include.order_push import steps
from include.order_push.errors import StorePaused
from include.order_push.run_request import PushRequest
from include.order_push.stores import sending_stores
from include.sandbox import Sandbox
from tests.support.command_line import CommandLine


@pytest.fixture
def tea(activated: Any, command: CommandLine, snapshot: Path) -> DataSource:
    """A store that syncs every hour, sends orders, and is late."""
    source: DataSource = activated("tea", auto_sync_minutes=60, send_initial_orders=True)
    command.crm.execute("UPDATE crm.data_source SET updated_at = now() - interval '1 day'")
    command.crm.commit()
    return source


def test_paused_store_keeps_its_dag_and_its_token_but_no_schedule(
    command: CommandLine, sandbox: Sandbox, snapshot: Path
) -> None:
    command("activate", sandbox.store_hash, "--base-url", sandbox.base_url, "--auto-sync", "60")
    kept = command.in_airflow("SELECT password FROM connection")
    paused = command("pause", sandbox.store_hash)
    assert (paused.exit_code, "is paused by" in paused.out, "resume sandbox1" in paused.out) == (
        0,
        True,
        True,
    )
    assert [store.auto_sync_minutes for store in registered_stores()] == [None]
    assert command.in_airflow("SELECT password FROM connection") == kept
    assert "paused by" in command("show", sandbox.store_hash).out
    assert command("resume", sandbox.store_hash).exit_code == 0
    assert [store.auto_sync_minutes for store in registered_stores()] == [60]


def test_pausing_again_keeps_who_paused_it_first(command: CommandLine, tea: DataSource) -> None:
    data_sources.pause(command.crm, "tea", "Ann")
    command.crm.commit()
    assert command("pause", "tea", "--json").json["paused_by"] == "Ann"


def test_deactivated_store_cannot_be_paused(command: CommandLine, activated: Any) -> None:
    activated("tea")
    command.crm.execute("UPDATE crm.data_source SET state = 'inactive'")
    command.crm.commit()
    refused = command("pause", "tea")
    assert (refused.exit_code, "is deactivated. Activate it first." in refused.err) == (1, True)


def test_paused_store_is_neither_late_nor_an_alarm_and_not_late_when_it_is_resumed(
    command: CommandLine, tea: DataSource
) -> None:
    assert [each.kind for each in find_problems(command.crm, 60)] == ["sync late"]
    command("pause", "tea")
    command.crm.commit()
    assert find_problems(command.crm, 60) == []
    assert data_sources.late(command.crm) == set()
    command.crm.execute("UPDATE crm.data_source SET paused_at = now() - interval '1 year'")
    command.crm.commit()
    command("resume", "tea")
    command.crm.commit()
    assert data_sources.late(command.crm) == set()


def test_orders_of_a_paused_store_wait(command: CommandLine, tea: DataSource) -> None:
    assert [store["store_hash"] for store in sending_stores()["stores"]] == ["tea"]
    command("pause", "tea")
    assert sending_stores()["stores"] == []
    with pytest.raises(StorePaused, match="its orders wait"):
        sending_stores("tea")
    assert steps.push("tea", PushRequest())["summary"] == "Store tea: nothing is pushed, because it is paused"


def test_pause_ends_when_the_store_is_deactivated_and_activated_again(
    command: CommandLine, sandbox: Sandbox, snapshot: Path
) -> None:
    address = ["--base-url", sandbox.base_url]
    command("activate", sandbox.store_hash, *address)
    command("pause", sandbox.store_hash)
    command("deactivate", sandbox.store_hash)
    assert command("activate", sandbox.store_hash, *address).exit_code == 0
    assert command.rows()[0]["paused_at"] is None


def test_tags_are_set_shown_and_kept(command: CommandLine, sandbox: Sandbox) -> None:
    address = ["--base-url", sandbox.base_url]
    command("activate", sandbox.store_hash, *address, "--tags", "EU, wholesale,, eu ,Black  Friday")
    assert command.rows()[0]["tags"] == ["EU", "wholesale", "Black Friday"]
    command("update", sandbox.store_hash, "--auto-sync", "60")
    assert command.rows()[0]["tags"] == ["EU", "wholesale", "Black Friday"]
    assert "EU, wholesale, Black Friday" in command("show", sandbox.store_hash).out
    assert "at most 30 characters" in command("update", sandbox.store_hash, "--tags", "x" * 31).err
    many = ",".join(map(str, range(11)))
    assert "enter at most 10" in command("update", sandbox.store_hash, "--tags", many).err
    command("update", sandbox.store_hash, "--tags", "")
    assert command.rows()[0]["tags"] == []
