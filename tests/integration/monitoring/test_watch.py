"""One check after another, with a real database and real receivers: what people are told."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import psycopg
import pytest

from include.connections.lookup import ConnectionMissing
from include.crm.data_sources import DataSource
from include.crm.sync_runs import STOPPED_FROM_OUTSIDE
from include.database_errors import DatabaseError
from include.monitoring import gauges, own_outage, steps
from include.monitoring.errors import NotDelivered, SettingRefused
from tests.support.alert_channels import Hook, MailServer, Memory
from tests.support.statsd_receiver import Receiver

Change = Callable[..., None]
pytestmark = pytest.mark.usefixtures("watched")


@pytest.fixture
def check(memory: Memory) -> Callable[[], str]:
    """Checks once; the sentence for the run's note."""
    return lambda: str(steps.watch(memory)["summary"])


@pytest.fixture
def tea(source: Callable[..., DataSource], crm: psycopg.Connection[Any]) -> DataSource:
    """A data source without a problem."""
    made = source("tea", store_name="Tea Shop")
    crm.commit()
    return made


@pytest.fixture
def sync(crm: psycopg.Connection[Any], tea: DataSource, change: Change) -> Callable[[str], None]:
    """Finishes another sync of the store, with an error or without."""

    def sync(error: str = "") -> None:
        change(
            "INSERT INTO crm.sync_run (data_source_id, trigger, status, error, finished_at) "
            "VALUES (%s, 'manual', %s, %s, now())",
            tea.data_source_id,
            "Failed" if error else "Completed",
            error or None,
        )

    return sync


def test_sync_whose_process_was_killed_is_a_failed_one(
    tea: DataSource, check: Callable[[], str], change: Change, channel: Change, mail_server: MailServer
) -> None:
    channel(mail_server.url)
    change(
        "INSERT INTO crm.sync_run (data_source_id, trigger, status) "
        "VALUES (%s, 'command line', 'In Progress')",
        tea.data_source_id,
    )
    assert "1 open problem" in check()


def test_sync_whose_dag_run_has_ended_without_a_word_is_a_failed_one(
    tea: DataSource, memory: Memory, change: Change, crm: psycopg.Connection[Any]
) -> None:
    done_at = datetime(2026, 11, 1, tzinfo=timezone.utc)
    for run_id, status, finished_at, error in (
        ("marked", "In Progress", None, None),
        ("refused", "In Progress", None, "The access token was refused."),
        ("goes on", "In Progress", None, None),
        ("done", "Completed", done_at, None),
    ):
        change(
            "INSERT INTO crm.sync_run (data_source_id, dag_id, dag_run_id, trigger, status, finished_at, "
            "error) VALUES (%s, 'a DAG', %s, 'manual', %s, %s, %s)",
            *(tea.data_source_id, run_id, status, finished_at, error),
        )

    def has_ended(dag_id: str, run_id: str) -> bool:
        assert dag_id == "a DAG"
        assert run_id != "done", "nobody has to ask"
        waiting = crm.execute(
            "SELECT query FROM pg_stat_activity "
            "WHERE datname = current_database() AND starts_with(state, 'idle in transaction')"
        )
        assert waiting.fetchall() == [], "Airflow may take long to answer"
        return run_id != "goes on"

    steps.watch(memory, has_ended)
    found = crm.execute("SELECT dag_run_id, status, error, finished_at IS NULL FROM crm.sync_run").fetchall()
    assert sorted(found) == [
        ("done", "Completed", None, False),
        ("goes on", "In Progress", None, True),
        ("marked", "Failed", STOPPED_FROM_OUTSIDE, False),
        ("refused", "Failed", "The access token was refused.", False),
    ]


