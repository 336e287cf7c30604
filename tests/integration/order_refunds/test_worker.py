"""Refunds and cancellations in the CRM reach BigCommerce, each once and to the cent, or say why not."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest

from include.bigcommerce.errors import OutcomeUnknown, ScopeMissing, StoreUnavailable
from include.crm import reversal_ledger
from include.order_push.resolve import resolve
from include.order_push.translate import external_order_id
from tests.support.official_contract import official_contract
from tests.support.refunding_store import RefundingStore

Make = Callable[..., RefundingStore]
# A client that gives up soon on a store that goes on failing.
IMPATIENT = {"patience": 1.0}


@pytest.fixture
def store(refunding: Make) -> RefundingStore:
    return refunding()


def test_partial_refunds_are_recorded_offline_one_after_the_other_and_once(store: RefundingStore) -> None:
    order_id = store.pushed(quantity=3)
    total = store.amount_of(order_id)
    first, second = store.refund(order_id, 4, reason="wrong size"), store.refund(order_id, total - 4)
    assert store.follow() == {("refund", "pushed"): 2}
    made = store.refunds(order_id)
    assert [each.total_amount for each in made] == [4, total - 4]
    assert [each.reason for each in made] == [f"CRM refund {first}: wrong size", f"CRM refund {second}"]
    assert all(payment["offline"] for each in made for payment in each.payments)
    assert [store.row(each)["bigcommerce_refund_id"] for each in (first, second)] == [1, 2]
    assert store.status(order_id) == 4
    assert store.follow() == {}
    assert store.posts() == 2


def test_refund_of_pieces_and_shipping_names_the_lines_of_the_order(store: RefundingStore) -> None:
    price = store.shop.variants[0]["price"]
    order_id = store.pushed(quantity=2, base_shipping=5, sales_tax=2, total_amount=2 * price + 7)
    first = store.refund(order_id, price + 1 + 5, lines={1: 1}, shipping=5)
    second = store.refund(order_id, price + 1, lines={1: 1})
    assert store.follow() == {("refund", "pushed"): 2}
    made = store.refunds(order_id)
    [line] = store.shop.sandbox.orders.lines(store.store_order_id(order_id))
    assert [(item["item_type"], item["item_id"]) for item in made[0].items] == [
        ("PRODUCT", line.id),
        ("SHIPPING", store.store_order_id(order_id) * 10),
    ]
    assert made[0].total_tax == 1
    assert store.in_store() == {first: 1, second: 1}
    assert store.status(order_id) == 4


def test_pieces_of_a_price_that_does_not_divide_are_told_apart(store: RefundingStore) -> None:
    order_id = store.shop.order(quantity=3, price=92, total_amount=92)
    store.shop.change("UPDATE crm.customer_order_line SET price = 30.67")
    store.shop.push()
    for amount in ("30.67", "30.67", "30.66"):
        store.refund(order_id, Decimal(amount), lines={1: 1})
    assert store.follow() == {("refund", "pushed"): 3}
    assert store.status(order_id) == 4


@pytest.mark.parametrize(
    ("refund", "reason"),
    [
        ({"amount": 0}, "The amount of the refund is 0."),
        ({"amount": -1}, "is not an amount that can be paid back"),
        ({"amount": Decimal("1.005")}, "has more decimals than USD has"),
        ({"amount": 1, "shipping": 2}, "more than its amount"),
        ({"amount": 1, "lines": {1: 1}}, "BigCommerce would refund"),
        ({"amount": 1, "lines": {1: 0}}, "has 0 pieces of line 1"),
        ({"amount": 1, "lines": {2: 1}}, "BigCommerce has only 0 left to refund"),
        ({"amount": 1_000_000}, "is more than what is left of the order"),
        ({"amount": 1, "shipping": 1}, "BigCommerce refused it: The order's shipping cost less than that."),
    ],
)
def test_refund_that_cannot_go_is_rejected_with_a_sentence_and_never_sent(
    store: RefundingStore, refund: dict[str, Any], reason: str
) -> None:
    refund_id = store.refund(store.pushed(), **refund)
    assert store.follow() == {("refund", "rejected"): 1}
    row = store.row(refund_id)
    assert reason in row["reason"]
    assert row["next_step"].endswith(".")
    assert store.posts() == 0


def test_quote_that_differs_by_a_cent_is_rejected(store: RefundingStore) -> None:
    store.shop.sandbox.settings.quotes_differ_by = Decimal("0.01")
    refund_id = store.refund(store.pushed(), 4)
    store.follow()
    assert store.row(refund_id)["reason"] == (
        "BigCommerce would refund 4.01 USD for this amount; the CRM refunded 4 USD."
    )
    assert store.posts() == 0


def test_what_merchants_refunded_themselves_is_not_refunded_again(store: RefundingStore) -> None:
    order_id = store.pushed()
    total = store.amount_of(order_id)
    store.shop.sandbox.refunds.add(store.store_order_id(order_id), total - 1)
    refund_id = store.refund(order_id, 2)
    store.follow()
    assert "what is left of the order: 1.00 USD" in store.row(refund_id)["reason"]
    assert store.posts() == 0


def test_payment_is_never_store_credit_and_never_online(store: RefundingStore) -> None:
    one = Decimal(1)
    store.shop.sandbox.settings.refund_methods = ({"storecredit": one}, {"paypal": one}, {"custom": one})
    order_id = store.pushed()
    store.refund(order_id, 1)
    store.shop.sandbox.settings.refund_methods = ({"storecredit": one}, {"paypal": one})
    store.follow()
    [made] = store.refunds(order_id)
    assert [(each["provider_id"], each["offline"]) for each in made.payments] == [("paypal", True)]
    store.shop.sandbox.settings.refund_methods = ({"storecredit": one},)
    refund_id = store.refund(order_id, 1)
    store.follow()
    assert "no way to record" in store.row(refund_id)["reason"]


def test_refund_waits_for_its_order(store: RefundingStore) -> None:
    order_id = store.shop.order()
    refund_id = store.refund(order_id, 1)
    assert store.follow() == {}
    store.shop.push()
    assert store.follow() == {("refund", "pushed"): 1}
    assert store.in_store() == {refund_id: 1}


@pytest.mark.parametrize("status", ["REFUNDED", "CANCELLED"])
def test_order_that_was_undone_before_it_was_pushed_is_never_pushed(
    store: RefundingStore, status: str
) -> None:
    order_id = store.shop.order(order_status="COMPLETE")
    store.refund(order_id, store.amount_of(order_id))
    store.shop.change("UPDATE crm.customer_order SET order_status = %s", status)
    store.shop.push()
    store.follow()
    assert store.shop.posts() == 0
    assert len(store.shop.sandbox.orders) == 0


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


def test_refund_of_an_order_that_is_gone_is_for_people(store: RefundingStore) -> None:
    refund_id = store.refund(store.pushed(), 4)
    store.shop.sandbox.faults.add("status", status=404, method="GET", path="/orders/", times=None)
    assert store.follow() == {("refund", "rejected"): 1}
    assert "no longer has its order" in store.row(refund_id)["reason"]


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


def test_refund_refused_while_another_one_is_made_is_sent_once_more(store: RefundingStore) -> None:
    store.shop.sandbox.settings.refund_takes_requests = 6
    order_id = store.pushed()
    first, second = store.refund(order_id, 1), store.refund(order_id, 2)
    assert store.follow() == {("refund", "pushed"): 1, ("refund", "waits"): 1}
    store.pass_time()
    store.shop.sandbox.settings.refund_takes_requests = 0
    for _ in range(6):
        store.shop.sandbox.refunds.request_began(10**6)
    assert store.follow() == {("refund", "pushed"): 1}
    assert store.in_store() == {first: 1, second: 1}


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


def test_second_refund_waits_while_the_first_is_unclear(store: RefundingStore) -> None:
    order_id = store.pushed()
    store.refund(order_id, 1)
    store.shop.sandbox.faults.add("reset_after_write", method="POST", path="/refunds$")
    store.follow()
    store.refund(order_id, 1)
    assert store.follow() == {}
    assert store.posts() == 1


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


def test_every_request_is_one_that_the_official_files_allow(store: RefundingStore) -> None:
    contract = official_contract()
    price = store.shop.variants[0]["price"]
    order_id = store.pushed(quantity=2, base_shipping=5, total_amount=2 * price + 5)
    store.refund(order_id, price + 5, lines={1: 1}, shipping=5, reason="Broken")
    cancelled = store.pushed()
    store.cancel(cancelled)
    store.follow()
    contract.check_requests(store.shop.sandbox.requests)


def test_refund_takes_three_requests_and_one_of_pieces_four(store: RefundingStore) -> None:
    order_id = store.pushed(quantity=2)
    price = store.shop.variants[0]["price"]
    for lines, requests in ((None, 3), ({1: 1}, 4)):
        store.refund(order_id, price, lines=lines)
        store.shop.sandbox.forget_requests()
        store.follow()
        assert len(store.shop.sandbox.requests) == requests
