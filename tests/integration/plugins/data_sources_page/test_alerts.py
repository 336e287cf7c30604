"""Alerts are set up on the page: where they go, which are sent, and a test message."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from include import airflow_metadata
from include.monitoring import channel, steps
from include.monitoring.channel import CONNECTION_ID
from include.monitoring.settings import DEFAULTS, KINDS, read_settings
from tests.support.alert_channels import CONNECTION, Hook, Memory
from tests.support.page_visitors import Visitor

PASSWORD = "a-made-up-password"


@pytest.fixture
def op(
    visitor: Callable[..., Visitor], in_airflow: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> Visitor:
    """Someone who may edit Connections; there is none for alerts."""
    monkeypatch.delenv(CONNECTION, raising=False)
    in_airflow("TRUNCATE connection CASCADE")
    return visitor("op")


def ask(op: Visitor, method: str, path: str = "", **body: object) -> Any:
    headers = {"X-Requested-With": "page"}
    return op.client.request(method, f"/data-sources/api/alerts{path}", json=body, headers=headers)


def test_saved_address_is_encrypted_used_and_never_shown(
    op: Visitor, hook: Hook, in_airflow: Callable[..., Any]
) -> None:
    assert "No alerts are delivered yet" in op.read("alerts")
    saved = ask(op, "PUT", address=hook.url, quiet_minutes="5", orders_after_minutes="90", sync_late=False)
    assert saved.json()["message"] == "Saved. Alerts go to JSON."
    tested = ask(op, "POST", "/test")
    assert tested.json()["message"] == "JSON accepted the test message. Check that it arrived."
    assert hook.bodies[0].startswith("This is a test.")
    settings = read_settings(channel.saved_extra())
    assert (settings.orders_after_minutes, settings.quiet.total_seconds()) == (90, 300)
    assert "sync late" not in settings.kinds
    assert len(settings.kinds) == len(KINDS) - 1
    shown = [op.get("alerts").text, op.get("api/alerts").text, saved.text, tested.text]
    rows = in_airflow("SELECT * FROM connection") + in_airflow("SELECT * FROM log")
    assert PASSWORD not in json.dumps([*shown, *rows], default=str)
    assert 'value="90"' in shown[0]


def test_empty_address_keeps_the_saved_one(op: Visitor, hook: Hook) -> None:
    assert "address" in ask(op, "PUT").json()["problems"]
    ask(op, "PUT", address=hook.url)
    assert ask(op, "PUT", quiet_minutes="0").status_code == 200
    ask(op, "POST", "/test")
    assert len(hook.received) == 1


def test_what_is_left_out_stays_as_it_was_saved(op: Visitor, hook: Hook) -> None:
    ask(op, "PUT", address=hook.url, quiet_minutes="5", orders_after_minutes="90", sync_late=False)
    saved = read_settings(channel.saved_extra())
    assert ask(op, "PUT").status_code == 200
    assert read_settings(channel.saved_extra()) == saved
    ask(op, "PUT", orders_after_minutes="120", sync_late=True)
    changed = read_settings(channel.saved_extra())
    assert (changed.orders_after_minutes, changed.quiet, changed.kinds) == (120, saved.quiet, KINDS)


@pytest.mark.parametrize("extra", [{"kinds": ["sync lost"]}, {"quiet_minutes": "soon"}])
def test_saved_setting_that_is_not_valid_is_named_on_the_page_where_it_is_corrected(
    op: Visitor, hook: Hook, extra: dict[str, object]
) -> None:
    ask(op, "PUT", address=hook.url)
    airflow_metadata.save_alert_connection(CONNECTION_ID, {**channel.saved_extra(), **extra})
    page = op.read("alerts")
    assert "No alert is sent: " in page
    assert "sync lost" in page or "'soon'" in page
    assert ask(op, "PUT", quiet_minutes="60", orders_after_minutes="60").status_code == 200
    assert read_settings(channel.saved_extra()) == DEFAULTS
    assert "No alert is sent" not in op.read("alerts")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"address": "nonsense"}, "address"),
        ({"address": "mailto://\n"}, "address"),
        ({"address": "json://x", "quiet_minutes": "soon"}, "quiet_minutes"),
        ({"address": "json://x", "orders_after_minutes": "99999"}, "orders_after_minutes"),
    ],
)
def test_what_cannot_be_saved_is_named_at_its_field(op: Visitor, wrong: dict[str, str], field: str) -> None:
    refused = ask(op, "PUT", **wrong)
    assert (refused.status_code, list(refused.json()["problems"])) == (422, [field])
    assert not channel.is_set()


def test_refused_test_message_is_reported_without_the_address(op: Visitor, hook: Hook) -> None:
    hook.broken = True
    refused = ask(op, "POST", "/test", address=hook.url)
    assert refused.status_code == 409
    assert refused.json()["detail"].startswith("JSON did not accept the test message. Check the address")
    assert PASSWORD not in refused.text
    assert not channel.is_set()


def test_connection_of_the_environment_is_shown_but_not_changed(
    op: Visitor, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    extra = {"config": {"path": hook.url}}
    monkeypatch.setenv(CONNECTION, json.dumps({"conn_type": "apprise", "extra": extra}))
    page = op.read("alerts")
    assert "Alerts go to: JSON." in page
    assert "it can only be changed there" in page
    assert ask(op, "PUT", address=hook.url).status_code == 409


def test_no_alert_is_sent_about_a_kind_that_was_switched_off(
    op: Visitor, hook: Hook, crm: psycopg.Connection[Any], memory: Memory
) -> None:
    crm.execute("INSERT INTO crm.data_source (store_hash, store_name) VALUES ('tea', 'Tea Shop')")
    crm.execute(
        "INSERT INTO crm.sync_run (data_source_id, trigger, status, error, finished_at) "
        "SELECT data_source_id, 'manual', 'Failed', 'The store is closed.', now() FROM crm.data_source"
    )
    crm.commit()
    ask(op, "PUT", address=hook.url, sync_failing=False)
    assert steps.watch(memory)["summary"] == "No news; no problems"
    ask(op, "PUT", sync_failing=True)
    assert "Tea Shop" in steps.watch(memory)["summary"]


@pytest.mark.parametrize("role", ["viewer", "user"])
def test_people_who_may_not_change_alerts_see_them_and_who_can_change_them(
    op: Visitor, visitor: Callable[..., Visitor], hook: Hook, role: str
) -> None:
    reader = visitor(role)
    assert 'href="alerts"' in reader.get("").text
    assert "No alerts are delivered yet." in reader.read("alerts")
    ask(op, "PUT", address=hook.url, quiet_minutes="5", sync_late=False)
    page = reader.read("alerts")
    assert "Alerts go to: JSON." in page
    assert "only people with the role Op or Admin in Airflow can change them" in page
    assert "An automatic sync is overdue Not reported" in page
    assert "5 minutes" in page
    html = reader.get("alerts").text
    assert "<input" not in html
    assert "data-write" not in html
    assert PASSWORD not in html + reader.get("api/alerts").text
    assert reader.get("api/alerts").json()["services"] == ["JSON"]
    assert ask(reader, "PUT", address=hook.url).status_code == 403
    assert ask(reader, "POST", "/test", address=hook.url).status_code == 403
