"""The clock of the CRM's database was a year ahead for a while: nothing waits until it gets there again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from include.crm import order_ledger, reversal_ledger
from include.order_push.run_request import PushRequest
from include.order_push.stores import due_stores
from tests.support.ordering_store import OrderingStore
from tests.support.refunding_store import RefundingStore

TIMES = ("next_attempt_at", "created_at", "updated_at", "sent_at", "lease_until")
AHEAD = ", ".join(f"{each} = {each} + interval '1 year'" for each in TIMES)
CRASHED = "state = 'sending', sent_at = now(), worker = 'gone', lease_until = now() + interval '15 minutes'"


@pytest.mark.parametrize("state", ["pending", "uncertain", "sending"])
def test_order_is_sent_once_and_soon(shop: Callable[..., OrderingStore], state: str) -> None:
    store = shop()
    order_id = store.order()
    if state == "uncertain":
        store.sandbox.faults.add("reset_after_write", method="POST", path="/v2/orders")
        store.push()
    order_ledger.select_new(store.crm, store.source.data_source_id)
    if state == "sending":
        store.change(f"UPDATE crm.order_push SET {CRASHED}")  # noqa: S608
    store.change(f"UPDATE crm.order_push SET {AHEAD}")  # noqa: S608
    due_stores(PushRequest())
    store.pass_time()
    assert due_stores(PushRequest())["stores"]
    for _ in range(4):
        store.push()
        store.pass_time()
    assert store.states() == {order_id: "pushed"}
    assert store.in_store() == store.expected([order_id])
    assert store.posts() == 1


def test_look_up_of_a_request_that_may_be_on_its_way_still_waits(shop: Callable[..., OrderingStore]) -> None:
    store = shop()
    order_id = store.order()
    order_ledger.select_new(store.crm, store.source.data_source_id)
    store.change(f"UPDATE crm.order_push SET {CRASHED}")  # noqa: S608
    store.change(f"UPDATE crm.order_push SET {AHEAD}")  # noqa: S608
    due_stores(PushRequest())
    store.pass_time(800)
    store.push()
    assert store.states() == {order_id: "sending"}, "its worker may be alive"


def test_refund_is_sent_once_and_soon(refunding: Callable[..., RefundingStore]) -> None:
    store = refunding()
    refund_id = store.refund(store.pushed(), 1)
    reversal_ledger.select_new(store.shop.crm, store.shop.source.data_source_id)
    store.shop.change(f"UPDATE crm.order_reversal SET {AHEAD}")  # noqa: S608
    assert not store.follow()
    due_stores(PushRequest())
    store.pass_time()
    store.follow()
    assert store.in_store() == {refund_id: 1}
