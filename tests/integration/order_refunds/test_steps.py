"""The push of a store's orders and what follows them, as tasks and the command line run it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from include.bigcommerce.errors import (
    BigCommerceError,
    OutcomeUnknown,
    RequestRefused,
    StoreUnavailable,
    TokenRejected,
)
from include.crm import data_sources, reversal_ledger, stores_that_send
from include.order_push import sending
from include.order_push import steps as order_push
from include.order_push.mirroring import mirrored
from include.order_push.run_request import PushRequest
from include.order_refunds import steps
from tests.support.refunding_store import RefundingStore

SCHEDULED = PushRequest("schedule")


def test_one_run_pushes_an_order_and_its_refund_and_says_so(store: RefundingStore) -> None:
    order_id = store.shop.order(quantity=2)
    refund_id = store.refund(order_id, 1)
    done = steps.push_and_follow("sandbox1", SCHEDULED)
    assert done["summary"] == (
        "Tea Shop: 1 order pushed; 0 waiting, 0 unclear, 0 rejected; "
        "1 refund followed; 0 waiting, 0 unclear, 0 rejected"
    )
    assert store.in_store() == {refund_id: 1}
    again = steps.push_and_follow("sandbox1", SCHEDULED)
    assert again["summary"] == "Tea Shop: 0 orders pushed; 0 waiting, 0 unclear, 0 rejected"


@pytest.mark.parametrize("error", [OutcomeUnknown("Unreadable."), RequestRefused("No."), KeyError("sku")])
def test_order_that_cannot_be_pushed_does_not_keep_refunds_from_following(
    store: RefundingStore, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    refund_id = store.refund(store.pushed(), 1)
    monkeypatch.setattr(order_push, "push", _raises(error))
    with pytest.raises(type(error)) as raised:
        steps.push_and_follow("sandbox1", PushRequest("manual", dry_run=True))
    assert store.posts() == 0
    with pytest.raises(type(error)) as raised:
        steps.push_and_follow("sandbox1", SCHEDULED)
    assert raised.value is error
    assert store.in_store() == {refund_id: 1}


def test_refunds_that_fail_as_well_do_not_hide_why_an_order_was_not_pushed(
    store: RefundingStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    pushing, following = OutcomeUnknown("Unreadable."), TokenRejected("The token was refused.")
    monkeypatch.setattr(order_push, "push", _raises(pushing))
    monkeypatch.setattr(steps, "follow", _raises(following))
    with pytest.raises(OutcomeUnknown) as raised:
        steps.push_and_follow("sandbox1", SCHEDULED)
    assert raised.value is pushing
    assert raised.value.__cause__ is following


@pytest.mark.parametrize("error", [TokenRejected("Refused."), StoreUnavailable("Not there.")])
def test_store_that_lets_no_order_through_is_not_asked_about_refunds(
    store: RefundingStore, monkeypatch: pytest.MonkeyPatch, error: BigCommerceError
) -> None:
    store.refund(store.pushed(), 1)
    monkeypatch.setattr(order_push, "push", _raises(error))
    store.shop.sandbox.forget_requests()
    with pytest.raises(type(error)):
        steps.push_and_follow("sandbox1", SCHEDULED)
    assert store.shop.sandbox.requests == []


def test_a_dry_run_lets_nothing_follow(store: RefundingStore) -> None:
    store.refund(store.pushed(), 1)
    steps.push_and_follow("sandbox1", PushRequest("manual", dry_run=True))
    assert (store.posts(), store.shop.rows("SELECT * FROM crm.order_reversal")) == (0, [])


def test_paused_store_waits_and_one_without_anything_due_gets_no_request(store: RefundingStore) -> None:
    order_id = store.pushed()
    store.shop.sandbox.forget_requests()
    assert steps.follow("sandbox1")["summary"] == ""
    store.refund(order_id, 1)
    store.shop.change("UPDATE crm.data_source SET paused_at = now(), paused_by = 'Grace'")
    assert steps.follow("sandbox1")["summary"] == ""
    assert store.shop.sandbox.requests == []


def test_stores_with_something_that_follows_get_a_task(store: RefundingStore) -> None:
    order_id = store.pushed()
    store.settings(send_initial_orders=False)

    def found() -> list[str]:
        due = stores_that_send.due_stores(store.shop.crm)
        sending = stores_that_send.sending_stores(store.shop.crm)
        store.shop.crm.commit()
        assert due == sending
        return [each.store_hash for each in due]

    assert found() == []
    store.refund(order_id, 1)
    assert found() == ["sandbox1"]
    store.follow()
    assert found() == []
    store.cancel(order_id)
    assert found() == ["sandbox1"]
    store.settings(mirror_cancellations=False)
    assert found() == []


def test_order_that_is_cancelled_after_it_was_claimed_does_not_leave(
    store: RefundingStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id = store.shop.order()

    translate = sending.translate

    def translate_and_cancel(*arguments: Any, **named: Any) -> Any:
        body = translate(*arguments, **named)
        store.shop.crm.execute("UPDATE crm.customer_order SET order_status = 'CANCELLED'")
        return body

    monkeypatch.setattr(sending, "translate", translate_and_cancel)
    store.shop.push()
    assert (store.shop.posts(), store.shop.states()[order_id]) == (0, "pending")
    monkeypatch.undo()
    store.shop.push()
    assert (store.shop.posts(), store.shop.states()[order_id]) == (0, "rejected")


def test_refund_that_is_not_in_the_ledger_says_why(store: RefundingStore) -> None:
    order_id = store.shop.order()
    refund = f"Refund {store.refund(order_id, 1)}"
    store.shop.push()

    def said() -> str:
        crm = store.shop.crm
        [reversal] = reversal_ledger.of_order(crm, order_id)
        assert reversal.row is None
        [known] = mirrored(data_sources.required(crm, store.shop.sandbox.store_hash), [reversal])
        crm.commit()
        return known.sentence

    assert said() == f"{refund} is on its way to BigCommerce."
    store.settings(mirror_refunds="off")
    assert said() == f"{refund} was not mirrored. The data source does not mirror refunds."
    store.settings(mirror_refunds="record")
    assert said() == f"{refund} was not mirrored. It happened before the mirroring was switched on."


def test_refund_keeps_its_attempts(store: RefundingStore) -> None:
    order_id = store.pushed()
    store.refund(order_id, 1)
    store.follow()
    [reversal] = reversal_ledger.of_order(store.shop.crm, order_id)
    assert reversal.row is not None
    assert reversal.row.state == "pushed"
    history = reversal_ledger.history(store.shop.crm, reversal.row.order_reversal_id)
    assert [(each.action, each.outcome) for each in history] == [("send", "pushed")]


def _raises(error: Exception) -> Callable[..., Any]:
    def fail(*_: Any, **__: Any) -> Any:
        raise error

    return fail
