"""An order that BigCommerce has in another currency, or with another total, is noticed as it is pushed."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from include.order_push import steps
from include.order_push.errors import PushedDifferently
from include.order_push.order_status import order_statuses
from include.order_push.run_request import PushRequest
from include.order_updates.orders_to_read import read_changes
from tests.support.ordering_store import OrderingStore

Shop = Callable[..., OrderingStore]
IN_DOLLARS = {"default_currency_code": "USD"}


def in_euros(store: OrderingStore) -> int:
    store.sandbox.settings.currencies = ("USD", "EUR")
    return store.order(currency_code="EUR")


def price_of(store: OrderingStore) -> Decimal:
    return Decimal(store.variants[0]["price"])


def push(store: OrderingStore) -> None:
    steps.push(store.sandbox.store_hash, PushRequest("schedule"))


def test_order_whose_currency_the_store_ignores_is_named_in_the_run_and_on_its_page_until_it_is_right(
    shop: Shop,
) -> None:
    store = shop()
    order_id = in_euros(store)
    store.sandbox.settings.alters_new_orders = dict(IN_DOLLARS)
    with pytest.raises(PushedDifferently) as raised:
        push(store)
    there = store.row(order_id)["bigcommerce_order_id"]
    warning = (
        f"BigCommerce has order {order_id} with amounts in USD, as its order {there}; the customer paid "
        f"{price_of(store):.2f} EUR. Correct its amounts there, and for the next orders allow EUR "
        "(Settings > Currencies)."
    )
    assert raised.value.next_step == warning
    assert "1 order pushed" in raised.value.sentence
    assert warning in order_statuses(store.crm, order_id)[0].history[-1].detail

    push(store)  # it is not sent again, and said once
    assert store.in_store() == store.expected([order_id])
    read_changes(store.crm, store.client(), store.source)
    assert order_statuses(store.crm, order_id)[0].reason == warning
    store.sandbox.orders.change(there, default_currency_code="EUR")
    read_changes(store.crm, store.client(), store.source)
    assert order_statuses(store.crm, order_id)[0].reason is None


@pytest.mark.parametrize(("added", "is_named"), [("0.0049", False), ("0.01", True), ("-1", True)])
def test_total_that_differs_by_more_than_a_rounding_is_named(shop: Shop, added: str, is_named: bool) -> None:
    store = shop()
    order_id = store.order()
    total = price_of(store) + Decimal(added)
    store.sandbox.settings.alters_new_orders = {"total_inc_tax": f"{total:.4f}"}
    if not is_named:
        push(store)
    else:
        paid = f"a total of {total:.2f} USD, .* paid {price_of(store):.2f} USD"
        with pytest.raises(PushedDifferently, match=paid):
            push(store)
    assert store.states() == {order_id: "pushed"}
    assert store.in_store() == store.expected([order_id])


def test_altered_order_that_only_a_look_up_finds_is_named_too(shop: Shop) -> None:
    store = shop()
    order_id = in_euros(store)
    store.sandbox.settings.alters_new_orders = dict(IN_DOLLARS)
    store.sandbox.faults.add("reset_after_write", method="POST", path="/v2/orders$")
    store.push()
    assert store.states() == {order_id: "uncertain"}
    store.pass_time()
    with pytest.raises(PushedDifferently, match="with amounts in USD"):
        push(store)
    assert store.states() == {order_id: "pushed"}
    assert store.in_store() == store.expected([order_id])


def test_run_names_three_altered_orders_and_counts_the_others(shop: Shop) -> None:
    store = shop()
    orders = [in_euros(store) for _ in range(5)]
    store.sandbox.settings.alters_new_orders = dict(IN_DOLLARS)
    with pytest.raises(PushedDifferently) as raised:
        push(store)
    assert raised.value.next_step.count("with amounts in USD") == 3
    assert raised.value.next_step.endswith("The log of this run names 2 more orders.")
    assert store.in_store() == store.expected(orders)
