"""Hooks of our API account are read, added, replaced and deleted; odd answers are named or passed over."""

from __future__ import annotations

import pytest

from include.bigcommerce.errors import OutcomeUnknown, RequestRefused, UnexpectedResponse
from include.bigcommerce.webhooks import (
    Webhook,
    create_webhook,
    delete_webhook,
    read_webhooks,
    update_webhook,
)
from tests.support.dictated_store import Answer
from tests.support.store_clients import Connect, Dictate, OpenSandbox

TO = "https://airflow.example.com/data-sources/hooks/abc123"
SECRET = {"X-Hook-Secret": "s3cret-that-nobody-may-see"}
HOOK = {"id": 7, "scope": "store/product/*", "destination": TO}


def test_hook_is_added_listed_replaced_and_deleted(connect: Connect, open_sandbox: OpenSandbox) -> None:
    sandbox = open_sandbox()
    client = connect(sandbox)
    assert read_webhooks(client) == []
    made = create_webhook(client, scope="store/product/*", destination=TO, headers=SECRET)
    assert read_webhooks(client) == [made] == [Webhook(made.id, "store/product/*", TO, True, SECRET)]
    sandbox.hooks.deactivate()
    assert [hook.is_active for hook in read_webhooks(client)] == [False]
    changed = update_webhook(
        client, made.id, scope="store/sku/*", destination=TO, headers={"X-Hook-Secret": "new"}
    )
    assert read_webhooks(client) == [changed]
    assert (changed.id, changed.scope, changed.is_active) == (made.id, "store/sku/*", True)
    assert changed.header("x-hook-secret") == "new"
    delete_webhook(client, made.id)
    assert read_webhooks(client) == []
    delete_webhook(client, made.id)


def test_every_page_of_hooks_is_read(connect: Connect, open_sandbox: OpenSandbox) -> None:
    sandbox = open_sandbox()
    sandbox.settings.page_cap = 2
    client = connect(sandbox)
    scopes = ("store/product/*", "store/sku/*", "store/order/*", "store/shipment/*", "store/product/created")
    for scope in scopes:
        create_webhook(client, scope=scope, destination=TO, headers={})
    assert tuple(hook.scope for hook in read_webhooks(client)) == scopes


def test_hooks_of_another_account_are_not_seen(connect: Connect, open_sandbox: OpenSandbox) -> None:
    sandbox = open_sandbox()
    create_webhook(connect(sandbox), scope="store/product/*", destination=TO, headers=SECRET)
    sandbox.access.renew_token()
    assert read_webhooks(connect(sandbox)) == []


@pytest.mark.parametrize("headers", [None, [], {}, {"X-Hook-Secret": 7}])
def test_list_without_totals_or_usable_headers_is_read(
    connect: Connect, dictate: Dictate, headers: object
) -> None:
    rows = [{**HOOK, "headers": headers}, {"id": "odd"}]
    [hook] = read_webhooks(connect(dictate(Answer(body={"data": rows}))))
    assert (hook.id, hook.is_active, hook.header("X-Hook-Secret")) == (7, True, None)


def test_store_that_repeats_a_page_is_not_asked_for_ever(connect: Connect, dictate: Dictate) -> None:
    pagination = {"total": 9, "per_page": 1, "current_page": 1, "total_pages": 9}
    store = dictate(Answer(body={"data": [HOOK], "meta": {"pagination": pagination}}))
    with pytest.raises(UnexpectedResponse, match="page 2 is the one before it again"):
        read_webhooks(connect(store))


def test_lost_answer_to_a_new_hook_is_not_sent_again(connect: Connect, dictate: Dictate) -> None:
    store = dictate(Answer(502))
    with pytest.raises(OutcomeUnknown):
        create_webhook(connect(store), scope="store/product/*", destination=TO, headers=SECRET)
    assert len(store.received) == 1


@pytest.mark.parametrize("status", [400, 422, 502])
def test_no_error_repeats_the_secret_that_a_refusal_quotes(
    connect: Connect, dictate: Dictate, status: int
) -> None:
    secret = SECRET["X-Hook-Secret"]
    client = connect(dictate(Answer(status, {"title": f"The header {secret} is not allowed."})))
    with pytest.raises((RequestRefused, OutcomeUnknown)) as refused:
        create_webhook(client, scope="store/product/*", destination=TO, headers=SECRET)
    assert "The header" in str(refused.value) or status == 502
    assert secret not in str(refused.value) + repr(refused.value) + refused.value.detail


def test_hook_hides_its_secret_where_it_is_printed() -> None:
    assert "nobody" not in repr(Webhook(7, "store/product/*", TO, True, SECRET))


def test_refused_deletion_is_an_error(connect: Connect, dictate: Dictate) -> None:
    with pytest.raises(RequestRefused):
        delete_webhook(connect(dictate(Answer(422))), 7)


@pytest.mark.parametrize("meta", [{}, [], None, "", {"pagination": []}, {"pagination": {"total": "1"}}])
def test_list_of_hooks_is_read_whatever_its_meta_says(
    connect: Connect, dictate: Dictate, meta: object
) -> None:
    """The official file shows `meta: {}`."""
    [hook] = read_webhooks(connect(dictate(Answer(body={"data": [HOOK], "meta": meta}))))
    assert hook.id == HOOK["id"]


def test_hook_whose_id_is_text_is_read_so_that_it_is_not_made_a_second_time(
    connect: Connect, dictate: Dictate
) -> None:
    store = dictate(Answer(body={"data": [{**HOOK, "id": "7"}]}))
    [hook] = read_webhooks(connect(store))
    assert (hook.id, hook.destination) == (7, TO)
