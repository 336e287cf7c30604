"""A store that fails or refuses everything loses no refund, and no refund holds up the others."""

from __future__ import annotations

from contextlib import suppress

import pytest

from include.bigcommerce.errors import OutcomeUnknown, ScopeMissing, StoreUnavailable
from include.crm import reversal_ledger
from tests.support.refunding_store import RefundingStore

# A client that gives up soon on a store that goes on failing.
IMPATIENT = {"patience": 0.3}


def test_one_refund_that_the_store_fails_on_does_not_stop_the_others(store: RefundingStore) -> None:
    refunds = [store.refund(store.pushed(), 1) for _ in range(3)]
    store.shop.sandbox.faults.add(
        "status", status=503, method="POST", path="/v3/orders/100/payment_actions/refund_quotes", times=None
    )
    assert store.follow() == {("refund", "waits"): 1, ("refund", "pushed"): 2}
    assert "returned an error (503" in store.row(refunds[0])["reason"]


def test_refunds_that_the_store_always_fails_on_do_not_starve_the_others(store: RefundingStore) -> None:
    store.shop.client_arguments = IMPATIENT
    orders = [store.pushed() for _ in range(5)]
    for order_id in orders[:3]:
        store.refund(order_id, 1)
        path = f"/v3/orders/{store.store_order_id(order_id)}/payment_actions/refund_quotes"
        store.shop.sandbox.faults.add("status", status=503, method="POST", path=path, times=None)
    refund_id = store.refund(orders[3], 1)
    with pytest.raises(StoreUnavailable):
        store.follow()
    store.pass_time()
    store.cancel(orders[4])
    with pytest.raises(StoreUnavailable):
        store.follow()
    assert store.in_store() == {refund_id: 1}
    assert store.status(orders[4]) == 5


@pytest.mark.parametrize("route", ["refund_quotes$", "refunds$"])
def test_outage_of_a_route_rejects_nothing(store: RefundingStore, route: str) -> None:
    store.shop.client_arguments = IMPATIENT
    refunds = [store.refund(store.pushed(), 1) for _ in range(5)]
    fault = {"status": 502, "method": "POST", "path": route, "times": None}
    store.shop.sandbox.faults.add("status", **fault)
    for _ in range(3):
        with suppress(StoreUnavailable, OutcomeUnknown):
            store.follow()
        store.pass_time()
    assert len(store.shop.sandbox.refunds.listed()) == 0
    store.shop.sandbox.faults.clear()
    for _ in range(3):
        store.follow()
        store.pass_time()
    assert store.in_store() == dict.fromkeys(refunds, 1)


def test_missing_scope_ends_the_run_and_everything_waits(store: RefundingStore) -> None:
    refund_id = store.refund(store.pushed(), 1)
    store.shop.sandbox.access.drop_scope("store_v2_orders")
    with pytest.raises(ScopeMissing):
        store.follow()
    assert store.row(refund_id)["state"] == "pending"


def test_store_that_cannot_be_reached_ends_the_run(store: RefundingStore) -> None:
    refund_id = store.refund(store.pushed(), 1)
    worker = store.worker()
    worker.client._address = "http://127.0.0.1:9/stores/sandbox1"
    reversal_ledger.select_new(store.shop.crm, store.shop.source.data_source_id)
    store.shop.crm.commit()
    with pytest.raises(StoreUnavailable):
        worker.run()
    assert store.row(refund_id)["state"] == "pending"
