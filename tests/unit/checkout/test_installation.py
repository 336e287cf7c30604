"""The redirect script is put into a store, found there by its mark, and taken out again."""

from __future__ import annotations

import pytest

from include.bigcommerce.errors import ScopeMissing
from include.bigcommerce.scripts import Script
from include.checkout.installation import find, install, remove, state_of
from include.checkout.script import ScriptSettings, script_text, version_in
from tests.support.store_clients import Connect, OpenSandbox

OLD, NEW = (
    script_text(ScriptSettings(f"https://{name}.example.com", "crm", "campaign_product", "USD"))
    for name in ("old", "new")
)
OTHER = {"name": "Chat", "kind": "script_tag", "html": "<script>chat()</script>"}


def test_script_is_installed_once_and_updated_after_that(connect: Connect, open_sandbox: OpenSandbox) -> None:
    sandbox = open_sandbox()
    sandbox.scripts.create(OTHER)
    client = connect(sandbox)
    first, second = install(client, OLD), install(client, NEW)
    assert first.uuid == second.uuid
    assert second.visibility == "all_pages"
    assert [script.html for script in sandbox.scripts.all()] == [OTHER["html"], NEW]


def test_script_that_a_lost_answer_doubled_is_installed_once_again(
    connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox()
    for _ in range(2):
        sandbox.scripts.create({**OTHER, "html": OLD})
    install(connect(sandbox), NEW)
    assert [script.html for script in sandbox.scripts.all()] == [NEW]


def test_without_the_scope_for_checkout_pages_it_is_on_the_others(
    connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox()
    sandbox.access.drop_scope("store_content_checkout")
    assert install(connect(sandbox), OLD).visibility == "storefront"
    sandbox.access.grant_scope("store_content_checkout")
    assert install(connect(sandbox), OLD).visibility == "all_pages"


def test_scope_that_is_missing_is_named(connect: Connect, open_sandbox: OpenSandbox) -> None:
    sandbox = open_sandbox()
    sandbox.access.drop_scope("store_v2_content")
    sandbox.access.grant_scope("store_v2_content_read_only")
    with pytest.raises(ScopeMissing, match="store_v2_content"):
        install(connect(sandbox), OLD)
    assert sandbox.scripts.all() == []


def test_script_that_the_merchant_disabled_is_enabled_again(
    connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox()
    script = install(connect(sandbox), OLD)
    sandbox.scripts.change(script.uuid, enabled=False)
    install(connect(sandbox), OLD)
    assert sandbox.scripts.get(script.uuid).enabled


def test_removal_leaves_other_scripts(connect: Connect, open_sandbox: OpenSandbox) -> None:
    sandbox = open_sandbox()
    sandbox.scripts.create(OTHER)
    client = connect(sandbox)
    install(client, OLD)
    remove(client)
    assert [script.html for script in sandbox.scripts.all()] == [OTHER["html"]]
    assert find(client) == []
    remove(client)


@pytest.mark.parametrize(
    ("script", "was_installed", "state"),
    [
        (None, False, "missing"),
        (None, True, "removed"),
        (Script("x", OLD), True, "outdated"),
        (Script("x", NEW, enabled=False), True, "disabled"),
        (Script("x", NEW.replace("\n", "\r\n")), False, "installed"),
    ],
)
def test_state_says_what_was_found(script: Script | None, was_installed: bool, state: str) -> None:
    version = version_in(NEW) or ""
    assert state_of(script, version, was_installed=was_installed) == state
