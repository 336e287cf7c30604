"""python -m include.data_sources from end to end: a sandbox store, both databases, real connections."""

from __future__ import annotations

import json
import socket
import threading
import time
from typing import Any

import pytest

from include import airflow_metadata
from include.connection_lookup import ConnectionMissing
from include.connections import open_crm, open_store
from include.crm.sync_runs import STOPPED_FROM_OUTSIDE
from include.data_sources import access_check, lifecycle
from include.sandbox import Sandbox
from tests.support.command_line import TOKEN, CommandLine, Outcome

DAG_ID = "bigcommerce_product_sync__sandbox1"


def activate(command: CommandLine, sandbox: Sandbox, *options: str, token: str = TOKEN) -> Outcome:
    address = ["--base-url", sandbox.base_url]
    return command("activate", sandbox.store_hash, *address, *options, token=token)


def add_run(command: CommandLine, state: str, run_id: str = "manual__1") -> None:
    command.metadata.execute(
        "INSERT INTO dag_run (dag_id, run_id, state, run_type, run_after, clear_number, span_status) "
        "VALUES (%s, %s, %s, 'manual', now(), 0, 'not_started')",
        [DAG_ID, run_id, state],
    )


def test_activation_saves_the_row_and_the_encrypted_token_and_asks_for_the_dag(
    command: CommandLine, sandbox: Sandbox
) -> None:
    outcome = activate(command, sandbox, "--auto-sync", "60", "--send-order-status", "completed")
    assert (outcome.exit_code, outcome.err) == (0, "")
    assert "is active" in outcome.out
    [row] = command.rows()
    assert (row["state"], row["auto_sync_minutes"], row["send_order_status_id"]) == ("active", 60, 10)
    assert row["store_name"]
    [stored] = command.in_airflow("SELECT password FROM connection")
    assert TOKEN not in stored
    assert command.in_airflow("SELECT relative_fileloc FROM dag_priority_parsing_request") == [
        "product_sync.py"
    ]
    assert command.in_airflow("SELECT pool FROM slot_pool WHERE pool = 'bigcommerce'") == ["bigcommerce"]


def test_the_saved_connection_leads_to_the_store(command: CommandLine, sandbox: Sandbox) -> None:
    activate(command, sandbox)
    with open_store("sandbox1") as client:
        answer = client.send("GET", "/v2/store", scope="store_v2_information_read_only", safe_to_repeat=True)
    assert answer.ok


def test_json_is_for_programs(command: CommandLine, sandbox: Sandbox) -> None:
    made = activate(command, sandbox, "--json").json
    assert (made["store_hash"], made["dag_id"]) == ("sandbox1", DAG_ID)
    assert command("list", "--json").json[0]["status"] == ""
    assert command("show", "sandbox1", "--json").json["state"] == "active"
    refused = command("update", "sandbox1", "--auto-sync", "59", "--json")
    assert refused.exit_code == 1
    assert json.loads(refused.out)["problems"].keys() == {"auto_sync"}


def test_no_output_ever_shows_the_token(command: CommandLine, sandbox: Sandbox) -> None:
    outcomes = [
        activate(command, sandbox),
        command("show", "sandbox1", "--json"),
        command("list"),
        command("update", "sandbox1", "--new-token", "--base-url", sandbox.base_url, token="wrong-token"),
    ]
    printed = "".join(outcome.out + outcome.err for outcome in outcomes)
    assert TOKEN not in printed
    assert "wrong-token" not in printed


def test_new_token_ends_the_pause_after_syncs_that_failed(command: CommandLine, sandbox: Sandbox) -> None:
    activate(command, sandbox)

    def pauses_after(*options: str, token: str | None = None) -> int:
        command.crm.execute(
            "INSERT INTO crm.change_pause SELECT data_source_id, 3, now() FROM crm.data_source "
            "ON CONFLICT DO NOTHING"
        )
        command.crm.commit()
        assert command("update", "sandbox1", *options, token=token or TOKEN).exit_code == 0
        return len(command.crm.execute("SELECT FROM crm.change_pause").fetchall())

    assert pauses_after("--auto-sync", "60") == 1
    assert pauses_after("--new-token", "--base-url", sandbox.base_url) == 0


