"""Cancellations, and refunds that only set a status: which status an order has in the end."""

from __future__ import annotations

import pytest

from include.crm import reversal_ledger
from include.order_push.resolve import resolve
from include.order_push.translate import external_order_id
from tests.support.refunding_store import RefundingStore


def test_refund_as_a_status_only_sets_it_and_records_nothing(store: RefundingStore) -> None:
    store.settings(mirror_refunds="status")
    order_id = store.pushed()
    total = store.amount_of(order_id)
    store.refund(order_id, 1)
    assert store.follow() == {("refund", "pushed"): 1}
    assert store.status(order_id) == 14
    store.refund(order_id, total - 1)
    too_much = store.refund(order_id, 1)
    assert store.follow() == {("refund", "pushed"): 1, ("refund", "rejected"): 1}
    assert store.status(order_id) == 4
    assert "more than what is left" in store.row(too_much)["reason"]
    assert (store.posts(), store.refunds(order_id)) == (0, [])


@pytest.mark.parametrize("kind", ["cancellation", "refund"])
def test_status_is_set_while_a_refund_of_the_order_is_unclear(store: RefundingStore, kind: str) -> None:
    order_id = store.pushed()
    unclear = store.refund(order_id, 1)
    store.shop.sandbox.faults.add("reset_after_write", method="POST", path="/refunds$")
    store.follow()
    if kind == "cancellation":
        store.cancel(order_id)
    else:
        store.settings(mirror_refunds="status")
        store.refund(order_id, store.amount_of(order_id))
    assert store.follow() == {(kind, "pushed"): 1}
    assert store.status(order_id) == (5 if kind == "cancellation" else 4)
    assert store.row(unclear)["state"] == "uncertain"
    store.pass_time()
    store.follow()
    assert store.row(unclear)["state"] == "pushed"
    if kind == "cancellation":  # the refund may have set the status after it
        assert store.row(order_id=order_id)["state"] == "pending"


@pytest.mark.parametrize("status_id", [1, 8, 9, 11, 12, 14])
def test_cancellation_of_an_unshipped_order_cancels_it(store: RefundingStore, status_id: int) -> None:
    order_id = store.pushed()
    store.shop.sandbox.orders.change(store.store_order_id(order_id), status_id=status_id)
    store.cancel(order_id)
    assert store.follow() == {("cancellation", "pushed"): 1}
    assert store.status(order_id) == 5
    assert store.follow() == {}


@pytest.mark.parametrize(("status_id", "name"), [(2, "Shipped"), (3, "Partially Shipped"), (10, "Completed")])
def test_cancellation_of_a_shipped_order_is_for_people(
    store: RefundingStore, status_id: int, name: str
) -> None:
    order_id = store.pushed()
    store.shop.sandbox.orders.change(store.store_order_id(order_id), status_id=status_id)
    store.cancel(order_id)
    assert store.follow() == {("cancellation", "rejected"): 1}
    row = store.row(order_id=order_id)
    assert row["reason"].startswith(f"The order is cancelled in the CRM, but {name} in BigCommerce")
    assert store.status(order_id) == status_id


@pytest.mark.parametrize("shipped", ["wholly", "partly", "without a shipment", "set back"])
def test_cancellation_of_an_order_that_has_shipped_under_another_status_is_for_people(
    store: RefundingStore, shipped: str
) -> None:
    order_id = store.pushed(quantity=2)
    in_store, orders = store.store_order_id(order_id), store.shop.sandbox.orders
    if shipped == "without a shipment":
        orders.change(in_store, status_id=2, date_shipped="Sat, 28 Nov 2026 10:00:00 +0000")
    else:
        store.shop.sandbox.shipments.ship(in_store, 1 if shipped == "partly" else None)
    if shipped == "set back":
        orders.change(in_store, status_id=11)
    else:
        store.refund(order_id, 1)
        assert store.follow() == {("refund", "pushed"): 1}
    before = store.status(order_id)
    assert before == (11 if shipped == "set back" else 14)
    store.cancel(order_id)
    assert store.follow() == {("cancellation", "rejected"): 1}
    name = "Awaiting Fulfillment" if shipped == "set back" else "Partially Refunded"
    assert store.row(order_id=order_id)["reason"] == (
        f"The order is cancelled in the CRM, but it has shipped although it is {name} in BigCommerce (order "
        f"{in_store})."
    )
    assert store.status(order_id) == before


def test_cancelled_and_refunded_order_ends_refunded(store: RefundingStore) -> None:
    order_id = store.pushed()
    store.refund(order_id, store.amount_of(order_id))
    store.cancel(order_id)
    assert store.follow() == {("refund", "pushed"): 1, ("cancellation", "adopted"): 1}
    assert store.status(order_id) == 4


