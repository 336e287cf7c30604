"""The alerts in a real Airflow, to a real mail server: the channel is a Connection, the watch a DAG."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

import psycopg
import pytest
from playwright.sync_api import Page, expect

from include.local.system import System
from tests.support.alert_channels import MailServer
from tests.support.running_system import Store, run_dag

pytestmark = pytest.mark.end_to_end
DAG_ID = "bigcommerce_monitoring"
CHANNEL = "bigcommerce_alerts"


def look(system: System) -> tuple[str, str]:
    """Let the watch look once; the run's state and its note."""
    ended = run_dag(system, DAG_ID)
    return ended["state"], ended["note"]


@pytest.fixture
def mails(system: System, mail_server: MailServer) -> Iterator[Callable[[str], list[str]]]:
    """Bodies of the mails about a store since the last call; older problems are reported before the test."""
    body = {"extra": json.dumps({"config": {"path": mail_server.url}})}
    system.airflow.call("POST", "/connections", {"connection_id": CHANNEL, "conn_type": "apprise", **body})
    look(system)

    def mails(store_hash: str) -> list[str]:
        parts = [mail.get_body(("plain",)) for mail in mail_server.mails]
        mail_server.mails.clear()
        return [part.get_content() for part in parts if part and store_hash in part.get_content()]

    mails("")
    yield mails
    system.airflow.call("DELETE", f"/connections/{CHANNEL}")


def test_without_a_channel_the_run_succeeds_and_says_what_was_not_sent(store: Store) -> None:
    store.sandbox.access.revoke_token()
    store.sync()
    state, note = look(store.system)
    assert state == "success"
    assert note.startswith("Not sent: BigCommerce: ")
    assert "add the Airflow Connection bigcommerce_alerts" in note


def test_failing_store_sends_one_mail_and_its_recovery_another(
    store: Store, mails: Callable[[str], list[str]]
) -> None:
    store_hash = store.sandbox.store_hash
    store.sync_without_airflow()
    assert look(store.system)[0] == "success"
    assert mails(store_hash) == []

    store.sandbox.access.revoke_token()
    failed = store.sync()
    state, note = look(store.system)
    assert state == "success"
    assert re.match(r"BigCommerce: \d+ alerts?", note)  # stores of other tests may have some, too
    [mail] = mails(store_hash)
    assert "NEW: The last product sync failed" in mail
    # the alert shows the ">" of "Settings > Store-level API accounts" as text that no program takes for a tag
    assert failed["error"].replace(">", "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}") in mail
    assert f"{store.system.airflow.address}/plugin/data_sources/data-sources/{store_hash}/syncs" in mail

    look(store.system)
    store.sync()
    look(store.system)
    assert mails(store_hash) == []

    store.sandbox.access.renew_token(store.sandbox.token)
    completed = store.sync_without_airflow()
    status = "SELECT status FROM crm.sync_run WHERE sync_run_id = %s"
    assert store.crm(status, completed) == [{"status": "Completed"}]
    look(store.system)
    [mail] = mails(store_hash)
    assert "RECOVERED: The product sync works again." in mail


def test_the_link_in_a_mail_leads_to_the_page_of_the_store(store: Store, person: Callable[..., Page]) -> None:
    page = person("viewer")
    store_hash = store.sandbox.store_hash
    page.goto(
        f"{store.system.airflow.address}/plugin/data_sources/data-sources/{store_hash}/orders?state=rejected"
    )
    inside = page.frame_locator("iframe")
    expect(inside.get_by_role("link", name=re.compile("^Rejected"))).to_be_visible()
    expect(inside.locator("body")).to_contain_text(store_hash)


def test_unavailable_database_fails_the_run_and_the_next_one_succeeds(system: System, store: Store) -> None:
    with psycopg.connect(system.postgres.url("postgres"), autocommit=True) as server:
        server.execute("ALTER DATABASE crm ALLOW_CONNECTIONS false")
        try:
            state, note = look(system)
        finally:
            server.execute("ALTER DATABASE crm ALLOW_CONNECTIONS true")
    assert state == "failed"
    assert note.startswith("The CRM database cannot be reached (")
    assert look(system)[0] == "success"