def test_all_that_is_wrong_is_said_at_once_and_nothing_is_saved(
    command: CommandLine, sandbox: Sandbox
) -> None:
    outcome = activate(command, sandbox, "--biller-id", "9", "--auto-sync", "59", token="wrong")
    assert outcome.exit_code == 1
    assert len(outcome.err.splitlines()) == 3
    assert "rejected the access token" in outcome.err
    assert command.rows() == []
    assert command.in_airflow("SELECT conn_id FROM connection") == []


def test_a_whole_address_is_refused_and_the_hash_in_it_named(command: CommandLine) -> None:
    outcome = command("activate", "https://store-7f5kjtkp2.mybigcommerce.com/manage")
    assert outcome.exit_code == 1
    assert outcome.err.strip() == "Enter only the store hash, not the whole address: 7f5kjtkp2"


def test_a_missing_scope_is_named(command: CommandLine, sandbox: Sandbox) -> None:
    sandbox.access.drop_scope("store_v2_products")
    outcome = activate(command, sandbox)
    assert outcome.exit_code == 1
    assert "store_v2_products" in outcome.err


def test_a_store_has_one_data_source(command: CommandLine, sandbox: Sandbox) -> None:
    activate(command, sandbox)
    outcome = activate(command, sandbox, "--auto-sync", "60")
    assert outcome.exit_code == 1
    assert "already has a data source" in outcome.err
    assert command.rows()[0]["auto_sync_minutes"] is None


def test_audit_log_names_who_ran_a_command_and_holds_no_token(
    command: CommandLine, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "ann")
    activate(command, sandbox)
    command("update", "sandbox1", "--auto-sync", "60")
    command("deactivate", "sandbox1")
    logged = command.metadata.execute(
        "SELECT event, owner, extra FROM log WHERE event LIKE 'bigcommerce.%' ORDER BY id"
    ).fetchall()
    events, people, extras = zip(*logged, strict=True)
    assert events == ("bigcommerce.activate", "bigcommerce.update", "bigcommerce.deactivate")
    assert set(people) == {"ann at a terminal"}
    assert json.loads(extras[1])["changes"]["auto_sync"] == {"before": "", "after": "60"}
    assert TOKEN not in "".join(extras)


def test_repeating_a_command_fixes_a_crash_after_the_connection_was_saved(
    command: CommandLine, sandbox: Sandbox
) -> None:
    command.crm.execute(
        "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'crash'; END $$"
    )
    command.crm.execute(  # at the commit
        "CREATE CONSTRAINT TRIGGER die AFTER INSERT ON crm.data_source DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION die()"
    )
    command.crm.commit()
    with pytest.raises(Exception, match="crash"):
        activate(command, sandbox)
    assert command.rows() == []
    assert command.in_airflow("SELECT conn_id FROM connection") == ["bigcommerce_sandbox1"]
    command.crm.execute("DROP TRIGGER die ON crm.data_source")
    command.crm.commit()
    assert activate(command, sandbox).exit_code == 0
    assert command.in_airflow("SELECT conn_id FROM connection") == ["bigcommerce_sandbox1"]


def test_an_update_changes_what_was_given_and_nothing_else(command: CommandLine, sandbox: Sandbox) -> None:
    activate(command, sandbox, "--auto-sync", "60", "--send-initial-orders")
    [before] = command.rows()
    assert command("update", "sandbox1", "--auto-sync", "120").exit_code == 0
    [after] = command.rows()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"auto_sync_minutes", "updated_at"}
    command("update", "sandbox1", "--auto-sync", "", "--no-send-initial-orders")
    [cleared] = command.rows()
    assert (cleared["auto_sync_minutes"], cleared["send_initial_orders"]) == (None, False)


