"""python -m include.monitoring: the current problems, and whether the channel works."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from include.crm.data_sources import DataSource
from include.monitoring import steps
from include.monitoring.__main__ import main
from tests.support.alert_channels import Hook, MailServer, Memory

pytestmark = pytest.mark.usefixtures("watched", "in_airflow")


@pytest.fixture
def failing(
    crm: psycopg.Connection[Any], source: Callable[..., DataSource], change: Callable[..., None]
) -> DataSource:
    """A store whose last sync failed."""
    made = source("tea")
    change(
        "INSERT INTO crm.sync_run (data_source_id, trigger, status, error, finished_at) "
        "VALUES (%s, 'manual', 'Failed', 'The token is refused [sic].', '2026-11-24T10:05:00Z')",
        made.data_source_id,
    )
    return made


def test_status_lists_problems_and_when_they_were_reported(
    failing: DataSource,
    hook: Hook,
    channel: Callable[..., None],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert main(["status"]) == 0
    shown = capsys.readouterr().out
    assert "2026-11-24 10:05 UTC" in shown
    assert "not yet" in shown
    assert "The token is refused [sic]." in shown
    channel(hook.url)
    steps.watch(Memory())
    assert main(["status"]) == 0
    assert "not yet" not in capsys.readouterr().out


def test_status_without_problems_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status"]) == 0
    assert capsys.readouterr().out == "No problems with any active data source.\n"


def test_status_as_json_has_facts_and_sentence(
    failing: DataSource, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status", "--json"]) == 0
    [listed] = json.loads(capsys.readouterr().out)
    assert (listed["store_hash"], listed["kind"], listed["number"], listed["told_at"]) == (
        "tea",
        "sync failing",
        1,
        None,
    )
    assert listed["link"].endswith("/data-sources/tea/syncs")
    assert listed["sentence"].endswith("The token is refused [sic].")


def test_test_message_arrives(
    mail_server: MailServer, channel: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    channel(mail_server.url)
    assert main(["test"]) == 0
    assert [mail["Subject"] for mail in mail_server.mails] == ["BigCommerce: test message"]
    assert "accepted the message" in capsys.readouterr().out
    assert main(["test", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"sent": True}


def test_undelivered_test_message_ends_with_exit_code_1_and_the_next_step(
    hook: Hook, channel: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["test"]) == 1
    assert "add the Airflow Connection bigcommerce_alerts" in capsys.readouterr().err
    hook.broken = True
    channel(hook.url)
    assert main(["test"]) == 1
    assert "No channel in the Airflow Connection" in capsys.readouterr().err
