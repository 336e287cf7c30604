"""Refunds and cancellations in the CRM reach BigCommerce, each once and to the cent, or say why not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from include.order_push.currency_unit import unit_of
from tests.support.official_contract import official_contract
from tests.support.refunding_store import RefundingStore


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


def test_pieces_whose_price_does_not_divide_are_matched_to_their_lines(store: RefundingStore) -> None:
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
        ({"amount": 1, "lines": {2: 1}}, "names line 2, which the order does not have."),
        ({"amount": 1, "lines": {1: 2}}, "has 2 pieces of line 1; BigCommerce has only 1 left to refund."),
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
        "BigCommerce would refund 4.01 USD for this amount; the CRM refunded 4.00 USD."
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


def test_refund_whose_payment_was_declined_left_the_order_as_it_was(store: RefundingStore) -> None:
    order_id = store.pushed(quantity=2)
    total = store.amount_of(order_id)
    store.shop.sandbox.refunds.add(store.store_order_id(order_id), total, is_declined=True)
    refunds = [store.refund(order_id, total / 2, lines={1: 1}), store.refund(order_id, total / 2)]
    assert store.follow() == {("refund", "pushed"): 2}
    assert store.in_store() == dict.fromkeys(refunds, 1)
    assert store.status(order_id) == 4


@pytest.mark.parametrize(
    ("currency", "quantity", "tax", "amounts"),
    [
        ("USD", 3, "1.00", ["10.33", "10.33", "10.34"]),
        ("USD", 3, "1.00", ["10.34", "10.33", "10.33"]),
        ("USD", 3, "0.50", ["10.17", "10.17", "10.16"]),
        ("USD", 7, "1.00", ["10.14"] * 6 + ["10.16"]),
        ("JPY", 3, "80", ["37", "37", "36"]),
        ("KWD", 3, "0.01", ["10.00", "10.00", "10.01"]),
    ],
)
def test_order_whose_tax_does_not_divide_is_refunded_piece_by_piece(
    store: RefundingStore, currency: str, quantity: int, tax: str, amounts: list[str]
) -> None:
    store.shop.sandbox.settings.currencies = ("USD", "JPY", "KWD")
    price = 10 * quantity
    total = price + Decimal(tax)
    order_id = store.shop.order(
        quantity=quantity, currency_code=currency, price=price, sales_tax=Decimal(tax), total_amount=total
    )
    store.shop.change("UPDATE crm.customer_order_line SET price = 10")
    store.shop.push()
    refunds = [store.refund(order_id, Decimal(amount), lines={1: 1}) for amount in amounts]
    assert store.follow() == {("refund", "pushed"): quantity}
    made = store.refunds(order_id)
    assert [each.total_amount for each in made] == [Decimal(amount) for amount in amounts]
    assert [each.payments[0]["amount"] for each in made] == [Decimal(amount) for amount in amounts]
    assert abs(sum(each.total_tax for each in made) - Decimal(tax)) < unit_of(currency) * 2
    assert store.in_store() == dict.fromkeys(refunds, 1)
    assert store.status(order_id) == 4


def test_tax_of_the_shipping_is_no_reason_to_reject_a_refund_that_says_its_tax(store: RefundingStore) -> None:
    """BigCommerce has it on the goods, because an order of the CRM does not say how much it is."""
    price = store.shop.variants[0]["price"]
    order_id = store.pushed(quantity=2, base_shipping=5, sales_tax=2, total_amount=2 * price + 7)
    first = store.refund(order_id, price + Decimal("0.80"), lines={1: 1}, tax=Decimal("0.80"))
    rest = store.refund(
        order_id, price + Decimal("6.20"), lines={1: 1}, shipping=5, tax=Decimal("1.20"), reason="All"
    )
    assert store.follow() == {("refund", "pushed"): 2}
    made = store.refunds(order_id)
    assert [each.total_amount for each in made] == [price + Decimal("0.80"), price + Decimal("6.20")]
    assert [each.total_tax for each in made] == [Decimal("0.80"), Decimal("1.20")]
    assert store.in_store() == {first: 1, rest: 1}
    assert store.status(order_id) == 4


def test_pieces_are_refunded_with_what_a_merchants_own_refund_left(store: RefundingStore) -> None:
    order_id = store.pushed(quantity=2)
    total = store.amount_of(order_id)
    store.shop.sandbox.refunds.add(store.store_order_id(order_id), 1)
    refund_id = store.refund(order_id, total - 1, lines={1: 2})
    assert store.follow() == {("refund", "pushed"): 1}
    assert store.in_store() == {refund_id: 1}
    assert store.status(order_id) == 4


def test_more_than_a_rounding_is_rejected(store: RefundingStore) -> None:
    price = store.shop.variants[0]["price"]
    order_id = store.pushed(quantity=3, sales_tax=1, total_amount=3 * price + 1)
    refund_id = store.refund(order_id, round(price + Decimal("0.33"), 2) + Decimal("0.02"), lines={1: 1})
    assert store.follow() == {("refund", "rejected"): 1}
    assert "BigCommerce would refund" in store.row(refund_id)["reason"]
    assert store.posts() == 0


@pytest.mark.parametrize("tax_inclusive", [True, False])
def test_quote_that_names_its_tax_apart_is_the_refund_with_its_tax(
    store: RefundingStore, *, tax_inclusive: bool
) -> None:
    store.shop.sandbox.settings.quotes_include_tax = tax_inclusive
    price = store.shop.variants[0]["price"]
    order_id = store.pushed(quantity=2, sales_tax=2, total_amount=2 * price + 2)
    with_tax = store.refund(order_id, price + 1, lines={1: 1})
    without_tax = store.refund(order_id, price, lines={1: 1})
    assert store.follow() == {("refund", "pushed"): 1, ("refund", "rejected"): 1}
    [made] = store.refunds(order_id)
    assert [made.total_amount, made.payments[0]["amount"]] == [price + 1, price + 1]
    assert store.in_store() == {with_tax: 1}
    assert store.row(without_tax)["reason"] == (
        f"BigCommerce would refund {price + 1:.2f} USD for these pieces and this shipping; the CRM refunded "
        f"{price:.2f} USD."
    )


def test_refund_of_thousandths_is_for_people_because_bigcommerce_records_cents(store: RefundingStore) -> None:
    store.shop.sandbox.settings.currencies = ("USD", "KWD")
    order_id = store.pushed(currency_code="KWD")
    refund_id = store.refund(order_id, Decimal("1.005"))
    assert store.follow() == {("refund", "rejected"): 1}
    row = store.row(refund_id)
    assert row["reason"] == "BigCommerce records refunds to two decimals, so it cannot record 1.005 KWD."
    assert row["next_step"] == (
        "Mirror refunds as a status only, then retry it. Or refund the nearest amount in BigCommerce's "
        "control panel, and dismiss it here."
    )
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


def test_refund_of_an_order_that_is_gone_is_for_people(store: RefundingStore) -> None:
    refund_id = store.refund(store.pushed(), 4)
    store.shop.sandbox.faults.add("status", status=404, method="GET", path="/orders/", times=None)
    assert store.follow() == {("refund", "rejected"): 1}
    assert "no longer has its order" in store.row(refund_id)["reason"]


@pytest.mark.parametrize("mirror_refunds", ["record", "status"])
def test_store_that_answers_everything_with_404_rejects_nothing(
    store: RefundingStore, mirror_refunds: str
) -> None:
    store.settings(mirror_refunds=mirror_refunds)
    refunded, cancelled = store.pushed(), store.pushed()
    store.refund(refunded, store.amount_of(refunded))
    store.cancel(cancelled)
    store.shop.sandbox.faults.add("status", status=404, times=None)
    assert store.follow() == {("refund", "waits"): 1, ("cancellation", "waits"): 1}
    store.shop.sandbox.faults.clear()
    store.pass_time()
    assert store.follow() == {("refund", "pushed"): 1, ("cancellation", "pushed"): 1}
    assert [store.status(refunded), store.status(cancelled)] == [4, 5]


def test_refund_refused_while_another_one_is_made_is_sent_once_more(store: RefundingStore) -> None:
    store.shop.sandbox.settings.refund_takes_requests = 6
    order_id = store.pushed()
    first, second = store.refund(order_id, 1), store.refund(order_id, 2)
    assert store.follow() == {("refund", "pushed"): 1, ("refund", "waits"): 1}
    assert store.row(second)["reason"] == (
        "BigCommerce refused it: Another refund of this order is being processed."
    )
    store.pass_time()
    store.shop.sandbox.settings.refund_takes_requests = 0
    for _ in range(6):
        store.shop.sandbox.refunds.request_began(10**6)
    assert store.follow() == {("refund", "pushed"): 1}
    assert store.in_store() == {first: 1, second: 1}


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