def test_store_that_fails_and_recovers_is_two_mails(
    sync: Callable[..., None], check: Callable[[], str], mail_server: MailServer, channel: Change
) -> None:
    channel(mail_server.url)
    assert check() == "No news; no problems"
    sync("The access token was refused. Give a new one.")
    assert check() == "BigCommerce: 1 alert: Tea Shop; 1 open problem"
    assert check() == "No news; 1 open problem"
    sync("The access token was refused. Give a new one.")
    assert check() == "No news; 1 open problem"
    sync()
    assert check() == "BigCommerce: 1 recovered: Tea Shop; no problems"
    assert check() == "No news; no problems"
    failing, recovered = mail_server.mails
    said = failing.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "The access token was refused. Give a new one." in said
    assert "https://airflow.example.com/team/plugin/data_sources/team/data-sources/tea/syncs" in said
    assert recovered["Subject"] == "BigCommerce: 1 recovered: Tea Shop"


def test_every_check_sends_the_gauges(check: Callable[[], str], tea: DataSource, received: Receiver) -> None:
    check()
    assert received.of("bigcommerce.store_failing", store=tea.store_hash) == [0]


def test_alerts_are_sent_even_if_the_gauges_fail(
    sync: Callable[..., None],
    check: Callable[[], str],
    hook: Hook,
    channel: Change,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    channel(hook.url)
    sync("Unavailable.")
    monkeypatch.setattr(gauges, "send_gauges", lambda crm: crm.execute("SELECT no_such_column"))
    assert check() == "BigCommerce: 1 alert: Tea Shop; 1 open problem"


def test_message_that_no_channel_accepted_is_sent_when_the_channel_works_again(
    sync: Callable[..., None], check: Callable[[], str], hook: Hook, channel: Change
) -> None:
    channel(hook.url)
    hook.broken = True
    sync("Unavailable.")
    for _ in range(3):
        with pytest.raises(NotDelivered):
            check()
    hook.broken = False
    assert check() == "BigCommerce: 1 alert: Tea Shop; 1 open problem"
    assert check() == "No news; 1 open problem"
    assert len(hook.received) == 1


def test_note_without_a_channel_shows_the_message_and_how_to_set_a_channel(
    sync: Callable[..., None], check: Callable[[], str], hook: Hook, channel: Change
) -> None:
    assert check().startswith(
        "No news; no problems. No alerts will be delivered. There is no channel for alerts. Set it up "
    )
    sync("The token is refused. " + "Long. " * 300)
    for _ in range(2):
        said = check()
        assert said.startswith(
            "Not sent: BigCommerce: 1 alert: Tea Shop. There is no channel for alerts. Set it up "
        )
        assert "bigcommerce_alerts" in said
        assert "NEW: The last product sync failed" in said
        assert len(said) <= 1_000
    channel(hook.url)
    check()
    assert len(hook.received) == 1


def test_crash_after_sending_repeats_the_message_and_loses_nothing(
    sync: Callable[..., None],
    check: Callable[[], str],
    hook: Hook,
    channel: Change,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    channel(hook.url)
    sync("Unavailable.")
    with monkeypatch.context() as dying:
        dying.setattr(steps, "confirm", crash)
        with pytest.raises(KeyboardInterrupt):
            check()
    check()
    assert check() == "No news; 1 open problem"
    first, second = hook.bodies
    assert first == second


def test_new_rejected_order_is_reported_without_the_old_ones(
    tea: DataSource,
    order: Callable[..., int],
    ledger_row: Callable[..., Any],
    change: Change,
    check: Callable[[], str],
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
        check()
        check()
    change(
        "UPDATE crm.order_push SET state = 'pending' "
        "WHERE order_id = (SELECT max(order_id) FROM crm.order_push)"
    )
    assert check() == "No news; 1 open problem"
    lines = [line for body in hook.bodies for line in body.split("\n") if line.startswith(("NEW", "CHANGED"))]
    assert [re.match(r"\w+: \d+", each)[0] for each in lines] == ["NEW: 1", "CHANGED: 2"]  # type: ignore[index]


def test_flapping_store_is_quiet_for_an_hour(
    sync: Callable[..., None], check: Callable[[], str], change: Change, hook: Hook, channel: Change
) -> None:
    channel(hook.url)
    for _ in range(5):
        sync("Unavailable.")
        check()
        sync()
        check()
    assert len(hook.received) == 2
    sync("Unavailable.")
    assert check() == "No news; 1 open problem"
    change("UPDATE crm.alert SET told_at = told_at - interval '61 minutes'")
    assert check() == "BigCommerce: 1 alert: Tea Shop; 1 open problem"


def test_deactivated_store_is_forgotten_and_starts_afresh(
    sync: Callable[..., None],
    check: Callable[[], str],
    change: Change,
    hook: Hook,
    channel: Change,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    channel(hook.url)
    monkeypatch.setenv("BIGCOMMERCE_ALERT_QUIET_MINUTES", "0")
    sync("Unavailable.")
    check()
    change("UPDATE crm.data_source SET state = 'inactive'")
    assert [check(), check()] == ["No news; no problems"] * 2
    change("UPDATE crm.data_source SET state = 'active'")
    assert check() == "BigCommerce: 1 alert: Tea Shop; 1 open problem"
    assert len(hook.received) == 2


def test_all_stores_of_one_check_are_one_message(
    source: Callable[..., DataSource], change: Change, check: Callable[[], str], hook: Hook, channel: Change
) -> None:
    channel(hook.url)
    for number in range(30):
        source(f"store{number:03}")
    change(
        "INSERT INTO crm.sync_run (data_source_id, trigger, status, error, finished_at) "
        "SELECT data_source_id, 'manual', 'Failed', 'Away.', now() FROM crm.data_source"
    )
    assert check() == "BigCommerce: 30 alerts: 30 stores; 30 open problems"
    assert check() == "No news; 30 open problems"
    assert len(hook.received) == 1


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Lets the check believe that it is so much later."""

    def later(by: timedelta) -> None:
        class Clock(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> datetime:
                return datetime.now(tz) + by

        monkeypatch.setattr(steps, "datetime", Clock)

    return later


def test_long_database_outage_is_reported_once_and_its_end_once(
    watched: str,
    check: Callable[[], str],
    later: Callable[[timedelta], None],
    tea: DataSource,
    hook: Hook,
    channel: Change,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    channel(hook.url)
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", watched.replace("/crm_", "/nowhere_"))
    for minutes in (0, 1):  # attempts of one run
        later(timedelta(minutes=minutes))
        with pytest.raises(DatabaseError):
            check()
    assert hook.received == []
    for minutes in (5, 10, 15):
        later(timedelta(minutes=minutes))
        with pytest.raises(DatabaseError):
            check()
    [alert] = hook.received
    assert alert["title"] == "BigCommerce: monitoring does not work"
    assert "The CRM database does not exist on its server" in alert["message"]
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", watched)
    assert check() == "BigCommerce: monitoring works again; no problems"
    assert check() == "No news; no problems"
    assert "Monitoring works again." in hook.bodies[1]
    assert len(hook.received) == 2


def test_database_restart_is_not_reported(
    watched: str,
    check: Callable[[], str],
    memory: Memory,
    tea: DataSource,
    hook: Hook,
    channel: Change,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    channel(hook.url)
    monkeypatch.delenv("AIRFLOW_CONN_CRM_DB")
    with pytest.raises(ConnectionMissing):
        check()
    assert memory.get(own_outage.KEY)
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", watched)
    assert check() == "No news; no problems"
    assert (hook.received, memory.held) == ([], {})


def test_outage_report_that_no_channel_accepted_is_sent_later(
    check: Callable[[], str],
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
            check()
    hook.broken = False
    later(timedelta(minutes=10))
    with pytest.raises(ConnectionMissing):
        check()
    assert [each["title"] for each in hook.received] == ["BigCommerce: monitoring does not work"]


@pytest.mark.parametrize("value", ["soon", "-1", "1.5", "99999999"])
def test_invalid_setting_is_refused_by_name(
    value: str, check: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIGCOMMERCE_ALERT_QUIET_MINUTES", value)
    with pytest.raises(SettingRefused, match="BIGCOMMERCE_ALERT_QUIET_MINUTES"):
        check()
