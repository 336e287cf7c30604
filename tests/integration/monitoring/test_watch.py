"""One look after another, with a real database and real receivers: what people get to hear."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import psycopg
import pytest

from include.connections import ConnectionMissing
from include.crm.data_sources import DataSource
from include.database_errors import DatabaseUnavailable
from include.monitoring import gauges, outage, steps
from include.monitoring.errors import NotDelivered, SettingRefused
from tests.support.alert_channels import Hook, MailServer, Memory
from tests.support.statsd_receiver import Receiver

Change = Callable[..., None]
pytestmark = pytest.mark.usefixtures("watched")


@pytest.fixture
def look(memory: Memory) -> Callable[[], str]:
    """Looks once; the sentence for the run's note."""
    return lambda: str(steps.watch(memory)["summary"])


@pytest.fixture
def tea(source: Callable[..., DataSource], crm: psycopg.Connection[Any]) -> DataSource:
    """A data source without a trouble."""
    made = source("tea", store_name="Tea Shop")
    crm.commit()
    return made


@pytest.fixture
def sync(crm: psycopg.Connection[Any], tea: DataSource, change: Change) -> Callable[[str], None]:
    """Ends another sync of the store, with an error or without."""

    def sync(error: str = "") -> None:
        change(
            "INSERT INTO crm.sync_run (data_source_id, trigger, status, error, finished_at) "
            "VALUES (%s, 'manual', %s, %s, now())",
            tea.data_source_id,
            "Failed" if error else "Completed",
            error or None,
        )

    return sync


def test_a_store_that_starts_failing_and_recovers_is_two_mails(
    sync: Callable[..., None], look: Callable[[], str], mail_server: MailServer, channel: Change
) -> None:
    channel(mail_server.url)
    assert look() == "No news; all is well"
    sync("The access token was refused. Give a new one.")
    assert look() == "BigCommerce: 1 alert: Tea Shop; 1 open"
    assert look() == "No news; 1 open"
    sync("The access token was refused. Give a new one.")
    assert look() == "No news; 1 open"
    sync()
    assert look() == "BigCommerce: 1 recovered: Tea Shop; all is well"
    assert look() == "No news; all is well"
    failing, recovered = mail_server.mails
    said = failing.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "The access token was refused. Give a new one." in said
    assert "https://airflow.example.com/team/plugin/data_sources/team/data-sources/tea/syncs" in said
    assert recovered["Subject"] == "BigCommerce: 1 recovered: Tea Shop"


def test_each_look_sends_the_gauges_too(look: Callable[[], str], tea: DataSource, received: Receiver) -> None:
    look()
    assert received.of("bigcommerce.store_failing", store=tea.store_hash) == [0]


