"""The webhooks of a store follow its settings and its token, whatever the store does; real connections."""

from __future__ import annotations

from typing import Any

import pytest
from psycopg.rows import dict_row

from include.crm import data_sources
from include.crm.problems import find_problems
from include.crm.sync_options import SyncOptions
from include.crm.sync_run_rows import DagRunReference
from include.monitoring.alert_texts import sentence
from include.product_sync import steps as product_sync
from include.sandbox import Sandbox
from include.store_hooks import steps
from include.store_hooks.installation import SCOPES
from include.store_hooks.secret import HEADER, digest_of
from tests.support.command_line import TOKEN, CommandLine, Outcome

PUBLIC = "https://airflow.example.com"
TO = f"{PUBLIC}/data-sources/hooks/sandbox1"


@pytest.fixture(autouse=True)
def public(monkeypatch: pytest.MonkeyPatch) -> None:
    """BigCommerce can call this Airflow."""
    monkeypatch.setenv("BIGCOMMERCE_PUBLIC_URL", PUBLIC)


def activate(command: CommandLine, sandbox: Sandbox, *options: str) -> Outcome:
    outcome = command("activate", "sandbox1", "--base-url", sandbox.base_url, *options, token=TOKEN)
    assert outcome.exit_code == 0, outcome.err
    return outcome


@pytest.fixture
def hooked(command: CommandLine, sandbox: Sandbox) -> CommandLine:
    """An activated store."""
    activate(command, sandbox)
    return command


def row(command: CommandLine) -> dict[str, Any] | None:
    command.crm.rollback()
    with command.crm.cursor(row_factory=dict_row) as cursor:
        return cursor.execute("SELECT * FROM crm.store_hook").fetchone()


def secrets(sandbox: Sandbox) -> set[str]:
    return {(hook.headers or {})[HEADER] for hook in sandbox.hooks.all()}


def check(command: CommandLine) -> None:
    command.crm.rollback()
    steps.check(command.crm, data_sources.required(command.crm, "sandbox1"))


def assert_whole(command: CommandLine, sandbox: Sandbox) -> None:
    """One active hook for each scope, all with the one secret whose digest we have."""
    hooks, known = sandbox.hooks.all(), row(command)
    assert known is not None
    assert sorted(hook.scope for hook in hooks) == sorted(SCOPES)
    assert {(hook.is_active, hook.destination) for hook in hooks} == {(True, TO)}
    [secret] = secrets(sandbox)
    assert known["secret_digest"] == digest_of(secret)
    assert (known["next_secret_digest"], known["is_active"], known["problem"]) == (None, True, "")
    assert sorted(known["hook_ids"]) == sorted(hook.id for hook in hooks)


def test_activation_makes_the_hooks_with_one_secret(hooked: CommandLine, sandbox: Sandbox) -> None:
    assert_whole(hooked, sandbox)