def test_it_is_shown_since_when_orders_are_sent_and_how_they_are_looked_up(
    command: CommandLine, sandbox: Sandbox
) -> None:
    activate(command, sandbox, "--send-initial-orders")
    shown = command("show", "sandbox1").out
    [row] = command.rows()
    assert f"yes, for orders completed since {row['send_initial_orders_since']:%Y-%m-%d %H:%M} UTC" in shown
    assert "120 s" in shown
    command("update", "sandbox1", "--order-lookup-delay", "300")
    [changed] = command.rows()
    assert changed["order_lookup_delay_seconds"] == 300
    assert changed["send_initial_orders_since"] == row["send_initial_orders_since"]
    assert "300 s" in command("show", "sandbox1").out


def test_mirroring_is_saved_shown_and_switched_off(command: CommandLine, sandbox: Sandbox) -> None:
    activate(command, sandbox, "--mirror-refunds", "record", "--mirror-cancellations")
    [row] = command.rows()
    assert (row["mirror_refunds"], row["mirror_cancellations"]) == ("record", True)
    assert None not in (row["mirror_refunds_since"], row["mirror_cancellations_since"])
    assert "as a refund record, since" in command("show", "sandbox1").out
    command("update", "sandbox1", "--mirror-refunds", "off", "--no-mirror-cancellations")
    [row] = command.rows()
    assert (row["mirror_refunds_since"], row["mirror_cancellations_since"]) == (None, None)


def test_checkout_settings_are_saved_shown_and_cleared(command: CommandLine, sandbox: Sandbox) -> None:
    address = ["--checkout-url", "https://checkout.example.com/buy"]
    activate(command, sandbox, *address, "--checkout-test-cookie", "crm_test")
    [row] = command.rows()
    assert (row["checkout_url"], row["checkout_redirect"]) == ("https://checkout.example.com/buy", False)
    assert row["checkout_test_cookie"] == "crm_test"
    assert "https://checkout.example.com/buy" in command("show", "sandbox1").out
    refused = command("update", "sandbox1", "--checkout-url", "", "--checkout-redirect")
    assert refused.err.strip() == "Enter the checkout address: the redirect leads there."
    command("update", "sandbox1", "--checkout-url", "", "--checkout-test-cookie", "")
    [row] = command.rows()
    assert (row["checkout_url"], row["checkout_test_cookie"]) == (None, None)


def test_a_new_token_is_tried_before_it_replaces_the_old_one(command: CommandLine, sandbox: Sandbox) -> None:
    activate(command, sandbox)
    before = command.in_airflow("SELECT password FROM connection")
    new_token = ["update", "sandbox1", "--new-token"]
    assert command(*new_token, token="wrong").exit_code == 1
    assert command.in_airflow("SELECT password FROM connection") == before
    assert command(*new_token).exit_code == 0
    assert command.in_airflow("SELECT host FROM connection") == [sandbox.base_url]
    assert command.in_airflow("SELECT password FROM connection") != before


def test_a_token_is_not_sent_to_a_new_address_unless_it_is_entered_again(
    command: CommandLine, sandbox: Sandbox
) -> None:
    activate(command, sandbox)
    outcome = command("update", "sandbox1", "--base-url", "http://127.0.0.1:1")
    assert outcome.exit_code == 1
    assert "Enter the access token" in outcome.err


