"""How a refund without a clear answer is found in the store, or sent again."""

from __future__ import annotations

import pytest

from tests.support.refunding_store import RefundingStore


@pytest.mark.parametrize("shown", [(), ("items",), ("refund",)])
def test_lost_answer_is_settled_by_the_list_of_refunds(store: RefundingStore, shown: tuple[str, ...]) -> None:
    store.shop.sandbox.settings.refund_reason_shown = shown
    order_id = store.pushed()
    refund_id = store.refund(order_id, 4)
    store.shop.sandbox.faults.add("reset_after_write", method="POST", path="/refunds$")
    assert store.follow() == {("refund", "uncertain"): 1}
    store.pass_time()
    store.follow()
    row = store.row(refund_id)
    if shown:
        assert (row["state"], row["bigcommerce_refund_id"]) == ("pushed", 1)
    else:
        assert row["state"] == "uncertain"
        assert "has a refund of the same amount, 1" in row["reason"]
    store.pass_time()
    store.follow()
    assert (store.posts(), len(store.refunds(order_id))) == (1, 1)


@pytest.mark.parametrize("status", [400, 404, 409, 413, 422])
def test_unclear_refund_whose_look_up_is_refused_stays_unclear(store: RefundingStore, status: int) -> None:
    refund_id = store.refund(store.pushed(), 4)
    store.shop.sandbox.faults.add("reset_after_write", method="POST", path="/refunds$")
    store.follow()
    store.pass_time()
    store.shop.sandbox.faults.add("status", status=status, method="GET", path="/refunds$")
    assert store.follow() == {("refund", "uncertain"): 1}
    row = store.row(refund_id)
    assert (row["state"], row["lookups"]) == ("uncertain", 0)
    assert "refused to look it up" in row["reason"]
    assert f"resolve {refund_id} --bigcommerce-refund NUMBER" in row["next_step"]
    store.pass_time()
    assert store.follow() == {("refund", "adopted"): 1}
    assert store.in_store() == {refund_id: 1}


def test_new_refund_and_cancellation_whose_look_ups_are_refused_wait(store: RefundingStore) -> None:
    order_id = store.pushed()
    refund_id = store.refund(order_id, 4)
    store.cancel(order_id)
    store.shop.sandbox.faults.add("status", status=404, method="GET", path="/refunds$")
    store.shop.sandbox.faults.add("status", status=400, method="GET", path="/v2/orders/", times=2)
    assert store.follow() == {("refund", "waits"): 1, ("cancellation", "waits"): 1}
    assert store.row(refund_id)["state"] == "pending"
    store.pass_time()
    assert store.follow()["refund", "pushed"] == 1
    assert store.status(order_id) == 5


def test_refund_that_never_arrived_is_looked_up_twice_and_sent_again(store: RefundingStore) -> None:
    refund_id = store.refund(store.pushed(), 4)
    store.shop.sandbox.faults.add("status", status=503, method="POST", path="/refunds$")
    seen = []
    for _ in range(4):
        store.follow()
        seen.append((store.row(refund_id)["state"], store.posts()))
        store.pass_time()
    assert seen == [("uncertain", 1), ("uncertain", 1), ("pushed", 2), ("pushed", 2)]
    assert store.in_store() == {refund_id: 1}


def test_refund_that_the_ledger_forgot_is_adopted_and_not_sent(store: RefundingStore) -> None:
    refund_id = store.refund(store.pushed(), 4)
    store.follow()
    store.shop.change("DELETE FROM crm.order_reversal_attempt")
    store.shop.change("DELETE FROM crm.order_reversal")
    assert store.follow() == {("refund", "adopted"): 1}
    assert store.in_store() == {refund_id: 1}


def test_second_refund_waits_while_the_first_is_unclear(store: RefundingStore) -> None:
    order_id = store.pushed()
    store.refund(order_id, 1)
    store.shop.sandbox.faults.add("reset_after_write", method="POST", path="/refunds$")
    store.follow()
    store.refund(order_id, 1)
    assert store.follow() == {}
    assert store.posts() == 1
