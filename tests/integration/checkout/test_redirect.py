"""The redirect script follows the settings, whatever the store and its merchant do; real connections."""

from __future__ import annotations

from typing import Any

import pytest

from include.checkout import __main__ as checkout
from include.checkout import steps
from include.crm.sync_options import SyncOptions
from include.crm.sync_run_rows import DagRunReference
from include.product_sync import steps as product_sync
from include.sandbox import Sandbox
from include.sandbox.storefront.scripts import Script
from tests.support.command_line import TOKEN, CommandLine, Outcome

ADDRESS = ["--checkout-url", "https://checkout.example.com/buy"]


def activate(command: CommandLine, sandbox: Sandbox, *options: str) -> Outcome:
    address = ["--base-url", sandbox.base_url]
    return command("activate", sandbox.store_hash, *address, *options, token=TOKEN)


@pytest.fixture
def redirecting(command: CommandLine, sandbox: Sandbox) -> CommandLine:
    """A store whose redirect is on."""
    outcome = activate(command, sandbox, *ADDRESS, "--checkout-redirect")
    assert (outcome.exit_code, outcome.err) == (0, "")
    return command


def told(command: CommandLine, verb: str, *options: str) -> str:
    """What python -m include.checkout says."""
    command.capture.readouterr()
    checkout.main([verb, "sandbox1", *options])
    printed = command.capture.readouterr()
    return (printed.out + printed.err).strip()


def row(command: CommandLine) -> dict[str, Any] | None:
    command.crm.rollback()
    cursor = command.crm.execute("SELECT state, version, problem, on_checkout_pages FROM crm.checkout_script")
    found = cursor.fetchone()
    names = [column.name for column in cursor.description or ()]
    return dict(zip(names, found, strict=True)) if found else None


def sync() -> None:
    with product_sync.exclusive("sandbox1"):
        sync_run_id = product_sync.begin("sandbox1", SyncOptions(), DagRunReference())
        for step in (product_sync.extract, product_sync.load, product_sync.write_back):
            step(sync_run_id)


def only_script(sandbox: Sandbox) -> Script:
    [script] = sandbox.scripts.all()
    return script


def test_activation_installs_the_script_and_says_so(command: CommandLine, sandbox: Sandbox) -> None:
    outcome = activate(command, sandbox, *ADDRESS, "--checkout-redirect")
    assert "The redirect script is on all pages of the store." in outcome.out
    assert "https://checkout.example.com/buy" in str(only_script(sandbox).html)
    assert told(command, "status").startswith("Installed.")


def test_redirect_that_is_off_asks_the_store_for_nothing(command: CommandLine, sandbox: Sandbox) -> None:
    outcome = activate(command, sandbox, *ADDRESS)
    assert "script" not in outcome.out
    assert not [each for each in sandbox.requests if "scripts" in each.path]
    assert told(command, "status") == "Off. Shoppers pay in BigCommerce's own checkout."
    assert "is off" in told(command, "repair")


def test_script_is_updated_when_a_setting_of_it_changes_and_only_then(
    redirecting: CommandLine, sandbox: Sandbox
) -> None:
    before = only_script(sandbox)
    sandbox.requests.clear()
    redirecting("update", "sandbox1", "--auto-sync", "90")
    assert not sandbox.requests
    outcome = redirecting("update", "sandbox1", "--checkout-test-cookie", "crm_test")
    assert outcome.out.count("The redirect script is on all pages") == 1
    assert only_script(sandbox).uuid == before.uuid
    assert "crm_test" in str(only_script(sandbox).html)


def test_switching_off_removes_the_script(redirecting: CommandLine, sandbox: Sandbox) -> None:
    redirecting("update", "sandbox1", "--no-checkout-redirect")
    assert sandbox.scripts.all() == []
    assert row(redirecting) is None


def test_deactivation_removes_the_script_before_its_token_is_deleted(
    redirecting: CommandLine, sandbox: Sandbox
) -> None:
    outcome = redirecting("deactivate", "sandbox1")
    assert "is inactive" in outcome.out
    assert sandbox.scripts.all() == []
    assert activate(redirecting, sandbox).exit_code == 0
    assert "https://checkout.example.com/buy" in str(only_script(sandbox).html)


