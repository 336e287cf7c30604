"""python -m include.data_sources from end to end: a sandbox store, both databases, real connections."""

from __future__ import annotations

import json
import socket
import time
from typing import Any

import pytest

from include.connections.store import open_store
from include.crm import data_sources, sync_runs
from include.crm.sync_options import SyncOptions
from include.crm.sync_run_rows import DagRunReference
from include.crm.sync_runs import STOPPED_FROM_OUTSIDE
from include.sandbox import Sandbox
from tests.support.command_line import DAG_ID, TOKEN, CommandLine


def test_activation_saves_the_row_and_the_encrypted_token_and_asks_for_the_dag(
    command: CommandLine, sandbox: Sandbox
) -> None:
    outcome = command.activate(sandbox, "--auto-sync", "60", "--send-order-status", "completed")
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
    command.activate(sandbox)
    with open_store("sandbox1") as client:
        answer = client.send("GET", "/v2/store", scope="store_v2_information_read_only", safe_to_repeat=True)
    assert answer.ok


def test_json_is_for_programs(command: CommandLine, sandbox: Sandbox) -> None:
    made = command.activate(sandbox, "--json").json
    assert (made["store_hash"], made["dag_id"]) == ("sandbox1", DAG_ID)
    assert command("list", "--json").json[0]["status"] == ""
    assert command("show", "sandbox1", "--json").json["state"] == "active"
    refused = command("update", "sandbox1", "--auto-sync", "59", "--json")
    assert refused.exit_code == 1
    assert json.loads(refused.out)["problems"].keys() == {"auto_sync"}


def test_no_output_ever_shows_the_token(command: CommandLine, sandbox: Sandbox) -> None:
    outcomes = [
        command.activate(sandbox),
        command("show", "sandbox1", "--json"),
        command("list"),
        command("update", "sandbox1", "--new-token", "--base-url", sandbox.base_url, token="wrong-token"),
    ]
    printed = "".join(outcome.out + outcome.err for outcome in outcomes)
    assert TOKEN not in printed
    assert "wrong-token" not in printed


def test_new_token_ends_the_pause_after_syncs_that_failed(command: CommandLine, sandbox: Sandbox) -> None:
    command.activate(sandbox)

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


def test_new_token_makes_syncing_again_the_next_step_after_a_sync_that_lacked_one(
    command: CommandLine, sandbox: Sandbox
) -> None:
    command.activate(sandbox)
    source = data_sources.required(command.crm, "sandbox1")
    sync_run_id = sync_runs.begin(command.crm, source.data_source_id, SyncOptions(), DagRunReference())
    sync_runs.fail(command.crm, sync_run_id, "BigCommerce rejected the access token.", "new_token")
    command.crm.commit()

    def action_after(*options: str) -> Any:
        assert command("update", "sandbox1", *options).exit_code == 0
        sync = sync_runs.get(command.crm, sync_run_id)
        command.crm.commit()
        return sync.action if sync else None

    assert action_after("--auto-sync", "60") == "new_token"
    assert action_after("--new-token", "--base-url", sandbox.base_url) == "start_again"


def test_all_problems_are_named_at_once_and_nothing_is_saved(command: CommandLine, sandbox: Sandbox) -> None:
    outcome = command.activate(sandbox, "--biller-id", "9", "--auto-sync", "59", token="wrong")
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
    outcome = command.activate(sandbox)
    assert outcome.exit_code == 1
    assert "store_v2_products" in outcome.err


def test_a_store_has_one_data_source(command: CommandLine, sandbox: Sandbox) -> None:
    command.activate(sandbox)
    outcome = command.activate(sandbox, "--auto-sync", "60")
    assert outcome.exit_code == 1
    assert "already has a data source" in outcome.err
    assert command.rows()[0]["auto_sync_minutes"] is None


def test_audit_log_names_who_ran_a_command_and_holds_no_token(
    command: CommandLine, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "ann")
    command.activate(sandbox)
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
        command.activate(sandbox)
    assert command.rows() == []
    assert command.in_airflow("SELECT conn_id FROM connection") == ["bigcommerce_sandbox1"]
    command.crm.execute("DROP TRIGGER die ON crm.data_source")
    command.crm.commit()
    assert command.activate(sandbox).exit_code == 0
    assert command.in_airflow("SELECT conn_id FROM connection") == ["bigcommerce_sandbox1"]