def test_new_token_restores_a_missing_connection(command: CommandLine, sandbox: Sandbox) -> None:
    activate(command, sandbox)
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
    activate(command, sandbox)
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
    activate(command, sandbox)
    assert "without a clear answer" not in command("deactivate", "sandbox1").out
    activate(command, sandbox)
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
    activate(command, sandbox)
    outcome = command("deactivate", "sandbox1")
    assert outcome.exit_code == 0
    assert outcome.out.startswith("Deactivating sandbox1: no new syncs are scheduled")
    assert command.rows()[0]["state"] == "inactive"
    assert command.in_airflow("SELECT conn_id FROM connection") == []
    with pytest.raises(ConnectionMissing, match="bigcommerce_sandbox1"), open_store("sandbox1"):
        pass


@pytest.mark.parametrize("state", ["queued", "running"])
def test_deactivation_lets_runs_come_to_their_end(command: CommandLine, sandbox: Sandbox, state: str) -> None:
    activate(command, sandbox)
    add_run(command, state)
    assert "is draining" in command("deactivate", "sandbox1").out
    assert command.rows()[0]["state"] == "draining"
    assert command.in_airflow("SELECT conn_id FROM connection") == ["bigcommerce_sandbox1"]
    command.metadata.execute("UPDATE dag_run SET state = 'success'")
    assert "is inactive" in command("deactivate", "sandbox1").out


def test_activation_undoes_a_deactivation_and_keeps_the_ids(command: CommandLine, sandbox: Sandbox) -> None:
    activate(command, sandbox)
    command.crm.execute("INSERT INTO crm.campaign (campaign_id, name, currency_code) VALUES (5, 'A', 'USD')")
    command.crm.execute("UPDATE crm.data_source SET campaign_id = 5")
    command.crm.commit()
    [before] = command.rows()
    command("deactivate", "sandbox1")
    assert activate(command, sandbox, "--auto-sync", "60").exit_code == 0
    [after] = command.rows()
    assert (after["data_source_id"], after["campaign_id"]) == (before["data_source_id"], 5)
    assert (after["state"], after["auto_sync_minutes"]) == ("active", 60)


def test_activation_brings_all_settings_back_but_those_given(command: CommandLine, sandbox: Sandbox) -> None:
    command.crm.execute("INSERT INTO crm.gateway VALUES (7, 'A')")
    command.crm.commit()
    orders = ["--send-initial-orders", "--send-rebill-orders", "--send-order-status", "completed"]
    field = ["--custom-field-namespace", "a", "--custom-field-key", "b"]
    others = ["--order-lookup-delay", "300", "--auto-sync", "60", "--custom-field-permission-set", "read"]
    activate(command, sandbox, "--biller-id", "7", *orders, *field, *others)
    [before] = command.rows()
    command("deactivate", "sandbox1")
    assert activate(command, sandbox, "--auto-sync", "120", "--no-send-rebill-orders").exit_code == 0
    [after] = command.rows()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"auto_sync_minutes", "send_rebill_orders", "send_rebill_orders_since", "updated_at"}
    assert (after["auto_sync_minutes"], after["send_rebill_orders"]) == (120, False)
    assert after["send_initial_orders_since"] == before["send_initial_orders_since"] is not None


def test_activation_of_a_draining_store_keeps_its_base_url(command: CommandLine, sandbox: Sandbox) -> None:
    activate(command, sandbox)
    add_run(command, "running")
    command("deactivate", "sandbox1")
    outcome = command("activate", "sandbox1")
    assert outcome.exit_code == 0
    assert outcome.out.startswith(f"Connecting to {sandbox.base_url} …\n")
    assert command.in_airflow("SELECT host FROM connection") == [sandbox.base_url]