def test_deactivation_goes_on_when_the_script_cannot_be_removed_and_says_so(
    redirecting: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.access.revoke_token()
    outcome = redirecting("deactivate", "sandbox1")
    assert outcome.exit_code == 0
    assert redirecting.rows()[0]["state"] == "inactive"
    assert "Delete it in BigCommerce under Storefront > Script Manager." in outcome.out
    assert "rejected the access token" in outcome.out
    assert told(redirecting, "status").startswith("Still in the store.")


def test_settings_are_saved_when_the_store_is_unavailable_and_the_check_installs_the_script(
    command: CommandLine, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    activate(command, sandbox)
    with monkeypatch.context() as patch:
        patch.setattr(steps, "open_store", _unavailable)
        outcome = command("update", "sandbox1", *ADDRESS, "--checkout-redirect")
    assert outcome.exit_code == 0
    assert "The redirect script is not in the store yet" in outcome.out
    assert "out of reach" in outcome.out
    assert command.rows()[0]["checkout_redirect"] is True
    assert steps.check_all()["summary"] == "Redirect scripts: 1 installed"
    assert told(command, "status").startswith("Installed. The redirect script is on all pages")


def test_script_that_could_not_be_removed_is_removed_by_the_daily_check(
    redirecting: CommandLine, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(steps, "open_store", _unavailable)
        redirecting("update", "sandbox1", "--no-checkout-redirect")
        assert steps.check_all()["summary"] == "Redirect scripts: 1 left behind"
    assert only_script(sandbox)
    assert told(redirecting, "status").startswith("Still in the store.")
    assert steps.check_all()["summary"] == "Redirect scripts: 1 removed by us"
    assert sandbox.scripts.all() == []
    assert steps.check_all()["summary"] == "No store redirects"


def _unavailable(*_: object, **__: object) -> Any:
    from include.bigcommerce.errors import StoreUnavailable

    raise StoreUnavailable("Store sandbox1 is out of reach.")


def test_token_that_may_not_manage_scripts_leaves_copying_by_hand(
    command: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.access.drop_scope("store_v2_content")
    outcome = activate(command, sandbox, *ADDRESS, "--checkout-redirect")
    assert outcome.exit_code == 0
    assert '"Content: modify" (store_v2_content)' in outcome.out
    assert "Copy it into Storefront > Script Manager" in outcome.out
    assert told(command, "script").startswith("<script>\n// CRM checkout ")
    sandbox.access.grant_scope("store_v2_content")
    assert told(command, "repair").startswith("Installed.")
    assert told(command, "script") == str(only_script(sandbox).html).strip()


def test_check_leaves_to_people_what_the_merchant_did(redirecting: CommandLine, sandbox: Sandbox) -> None:
    script = only_script(sandbox)
    sandbox.scripts.change(script.uuid, enabled=False)
    assert told(redirecting, "check").startswith("Disabled by the merchant.")
    sandbox.scripts.remove(script.uuid)
    assert steps.check_all()["summary"] == "Redirect scripts: 1 removed"
    redirecting("update", "sandbox1", "--auto-sync", "90")
    assert sandbox.scripts.all() == []
    assert told(redirecting, "repair").startswith("Installed.")
    assert only_script(sandbox).enabled


def test_check_updates_a_script_of_an_earlier_program(redirecting: CommandLine, sandbox: Sandbox) -> None:
    script = only_script(sandbox)
    wanted = str(script.html)
    sandbox.scripts.change(script.uuid, html=f"<script>\n// CRM checkout {'0' * 12}\n</script>")
    sandbox.requests.clear()
    assert steps.check_all()["summary"] == "Redirect scripts: 1 installed"
    assert only_script(sandbox).html == wanted
    sandbox.requests.clear()
    steps.check_all()
    assert len(sandbox.requests) == 1


def test_check_of_a_store_that_fails_keeps_what_is_known_and_goes_on_with_the_others(
    redirecting: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.access.revoke_token()
    assert steps.check_all()["summary"] == "Redirect scripts: 1 not checked"
    found = row(redirecting)
    assert found is not None
    assert found["state"] == "installed"
    assert "rejected the access token" in found["problem"]


def test_first_sync_gives_the_script_the_currency_and_later_ones_leave_it(
    redirecting: CommandLine, sandbox: Sandbox
) -> None:
    script = only_script(sandbox)
    assert '"currency":null' in str(script.html)
    sync()
    assert '"currency":"USD"' in str(only_script(sandbox).html)
    assert only_script(sandbox).uuid == script.uuid
    assert told(redirecting, "status").startswith("Installed.")
    sandbox.requests.clear()
    sync()
    assert not [each for each in sandbox.requests if "scripts" in each.path]


def test_script_of_other_settings_is_outdated(redirecting: CommandLine, sandbox: Sandbox) -> None:
    redirecting.crm.execute(
        "INSERT INTO crm.campaign (campaign_id, name, currency_code) VALUES (5, 'A', 'USD')"
    )
    redirecting.crm.execute("UPDATE crm.data_source SET campaign_id = 5")
    redirecting.crm.commit()
    assert told(redirecting, "status").startswith("Outdated.")
    steps.check_all()
    assert '"currency":"USD"' in str(only_script(sandbox).html)


def test_check_says_that_no_store_redirects(command: CommandLine) -> None:
    assert steps.check_all()["summary"] == "No store redirects"