def test_order_that_is_refunded_after_it_was_cancelled_stays_cancelled(store: RefundingStore) -> None:
    order_id = store.pushed()
    store.cancel(order_id)
    store.follow()
    store.refund(order_id, 1)
    store.follow()
    assert store.status(order_id) == 14
    store.pass_time()
    assert store.follow() == {("cancellation", "pushed"): 1}
    assert store.status(order_id) == 5


def test_order_that_is_cancelled_and_then_refunded_stays_cancelled(store: RefundingStore) -> None:
    order_id = store.pushed()
    store.cancel(order_id)
    store.follow()
    store.refund(order_id, 1)
    store.shop.change("UPDATE crm.customer_order SET order_status = 'REFUNDED'")
    store.follow()
    store.shop.sandbox.orders.change(store.store_order_id(order_id), status_id=14)
    store.pass_time()
    assert store.follow() == {("cancellation", "pushed"): 1}
    assert store.status(order_id) == 5


def test_order_that_is_cancelled_once_more_is_cancelled_once_more(store: RefundingStore) -> None:
    order_id = store.pushed()
    store.cancel(order_id)
    store.follow()
    store.shop.change("UPDATE crm.customer_order SET order_status = 'COMPLETE'")
    store.shop.sandbox.orders.change(store.store_order_id(order_id), status_id=11)
    assert store.follow() == {}
    store.cancel(order_id)
    assert store.follow() == {("cancellation", "pushed"): 1}
    assert store.status(order_id) == 5
    store.cancel(order_id)
    assert store.follow() == {}


def test_order_that_is_being_pushed_while_it_is_cancelled_ends_cancelled(store: RefundingStore) -> None:
    store.shop.sandbox.faults.add("reset_after_write", method="POST", path="/v2/orders$")
    order_id = store.shop.order()
    store.shop.push()
    store.cancel(order_id)
    assert store.follow() == {}
    store.shop.pass_time()
    store.shop.push()
    assert store.follow() == {("cancellation", "pushed"): 1}
    assert (store.status(order_id), len(store.shop.sandbox.orders)) == (5, 1)


@pytest.mark.parametrize(("status_id", "outcome"), [(11, "pushed"), (2, "rejected")])
def test_order_that_turns_out_to_be_another_one_in_bigcommerce_is_cancelled_there(
    store: RefundingStore, status_id: int, outcome: str
) -> None:
    order_id = store.pushed()
    first = store.store_order_id(order_id)
    store.shop.sandbox.orders.change(first, status_id=status_id)
    store.cancel(order_id)
    assert store.follow() == {("cancellation", outcome): 1}
    second = store.shop.sandbox.orders.add_foreign(external_order_id(order_id))
    found_twice = "state = 'uncertain', bigcommerce_order_id = NULL, next_attempt_at = NULL"
    store.shop.change(f"UPDATE crm.order_push SET {found_twice}, sent_at = now() - interval '1 hour'")  # noqa: S608
    store.shop.sandbox.orders.change(first, is_deleted=True)
    resolve(order_id, bigcommerce_order_id=second.id, person="Ada")
    assert store.follow() == {("cancellation", "pushed"): 1}
    assert (store.store_order_id(order_id), store.status(order_id)) == (second.id, 5)
    [requested] = store.shop.rows("SELECT detail FROM crm.order_reversal_attempt WHERE action = 'retry'")
    assert requested["detail"] == f"The order was settled as BigCommerce order {second.id}."


def test_cancellation_that_waits_for_its_order_follows_as_soon_as_that_is_found(
    store: RefundingStore,
) -> None:
    order_id = store.pushed()
    first = store.store_order_id(order_id)
    store.cancel(order_id)
    reversal_ledger.select_new(store.shop.crm, store.shop.source.data_source_id)
    found_twice = "state = 'uncertain', bigcommerce_order_id = NULL, next_attempt_at = now()"
    store.shop.change(f"UPDATE crm.order_push SET {found_twice}, sent_at = now() - interval '1 hour'")  # noqa: S608
    assert store.follow() == {("cancellation", "waits"): 1}
    store.shop.push()
    assert store.store_order_id(order_id) == first
    assert store.follow() == {("cancellation", "pushed"): 1}
    assert store.status(order_id) == 5


def test_order_that_is_complete_again_is_not_cancelled(store: RefundingStore) -> None:
    order_id = store.pushed()
    store.cancel(order_id)
    store.shop.sandbox.faults.add("status", status=503, method="PUT", path="/v2/orders", times=None)
    store.follow()
    store.shop.sandbox.faults.clear()
    store.shop.change("UPDATE crm.customer_order SET order_status = 'COMPLETE'")
    store.pass_time()
    store.follow()
    assert "no longer cancelled in the CRM" in store.row(order_id=order_id)["reason"]
    assert store.status(order_id) == 11