def test_activation_asks_bigcommerce_once_the_base_url_is_forgotten(
    command: CommandLine, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    activate(command, sandbox)
    command("deactivate", "sandbox1")
    monkeypatch.setattr("include.data_sources.setting_readers.DEFAULT_BASE_URL", sandbox.base_url)
    outcome = command("activate", "sandbox1")
    assert (outcome.exit_code, outcome.out.splitlines()[0]) == (0, f"Connecting to {sandbox.base_url} …")


def test_an_address_that_does_not_answer_is_named_soon(
    command: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access_check, "TIME_LIMIT_SECONDS", 0.1)
    arguments = ["activate", "sandbox1", "--base-url", "http://127.0.0.1:1"]
    outcome = command(*arguments)
    assert (outcome.exit_code, outcome.out) == (1, "Connecting to http://127.0.0.1:1 …\n")
    assert outcome.err.startswith("http://127.0.0.1:1: ")
    assert outcome.err.endswith("no connection could be made. Try again in a few minutes.\n")
    problems = command(*arguments, "--json").json["problems"]
    assert problems["access_token"].startswith("http://127.0.0.1:1: ")
    assert command.rows() == []


def test_an_address_that_takes_the_question_and_says_nothing_is_given_up_soon(
    command: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access_check, "TIME_LIMIT_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        began_at = time.monotonic()
        outcome = command("activate", "sandbox1", "--base-url", address)
    assert outcome.err.startswith(f"{address}: ")
    assert time.monotonic() - began_at < 30  # an answer's own timeout is 60


def test_a_run_that_waits_is_submitted(command: CommandLine, sandbox: Sandbox) -> None:
    activate(command, sandbox)
    add_run(command, "queued")
    assert command("show", "sandbox1", "--json").json["status"] == "Submitted"
    command.crm.execute(
        "INSERT INTO crm.sync_run (data_source_id, dag_id, dag_run_id, trigger, status) "
        "SELECT data_source_id, %s, 'manual__1', 'manual', 'In Progress' FROM crm.data_source",
        [DAG_ID],
    )
    command.crm.commit()
    add_run(command, "queued", "manual__2")
    shown = command("show", "sandbox1", "--json").json
    assert (shown["status"], shown["submitted"]) == ("In Progress", 1)


def test_a_sync_whose_run_has_ended_without_a_word_is_failed(command: CommandLine, sandbox: Sandbox) -> None:
    activate(command, sandbox)
    add_run(command, "running")
    command.crm.execute(
        "INSERT INTO crm.sync_run (data_source_id, dag_id, dag_run_id, trigger, status) "
        "SELECT data_source_id, %s, 'manual__1', 'manual', 'In Progress' FROM crm.data_source",
        [DAG_ID],
    )
    command.crm.commit()
    assert command("show", "sandbox1", "--json").json["status"] == "In Progress"
    command.metadata.execute("UPDATE dag_run SET state = 'failed'")
    shown = command("show", "sandbox1", "--json").json
    assert (shown["status"], shown["latest_sync"]["error"]) == ("Failed", STOPPED_FROM_OUTSIDE)
    assert "stopped from outside" in command("show", "sandbox1").out
    assert "Failed" in command("list").out
    command.crm.execute("UPDATE crm.sync_run SET dag_id = NULL, dag_run_id = NULL, trigger = 'command line'")
    command.crm.commit()
    assert command("show", "sandbox1", "--json").json["status"] == "In Progress"


@pytest.mark.parametrize("verb", ["show", "update", "deactivate"])
def test_a_store_that_was_never_activated_is_named(command: CommandLine, verb: str) -> None:
    outcome = command(verb, "unknown1")
    assert outcome.exit_code == 1
    assert "unknown1 has no data source" in outcome.err


def test_a_database_that_is_away_is_said_so(command: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", "postgresql://nobody:hidden@127.0.0.1:1/crm")
    outcome = command("list")
    assert outcome.exit_code == 1
    assert "The CRM database cannot be reached" in outcome.err
    assert "hidden" not in outcome.err


@pytest.mark.parametrize("arguments", [[], ["activate"], ["remove", "x"], ["activate", "x", "--token", "y"]])
def test_a_command_that_is_not_understood_ends_with_2(arguments: list[Any], command: CommandLine) -> None:
    with pytest.raises(SystemExit) as ended:
        command(*arguments)
    assert ended.value.code == 2
