"""Deactivation and activation again: what a data source loses, keeps and gets back."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta, timezone

import pytest

from include import airflow_metadata
from include.connections.crm import open_crm
from include.connections.lookup import ConnectionMissing
from include.connections.store import open_store
from include.crm import order_ledger
from include.data_sources import lifecycle
from include.sandbox import Sandbox
from tests.support.command_line import TOKEN, CommandLine
from tests.support.crm_rows import insert
from tests.support.shop import sync


def test_new_token_restores_a_missing_connection(command: CommandLine, sandbox: Sandbox) -> None:
    command.activate(sandbox)
    command.metadata.execute("DELETE FROM connection")
    with (
        pytest.raises(ConnectionMissing, match="Enter the access token again") as missing,
        open_store("sandbox1"),
    ):
        pass
    assert "data_sources update sandbox1 --new-token" in missing.value.for_terminal
    mended = command("update", "sandbox1", "--new-token", "--base-url", sandbox.base_url)
    assert (mended.exit_code, mended.err) == (0, "")
    with open_store("sandbox1") as client:
        assert client.store_hash == "sandbox1"


def test_a_store_activated_again_while_its_deactivation_ends_keeps_its_new_token(
    command: CommandLine, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    command.activate(sandbox)
    forget = airflow_metadata.delete_store_connection
    again: list[threading.Thread] = []

    def forget_while_somebody_activates(store_hash: str) -> None:
        changes = {"access_token": TOKEN, "base_url": sandbox.base_url}

        def activate_again() -> None:
            with open_crm() as crm:
                lifecycle.activate(crm, store_hash, changes)

        again.append(threading.Thread(target=activate_again))
        again[0].start()
        again[0].join(timeout=0.5)
        forget(store_hash)

    monkeypatch.setattr(airflow_metadata, "delete_store_connection", forget_while_somebody_activates)
    command("deactivate", "sandbox1")
    again[0].join()
    assert command.rows()[0]["state"] == "active"
    assert command.in_airflow("SELECT conn_id FROM connection") == ["bigcommerce_sandbox1"]


def test_deactivation_counts_the_orders_whose_outcome_is_not_known(
    command: CommandLine, sandbox: Sandbox
) -> None:
    command.activate(sandbox)
    assert "without a clear answer" not in command("deactivate", "sandbox1").out
    command.activate(sandbox)
    command.crm.execute("INSERT INTO crm.campaign (campaign_id, name, currency_code) VALUES (5, 'A', 'USD')")
    command.crm.execute("UPDATE crm.data_source SET campaign_id = 5")
    for order_id, state in enumerate(["sending", "uncertain", "pending"], start=1):
        command.crm.execute(
            "INSERT INTO crm.customer_order (order_id, campaign_id, order_type, order_status, currency_code, "
            "price, total_amount) VALUES (%s, 5, 'NEW_SALE', 'COMPLETE', 'USD', 1, 1)",
            [order_id],
        )
        command.crm.execute(
            "INSERT INTO crm.order_push (data_source_id, order_id, state, requested_by, sent_at) "
            "SELECT data_source_id, %s, %s, 'schedule', now() FROM crm.data_source",
            [order_id, state],
        )
    command.crm.commit()
    told = command("deactivate", "sandbox1")
    assert "Orders without a clear answer from BigCommerce: 2." in told.out
    assert "include.data_sources activate sandbox1" in told.out
    assert command("deactivate", "sandbox1", "--json").json["unsettled_orders"] == 2


def test_deactivation_without_runs_is_immediate_and_forgets_the_token(
    command: CommandLine, sandbox: Sandbox
) -> None:
    command.activate(sandbox)
    outcome = command("deactivate", "sandbox1")
    assert outcome.exit_code == 0
    assert outcome.out.startswith("Deactivating sandbox1: no new syncs are scheduled")
    assert command.rows()[0]["state"] == "inactive"
    assert command.in_airflow("SELECT conn_id FROM connection") == []
    with pytest.raises(ConnectionMissing, match="bigcommerce_sandbox1"), open_store("sandbox1"):
        pass


@pytest.mark.parametrize("state", ["queued", "running"])
def test_deactivation_lets_runs_come_to_their_end(command: CommandLine, sandbox: Sandbox, state: str) -> None:
    command.activate(sandbox)
    command.add_run(state)
    assert "is draining" in command("deactivate", "sandbox1").out
    assert command.rows()[0]["state"] == "draining"
    assert command.in_airflow("SELECT conn_id FROM connection") == ["bigcommerce_sandbox1"]
    command.metadata.execute("UPDATE dag_run SET state = 'success'")
    assert "is inactive" in command("deactivate", "sandbox1").out


def test_activation_undoes_a_deactivation_and_keeps_the_ids(command: CommandLine, sandbox: Sandbox) -> None:
    command.activate(sandbox)
    command.crm.execute("INSERT INTO crm.campaign (campaign_id, name, currency_code) VALUES (5, 'A', 'USD')")
    command.crm.execute("UPDATE crm.data_source SET campaign_id = 5")
    command.crm.commit()
    [before] = command.rows()
    command("deactivate", "sandbox1")
    assert command.activate(sandbox, "--auto-sync", "60").exit_code == 0
    [after] = command.rows()
    assert (after["data_source_id"], after["campaign_id"]) == (before["data_source_id"], 5)
    assert (after["state"], after["auto_sync_minutes"]) == ("active", 60)


def fields_in(sandbox: Sandbox) -> dict[int, str]:
    """The custom field of each variant in the store."""
    return {each.resource_id: each.value for each in sandbox.catalogue.metafields.find({"namespace": "crm"})}


def test_first_sync_after_a_return_writes_what_the_store_lost_meanwhile(
    command: CommandLine, sandbox: Sandbox
) -> None:
    command.activate(sandbox)
    sync("sandbox1")
    before = fields_in(sandbox)
    command("deactivate", "sandbox1")
    for metafield in sandbox.catalogue.metafields.find({}):
        sandbox.catalogue.metafields.delete(metafield.id)
    command.activate(sandbox)
    sync("sandbox1", dry_run=True)
    assert fields_in(sandbox) == {}
    sync("sandbox1")
    assert fields_in(sandbox) == before != {}
    sandbox.forget_requests()
    sync("sandbox1")
    assert [each.path for each in sandbox.requests if "metafields" in each.path] == []


def test_activation_brings_all_settings_back_but_those_given(command: CommandLine, sandbox: Sandbox) -> None:
    command.crm.execute("INSERT INTO crm.gateway VALUES (7, 'A')")
    command.crm.commit()
    orders = ["--send-initial-orders", "--send-rebill-orders", "--send-order-status", "completed"]
    field = ["--custom-field-namespace", "a", "--custom-field-key", "b"]
    others = ["--order-lookup-delay", "300", "--auto-sync", "60", "--custom-field-permission-set", "read"]
    command.activate(sandbox, "--biller-id", "7", *orders, *field, *others)
    [before] = command.rows()
    command("deactivate", "sandbox1")
    assert command.activate(sandbox, "--auto-sync", "120", "--no-send-rebill-orders").exit_code == 0
    [after] = command.rows()
    changed = {name for name in before if before[name] != after[name]}
    since = {"send_initial_orders_since", "send_rebill_orders_since"}
    assert changed == {"auto_sync_minutes", "send_rebill_orders", "updated_at", "verify_next_sync", *since}
    assert (after["auto_sync_minutes"], after["send_rebill_orders"]) == (120, False)


def test_orders_completed_while_deactivated_are_counted_and_sent_by_no_schedule(
    command: CommandLine, sandbox: Sandbox
) -> None:
    """They may have been shipped by other means: sending them would ship them twice."""
    deactivated_at = sells_orders(command, sandbox)
    command("deactivate", "sandbox1")
    add_order(command, 1, completed_at=deactivated_at + timedelta(hours=1))
    outcome = command.activate(sandbox)
    assert "1 earlier order was never sent to BigCommerce and will not be sent automatically." in outcome.out
    add_order(command, 2, completed_at=datetime.now(timezone.utc) + timedelta(minutes=1))
    assert new_orders(command) == [2]


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (1, "1 order, completed on {}, waited when the store was deactivated. The next push sends it."),
        (2, "2 orders, the first completed on {}, waited when the store was deactivated. The next push"),
    ],
)
def test_orders_that_waited_when_it_was_deactivated_are_sent_and_the_activation_says_so(
    command: CommandLine, sandbox: Sandbox, number: int, sentence: str
) -> None:
    """They were due, and people could see that they waited: no paid order is lost."""
    since = sells_orders(command, sandbox)
    for order_id in range(1, number + 3):
        add_order(command, order_id, completed_at=since + timedelta(hours=order_id))
    order_ledger.select_new(command.crm, command.rows()[0]["data_source_id"])
    crm = command.crm
    crm.execute("UPDATE crm.customer_order SET order_status = 'CANCELLED' WHERE order_id = %s", [number + 1])
    crm.execute("UPDATE crm.customer_order SET is_test = true WHERE order_id = %s", [number + 2])
    crm.commit()
    command("deactivate", "sandbox1")
    out = command.activate(sandbox).out
    assert sentence.format(f"{since + timedelta(hours=1):%Y-%m-%d}") in out
    assert "earlier order" not in out


def test_undone_deactivation_leaves_no_order_out(command: CommandLine, sandbox: Sandbox) -> None:
    deactivated_at = sells_orders(command, sandbox)
    command.add_run("running")
    command("deactivate", "sandbox1")
    add_order(command, 1, completed_at=deactivated_at + timedelta(hours=1))
    assert "earlier" not in command("activate", "sandbox1").out
    assert new_orders(command) == [1]


def sells_orders(command: CommandLine, sandbox: Sandbox) -> datetime:
    """Activate the store as it would have been months ago; the time of that."""
    command.crm.execute("INSERT INTO crm.campaign (campaign_id, name, currency_code) VALUES (5, 'A', 'USD')")
    command.crm.commit()
    command.activate(sandbox, "--send-initial-orders")
    since = datetime.now(timezone.utc) - timedelta(days=90)
    command.crm.execute("UPDATE crm.data_source SET campaign_id = 5, send_initial_orders_since = %s", [since])
    command.crm.commit()
    return since


def add_order(command: CommandLine, order_id: int, *, completed_at: datetime) -> None:
    columns = {"order_id": order_id, "campaign_id": 5, "order_type": "NEW_SALE", "order_status": "COMPLETE"}
    money = {"currency_code": "USD", "price": 1, "total_amount": 1}
    insert(command.crm, "customer_order", {**columns, **money, "completed_at": completed_at})
    command.crm.commit()


def new_orders(command: CommandLine) -> list[int]:
    return [row[0] for row in command.crm.execute("SELECT order_id FROM crm.new_order ORDER BY order_id")]


def test_activation_of_a_draining_store_keeps_its_base_url(command: CommandLine, sandbox: Sandbox) -> None:
    command.activate(sandbox)
    command.add_run("running")
    command("deactivate", "sandbox1")
    outcome = command("activate", "sandbox1")
    assert outcome.exit_code == 0
    assert outcome.out.startswith(f"Connecting to {sandbox.base_url} …\n")
    assert command.in_airflow("SELECT host FROM connection") == [sandbox.base_url]


def test_activation_asks_bigcommerce_once_the_base_url_is_forgotten(
    command: CommandLine, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    command.activate(sandbox)
    command("deactivate", "sandbox1")
    monkeypatch.setattr("include.data_sources.address_readers.DEFAULT_BASE_URL", sandbox.base_url)
    outcome = command("activate", "sandbox1")
    assert (outcome.exit_code, outcome.out.splitlines()[0]) == (0, f"Connecting to {sandbox.base_url} …")
