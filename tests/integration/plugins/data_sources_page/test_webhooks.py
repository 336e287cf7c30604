"""The overview says whether changes arrive at once; and from a store's change to the hint in the CRM."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from include.sandbox import Sandbox, serve
from include.sandbox.store.settings import Settings
from include.store_hooks.installation import SCOPES
from plugins.data_sources_page.dependencies import may_contact_store
from tests.support.page_visitors import words
from tests.support.store_hooks import add_hook, hints

TOKEN = "recognisable-token-0815"
TEA = "tea"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A store that accepts TOKEN, and may call this machine."""
    settings = Settings(hooks_to_loopback=True, hook_retries=(0.05,) * 20)
    with serve(Sandbox(products=3, variants=2, token=TOKEN, store_hash=TEA, settings=settings)) as store:
        yield store


@pytest.fixture
def activate(
    visitor: Callable[..., Any],
    in_airflow: Callable[..., Any],
    crm: Any,
    sandbox: Sandbox,
    snapshot: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Any]:
    """`activate(public_url)`: someone who may edit Connections, and has activated the store."""
    in_airflow("TRUNCATE connection, dag_priority_parsing_request CASCADE")

    def activate_at(public_url: str) -> Any:
        monkeypatch.setenv("BIGCOMMERCE_PUBLIC_URL", public_url)
        op = visitor("op")
        made = op.post("", {"store_hash": TEA, "access_token": TOKEN, "base_url": sandbox.base_url})
        assert made.status_code == 201, made.text
        return op

    return activate_at


def test_change_in_the_store_becomes_a_hint_at_once(
    activate: Callable[..., Any], api: str, sandbox: Sandbox, crm: Any, viewer: Any
) -> None:
    activate(api)
    assert "Changes at once Active Changes arrive at once. Last event: none yet." in viewer.read(TEA)
    sandbox.catalogue.set_price(1001, "1.00")
    order = sandbox.orders.add_foreign()
    sandbox.shipments.ship(order.id)
    sandbox.refunds.add(order.id, "1.00")
    sandbox.deliveries.wait_until_done()
    assert {call.status for call in sandbox.deliveries.log} == {200}
    assert set(hints(crm)) == {("product", 101), ("order", order.id)}
    assert "Last event: just now" in viewer.read(TEA) or "ago" in viewer.read(TEA)
    [hook] = sandbox.hooks.called_for("store/product/updated")
    sandbox.hooks.update(hook.id, {"headers": {}}, TOKEN, to_loopback=True)
    before = len(hints(crm))
    sandbox.settings.hook_retries = ()
    sandbox.catalogue.change_product(102, name="New")
    sandbox.deliveries.wait_until_done()
    assert (sandbox.deliveries.log[-1].status, len(hints(crm))) == (403, before)


def test_store_calls_for_changed_products_and_never_for_stock(
    activate: Callable[..., Any], api: str, sandbox: Sandbox
) -> None:
    activate(api)

    def called(change: Callable[[], object]) -> list[str]:
        before = len(sandbox.deliveries.log)
        change()
        sandbox.deliveries.wait_until_done()
        return [json.loads(call.body)["scope"] for call in sandbox.deliveries.log[before:]]

    catalogue = sandbox.catalogue
    assert called(lambda: catalogue.take_stock(1001, 1)) == []
    assert called(lambda: catalogue.change_product(101, name="New")) == ["store/product/updated"]
    assert called(lambda: catalogue.change_variant(1001, sku="N-1")) == ["store/sku/updated"]
    assert called(lambda: catalogue.add_variant(101, sku="N-2", sku_id=9_001)) == ["store/sku/created"]
    assert called(lambda: catalogue.remove_variant(1001)) == ["store/sku/deleted"]
    assert "store/product/created" in called(lambda: catalogue.add_product(name="Added"))
    assert "store/product/deleted" in called(lambda: catalogue.remove_product(101))


def test_airflow_without_a_public_address_says_so(activate: Callable[..., Any], sandbox: Sandbox) -> None:
    op = activate("")
    page = op.read(TEA)
    assert "No public address Changes arrive with the next sync" in page
    assert "BIGCOMMERCE_PUBLIC_URL" in page
    assert 'id="check-webhooks"' not in op.get(TEA).text
    assert sandbox.hooks.all() == []