def test_secret_is_neither_printed_nor_stored(
    command: CommandLine, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    sandbox.faults.add("status_after_write", method="PUT", path="/v3/hooks", status=500)
    outcome = activate(command, sandbox)
    sandbox.hooks.deactivate()
    check(command)
    [secret] = secrets(sandbox)
    assert secret not in outcome.out + outcome.err + caplog.text + str(row(command))


def test_check_of_whole_hooks_is_one_request_and_changes_nothing(
    hooked: CommandLine, sandbox: Sandbox
) -> None:
    before, sandbox.requests[:] = secrets(sandbox), []
    check(hooked)
    assert [(each.method, each.path) for each in sandbox.requests] == [("GET", "/v3/hooks")]
    assert secrets(sandbox) == before
    assert (row(hooked) or {})["checked_at"]


def break_one(sandbox: Sandbox, what: str) -> None:
    first = sandbox.hooks.all()[0]
    if what == "deactivated":
        sandbox.hooks.deactivate(first.id)
    elif what == "deleted":
        sandbox.hooks.delete(first.id, TOKEN)
    elif what == "of an earlier version":
        sandbox.hooks.update(first.id, {"scope": "store/product/*"}, TOKEN)
    elif what == "doubled":
        sandbox.hooks.create({"scope": first.scope, "destination": TO}, TOKEN)
    else:
        change = {"headers": {HEADER: "other"}} if what == "other secret" else {"destination": f"{PUBLIC}/x"}
        sandbox.hooks.update(first.id, change, TOKEN)


@pytest.mark.parametrize(
    "what",
    ["deactivated", "deleted", "doubled", "of an earlier version", "other secret", "other address"],
)
def test_check_repairs_hooks_that_are_not_as_they_should_be(
    hooked: CommandLine, sandbox: Sandbox, what: str
) -> None:
    before = secrets(sandbox)
    break_one(sandbox, what)
    check(hooked)
    assert_whole(hooked, sandbox)
    assert secrets(sandbox) != before


def test_hooks_of_others_are_left_alone(command: CommandLine, sandbox: Sandbox) -> None:
    other = sandbox.hooks.create(
        {"scope": "store/product/*", "destination": "https://other.example.com"}, TOKEN
    )
    activate(command, sandbox)
    check(command)
    command("deactivate", "sandbox1")
    assert sandbox.hooks.all() == [other]


def test_every_sync_checks_the_hooks(hooked: CommandLine, sandbox: Sandbox) -> None:
    sandbox.hooks.deactivate()
    with product_sync.exclusive("sandbox1"):
        sync_run_id = product_sync.begin("sandbox1", SyncOptions(), DagRunReference())
        for step in (product_sync.extract, product_sync.load, product_sync.write_back):
            step(sync_run_id)
    assert_whole(hooked, sandbox)


def test_sync_completes_while_the_hooks_cannot_be_checked(hooked: CommandLine, sandbox: Sandbox) -> None:
    sandbox.faults.add("status", path="/v3/hooks", status=422, times=None)
    with product_sync.exclusive("sandbox1"):
        sync_run_id = product_sync.begin("sandbox1", SyncOptions(), DagRunReference())
        for step in (product_sync.extract, product_sync.load, product_sync.write_back):
            step(sync_run_id)
    assert hooked.crm.execute("SELECT status FROM crm.sync_run").fetchall() == [("Completed",)]
    known = row(hooked) or {}
    assert known["is_active"]
    assert "refused" in known["problem"]


def test_new_token_leaves_no_hooks_of_the_old_account_behind(hooked: CommandLine, sandbox: Sandbox) -> None:
    before = secrets(sandbox)
    sandbox.access.add_limited_token("another-account-0001", sandbox.access.scopes)
    outcome = hooked("update", "sandbox1", "--new-token", token="another-account-0001")
    assert outcome.exit_code == 0, outcome.err
    assert_whole(hooked, sandbox)
    assert not secrets(sandbox) & before


def test_revoked_token_does_not_keep_a_new_one_out(hooked: CommandLine, sandbox: Sandbox) -> None:
    old = {hook.id for hook in sandbox.hooks.all()}
    new = sandbox.access.renew_token()
    assert hooked("update", "sandbox1", "--new-token", token=new).exit_code == 0
    known = row(hooked) or {}
    assert (known["is_active"], known["problem"]) == (True, "")
    made = [hook for hook in sandbox.hooks.all() if hook.id not in old]
    assert sorted(hook.scope for hook in made) == sorted(SCOPES)


def test_switching_off_and_deactivation_delete_the_hooks(hooked: CommandLine, sandbox: Sandbox) -> None:
    hooked("update", "sandbox1", "--no-changes-at-once")
    assert (sandbox.hooks.all(), row(hooked)) == ([], None)
    hooked("update", "sandbox1", "--changes-at-once")
    assert_whole(hooked, sandbox)
    hooked("deactivate", "sandbox1")
    assert (sandbox.hooks.all(), row(hooked)) == ([], None)


def test_airflow_without_a_public_address_makes_no_hooks(
    command: CommandLine, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIGCOMMERCE_PUBLIC_URL", "http://airflow.example.com")
    activate(command, sandbox)
    check(command)
    assert row(command) is None
    assert not [each for each in sandbox.requests if "hooks" in each.path]


def test_hooks_move_with_the_public_address(
    hooked: CommandLine, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = {hook.id for hook in sandbox.hooks.all()}
    monkeypatch.setenv("BIGCOMMERCE_PUBLIC_URL", "https://new.example.com")
    check(hooked)
    hooks = sandbox.hooks.all()
    assert {hook.id for hook in hooks} == ids
    assert {hook.destination for hook in hooks} == {"https://new.example.com/data-sources/hooks/sandbox1"}


def test_settings_are_saved_when_hooks_cannot_be_made_and_the_daily_check_makes_them(
    command: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.faults.add("status", method="POST", path="/v3/hooks", status=403, skip=2, times=1)
    activate(command, sandbox)
    known = row(command) or {}
    assert (known["is_active"], len(known["hook_ids"])) == (False, 2)
    assert "(403" in known["problem"]
    assert steps.check_all()["summary"] == "Webhooks: 1 active"
    assert_whole(command, sandbox)


def test_daily_check_goes_on_after_a_store_that_fails(
    hooked: CommandLine, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("include.connections.store.SECONDS_FOR_A_PERSON", 0.5)
    sandbox.faults.add("status", path="/v3/hooks", status=503, times=None)
    assert steps.check_all()["summary"] == "Webhooks: 1 not checked"
    known = row(hooked) or {}
    assert known["is_active"], "as far as is known"
    assert "503" in known["problem"]
    assert find_problems(hooked.crm, 60) == []


def test_hooks_of_a_rejected_token_are_not_active_and_an_alert(hooked: CommandLine, sandbox: Sandbox) -> None:
    sandbox.access.revoke_token()
    for _ in range(2):
        assert steps.check_all()["summary"] == "Webhooks: 1 not active"
        assert "rejected the access token" in (row(hooked) or {})["problem"]
        [problem] = find_problems(hooked.crm, 60)
        assert problem.kind == "webhooks"
        assert "rejected the access token" in sentence(problem)
        hooked.crm.commit()
    new = sandbox.access.renew_token()
    assert hooked("update", "sandbox1", "--new-token", token=new).exit_code == 0
    hooked.crm.rollback()
    assert find_problems(hooked.crm, 60) == []