def test_gauges_that_cannot_be_measured_keep_nobody_from_being_told(
    sync: Callable[..., None],
    look: Callable[[], str],
    hook: Hook,
    channel: Change,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    channel(hook.url)
    sync("Away.")
    monkeypatch.setattr(gauges, "report", lambda crm: crm.execute("SELECT no_such_column"))
    assert look() == "BigCommerce: 1 alert: Tea Shop; 1 open"


def test_what_a_channel_did_not_take_is_told_when_it_is_back(
    sync: Callable[..., None], look: Callable[[], str], hook: Hook, channel: Change
) -> None:
    channel(hook.url)
    hook.broken = True
    sync("Away.")
    for _ in range(3):
        with pytest.raises(NotDelivered):
            look()
    hook.broken = False
    assert look() == "BigCommerce: 1 alert: Tea Shop; 1 open"
    assert look() == "No news; 1 open"
    assert len(hook.received) == 1


def test_without_a_channel_the_note_says_what_would_be_told_and_how_to_set_one(
    sync: Callable[..., None], look: Callable[[], str], hook: Hook, channel: Change
) -> None:
    assert look().startswith(
        "No news; all is well. Of anything else nobody would hear. No channel is set. Add "
    )
    sync("The token is refused. " + "Long. " * 300)
    for _ in range(2):
        said = look()
        assert said.startswith("Nobody was told: BigCommerce: 1 alert: Tea Shop. No channel is set. Add the ")
        assert "bigcommerce_alerts" in said
        assert "NEW: The last product sync failed" in said
        assert len(said) <= 1_000
    channel(hook.url)
    look()
    assert len(hook.received) == 1


def test_a_crash_between_the_channel_and_the_database_repeats_and_loses_nothing(
    sync: Callable[..., None],
    look: Callable[[], str],
    hook: Hook,
    channel: Change,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    channel(hook.url)
    sync("Away.")
    with monkeypatch.context() as dying:
        dying.setattr(steps, "confirm", crash)
        with pytest.raises(KeyboardInterrupt):
            look()
    look()
    assert look() == "No news; 1 open"
    first, second = hook.bodies
    assert first == second


def test_a_new_rejected_order_is_told_but_not_the_old_ones_again(
    tea: DataSource,
    order: Callable[..., int],
    ledger_row: Callable[..., Any],
    change: Change,
    look: Callable[[], str],
    hook: Hook,
    channel: Change,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    channel(hook.url)
    monkeypatch.setenv("BIGCOMMERCE_ALERT_QUIET_MINUTES", "0")
    for minutes in (30, 20):
        at = datetime.now(timezone.utc) - timedelta(minutes=minutes)
        ledger_row(tea, order(tea), "rejected", reason="No stock.", next_step="Restock.", updated_at=at)
        change("SELECT 1")
        look()
        look()
    change(
        "UPDATE crm.order_push SET state = 'pending' "
        "WHERE order_id = (SELECT max(order_id) FROM crm.order_push)"
    )
    assert look() == "No news; 1 open"
    told = [line for body in hook.bodies for line in body.split("\n") if line.startswith(("NEW", "CHANGED"))]
    assert [re.match(r"\w+: \d+", each)[0] for each in told] == ["NEW: 1", "CHANGED: 2"]  # type: ignore[index]


def test_a_store_that_flaps_is_quiet_for_an_hour(
    sync: Callable[..., None], look: Callable[[], str], change: Change, hook: Hook, channel: Change
) -> None:
    channel(hook.url)
    for _ in range(5):
        sync("Away.")
        look()
        sync()
        look()
    assert len(hook.received) == 2
    sync("Away.")
    assert look() == "No news; 1 open"
    change("UPDATE crm.alert SET told_at = told_at - interval '61 minutes'")
    assert look() == "BigCommerce: 1 alert: Tea Shop; 1 open"


def test_a_store_that_is_deactivated_is_forgotten_and_starts_afresh(
    sync: Callable[..., None],
    look: Callable[[], str],
    change: Change,
    hook: Hook,
    channel: Change,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    channel(hook.url)
    monkeypatch.setenv("BIGCOMMERCE_ALERT_QUIET_MINUTES", "0")
    sync("Away.")
    look()
    change("UPDATE crm.data_source SET state = 'inactive'")
    assert [look(), look()] == ["No news; all is well"] * 2
    change("UPDATE crm.data_source SET state = 'active'")
    assert look() == "BigCommerce: 1 alert: Tea Shop; 1 open"
    assert len(hook.received) == 2


def test_all_stores_of_one_look_are_one_message(
    source: Callable[..., DataSource], change: Change, look: Callable[[], str], hook: Hook, channel: Change
) -> None:
    channel(hook.url)
    for number in range(30):
        source(f"store{number:03}")
    change(
        "INSERT INTO crm.sync_run (data_source_id, trigger, status, error, finished_at) "
        "SELECT data_source_id, 'manual', 'Failed', 'Away.', now() FROM crm.data_source"
    )
    assert look() == "BigCommerce: 30 alerts: 30 stores; 30 open"
    assert look() == "No news; 30 open"
    assert len(hook.received) == 1


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Lets the watch believe that it is so much later."""

    def later(by: timedelta) -> None:
        class Clock(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> datetime:
                return datetime.now(tz) + by

        monkeypatch.setattr(steps, "datetime", Clock)

    return later


def test_a_database_that_is_away_for_long_is_told_once_and_that_it_is_back(
    watched: str,
    look: Callable[[], str],
    later: Callable[[timedelta], None],
    tea: DataSource,
    hook: Hook,
    channel: Change,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    channel(hook.url)
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", watched.replace("/crm_", "/nowhere_"))
    for minutes in (0, 1):  # as it is tried again
        later(timedelta(minutes=minutes))
        with pytest.raises(DatabaseUnavailable):
            look()
    assert hook.received == []
    for minutes in (5, 10, 15):
        later(timedelta(minutes=minutes))
        with pytest.raises(DatabaseUnavailable):
            look()
    [away] = hook.received
    assert away["title"] == "BigCommerce: monitoring cannot look"
    assert "The CRM database did not answer" in away["message"]
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", watched)
    assert look() == "BigCommerce: monitoring goes on; all is well"
    assert look() == "No news; all is well"
    assert "The data sources are watched again" in hook.bodies[1]
    assert len(hook.received) == 2


def test_a_database_that_restarts_is_not_worth_a_message(
    watched: str,
    look: Callable[[], str],
    memory: Memory,
    tea: DataSource,
    hook: Hook,
    channel: Change,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    channel(hook.url)
    monkeypatch.delenv("AIRFLOW_CONN_CRM_DB")
    with pytest.raises(ConnectionMissing):
        look()
    assert memory.get(outage.KEY)
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", watched)
    assert look() == "No news; all is well"
    assert (hook.received, memory.held) == ([], {})


def test_an_outage_whose_message_nobody_took_is_told_later(
    look: Callable[[], str],
    later: Callable[[timedelta], None],
    hook: Hook,
    channel: Change,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    channel(hook.url)
    hook.broken = True
    monkeypatch.delenv("AIRFLOW_CONN_CRM_DB")
    for minutes in (0, 5):
        later(timedelta(minutes=minutes))
        with pytest.raises(ConnectionMissing):
            look()
    hook.broken = False
    later(timedelta(minutes=10))
    with pytest.raises(ConnectionMissing):
        look()
    assert [each["title"] for each in hook.received] == ["BigCommerce: monitoring cannot look"]


@pytest.mark.parametrize("value", ["soon", "-1", "1.5", "99999999"])
def test_a_setting_that_is_none_is_refused_by_name(
    value: str, look: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIGCOMMERCE_ALERT_QUIET_MINUTES", value)
    with pytest.raises(SettingRefused, match="BIGCOMMERCE_ALERT_QUIET_MINUTES"):
        look()