def test_an_update_changes_what_was_given_and_nothing_else(command: CommandLine, sandbox: Sandbox) -> None:
    command.activate(sandbox, "--auto-sync", "60", "--send-initial-orders")
    [before] = command.rows()
    assert command("update", "sandbox1", "--auto-sync", "120").exit_code == 0
    [after] = command.rows()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"auto_sync_minutes", "updated_at"}
    command("update", "sandbox1", "--auto-sync", "", "--no-send-initial-orders")
    [cleared] = command.rows()
    assert (cleared["auto_sync_minutes"], cleared["send_initial_orders"]) == (None, False)


def test_show_names_since_when_orders_are_sent_and_how_they_are_looked_up(
    command: CommandLine, sandbox: Sandbox
) -> None:
    command.activate(sandbox, "--send-initial-orders")
    shown = command("show", "sandbox1").out
    [row] = command.rows()
    assert f"on, for orders completed since {row['send_initial_orders_since']:%Y-%m-%d %H:%M} UTC" in shown
    assert "120 s" in shown
    command("update", "sandbox1", "--order-lookup-delay", "300")
    [changed] = command.rows()
    assert changed["order_lookup_delay_seconds"] == 300
    assert changed["send_initial_orders_since"] == row["send_initial_orders_since"]
    assert "300 s" in command("show", "sandbox1").out


def test_mirroring_is_saved_shown_and_switched_off(command: CommandLine, sandbox: Sandbox) -> None:
    command.activate(sandbox, "--mirror-refunds", "record", "--mirror-cancellations")
    [row] = command.rows()
    assert (row["mirror_refunds"], row["mirror_cancellations"]) == ("record", True)
    assert None not in (row["mirror_refunds_since"], row["mirror_cancellations_since"])
    assert "as a refund record, since" in command("show", "sandbox1").out
    command("update", "sandbox1", "--mirror-refunds", "off", "--no-mirror-cancellations")
    [row] = command.rows()
    assert (row["mirror_refunds_since"], row["mirror_cancellations_since"]) == (None, None)


def test_checkout_settings_are_saved_shown_and_cleared(command: CommandLine, sandbox: Sandbox) -> None:
    address = ["--checkout-url", "https://checkout.example.com/buy"]
    command.activate(sandbox, *address, "--checkout-test-cookie", "crm_test")
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
    command.activate(sandbox)
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
    command.activate(sandbox)
    outcome = command("update", "sandbox1", "--base-url", "http://127.0.0.1:1")
    assert outcome.exit_code == 1
    assert "Enter the access token" in outcome.err


def test_an_address_that_does_not_answer_is_named_soon(
    command: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("include.connections.store.SECONDS_FOR_A_PERSON", 0.1)
    arguments = ["activate", "sandbox1", "--base-url", "http://127.0.0.1:1"]
    outcome = command(*arguments)
    assert (outcome.exit_code, outcome.out) == (1, "Connecting to http://127.0.0.1:1 …\n")
    assert outcome.err.startswith("http://127.0.0.1:1: ")
    assert outcome.err.endswith("no connection to 127.0.0.1 could be made. Try again in a few minutes.\n")
    problems = command(*arguments, "--json").json["problems"]
    assert problems["access_token"].startswith("http://127.0.0.1:1: ")
    assert command.rows() == []


def test_an_address_that_takes_the_question_and_says_nothing_is_given_up_soon(
    command: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("include.connections.store.SECONDS_FOR_A_PERSON", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        began_at = time.monotonic()
        outcome = command("activate", "sandbox1", "--base-url", address)
    assert outcome.err.startswith(f"{address}: ")
    assert time.monotonic() - began_at < 30  # an answer's own timeout is 60


def test_a_run_that_waits_is_submitted(command: CommandLine, sandbox: Sandbox) -> None:
    command.activate(sandbox)
    command.add_run("queued")
    assert command("show", "sandbox1", "--json").json["status"] == "Submitted"
    command.crm.execute(
        "INSERT INTO crm.sync_run (data_source_id, dag_id, dag_run_id, trigger, status) "
        "SELECT data_source_id, %s, 'manual__1', 'manual', 'In Progress' FROM crm.data_source",
        [DAG_ID],
    )
    command.crm.commit()
    command.add_run("queued", "manual__2")
    shown = command("show", "sandbox1", "--json").json
    assert (shown["status"], shown["submitted"]) == ("In Progress", 1)


def test_a_sync_whose_run_has_ended_without_a_word_is_failed(command: CommandLine, sandbox: Sandbox) -> None:
    command.activate(sandbox)
    command.add_run("running")
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


def test_unavailable_database_is_named(command: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
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