def test_hooks_that_cannot_be_made_are_explained_and_made_by_a_check(
    activate: Callable[..., Any], sandbox: Sandbox, viewer: Any, api: str
) -> None:
    sandbox.settings.hooks_to_loopback = False
    op = activate(api)
    page = viewer.read(TEA)
    assert "Not active BigCommerce does not call, so changes arrive with the next sync." in page
    assert "destination must be an https address" in page
    assert 'id="check-webhooks"' not in viewer.get(TEA).text
    assert 'id="check-webhooks"' in op.get(TEA).text
    sandbox.settings.hooks_to_loopback = True
    checked = op.post(f"{TEA}/webhooks/check")
    assert (checked.status_code, checked.json()["message"]) == (200, "Changes arrive at once.")
    assert sorted(hook.scope for hook in sandbox.hooks.all()) == sorted(SCOPES)
    assert viewer.get(f"api/data-sources/{TEA}/webhooks").json()["state"] == "active"


def test_check_waits_for_its_turn_to_contact_a_store(activate: Callable[..., Any], api: str) -> None:
    op = activate(api)
    turns = [may_contact_store() for _ in range(2)]
    for turn in turns:
        next(turn)
    try:
        assert op.post(f"{TEA}/webhooks/check").status_code == 503
    finally:
        for turn in turns:
            next(turn, None)


REFUSED = "BigCommerce deactivated 2 of 5 webhooks."
WAITING = "Webhooks are not active: changes wait for the next sync"


@pytest.mark.parametrize(
    ("source", "hook", "public_url", "said", "tone", "is_listed"),
    [
        ("", "last_event_at = now() - interval '5 minutes'", True, "Active, last event 5 min ago", "", False),
        ("", "is_active = true", True, "Active, no event yet", "", False),
        ("", f"problem = '{REFUSED}'", True, "Active, last check failed, no event yet", "warn", False),
        (
            "",
            f"is_active = false, problem = '{REFUSED}'",
            True,
            "Not active, changes wait for the next sync",
            "bad",
            True,
        ),
        ("", "is_active = false", True, "Not made yet", "warn", False),
        ("", "is_active = true", False, "No public address", "", False),
        ("changes_at_once = false", f"is_active = false, problem = '{REFUSED}'", True, "Off", "warn", False),
    ],
)
def test_card_and_list_say_whether_changes_arrive_at_once(
    viewer: Any,
    crm: psycopg.Connection[Any],
    snapshot: Any,
    monkeypatch: pytest.MonkeyPatch,
    source: str,
    hook: str,
    public_url: bool,
    said: str,
    tone: str,
    is_listed: bool,
) -> None:
    monkeypatch.setenv("BIGCOMMERCE_PUBLIC_URL", "https://airflow.example.com" if public_url else "")
    add_hook(crm)
    crm.execute(f"UPDATE crm.store_hook SET {hook}".encode())  # noqa: S608
    if source:
        crm.execute(f"UPDATE crm.data_source SET {source}".encode())  # noqa: S608
    crm.commit()
    for page in (viewer.get(f"{TEA}/card"), viewer.get("", view="cards"), viewer.get(TEA)):
        line = re.search(
            r'<dt>Changes at once</dt><dd(?: class="(\w+)")?>'
            r'<a id="webhooks-tea" href="tea#webhooks">(.*?)</dd>',
            page.text,
        )
        assert line
        assert ((line[1] or ""), without_times(line[2])) == (tone, said)
    row = viewer.read("", view="table")
    assert (WAITING in row) is is_listed
    assert viewer.get(f"api/data-sources/{TEA}").json()["webhooks"] == (
        viewer.get(f"api/data-sources/{TEA}/webhooks").json()
    )


def test_card_of_a_deactivated_store_has_no_webhooks(
    viewer: Any, crm: psycopg.Connection[Any], snapshot: Any
) -> None:
    add_hook(crm, state="inactive")
    crm.execute("UPDATE crm.store_hook SET is_active = false, problem = 'No.'")
    crm.commit()
    assert "Changes at once" not in viewer.read(f"{TEA}/card")
    assert WAITING not in viewer.read("", view="table")


def without_times(html: str) -> str:
    """The words, without the exact time behind a relative one."""
    return words(re.sub(r'<span class="unseen">.*?</span>', "", html)).replace(" ,", ",")
