"""What an order push leaves in the metrics, as a real StatsD receiver sees it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from include.bigcommerce.errors import TokenRejected
from include.order_push import steps
from include.order_push.run_request import PushRequest
from tests.support.ordering_store import OrderingStore
from tests.support.statsd_receiver import Receiver


def outcomes(received: Receiver) -> dict[str, float]:
    """Orders by outcome, as counted since the receiver was last emptied."""
    return {
        sample.labels["outcome"]: sample.number
        for sample in received.samples()
        if sample.name == "airflow.bigcommerce.order_outcomes_total"
    }


NOTHING = dict.fromkeys(
    ["pushed", "adopted", "rejected", "uncertain", "waits", "not_found", "found_twice"], 0.0
)


def test_orders_are_counted_by_what_became_of_them(
    shop: Callable[..., OrderingStore], received: Receiver
) -> None:
    store = shop()
    steps.push(store.sandbox.store_hash, PushRequest(order_ids=(store.order(),)))  # reads the countries
    store.order()
    store.order()
    store.order(sales_tax=3)  # does not add up
    received.forget()
    steps.push(store.sandbox.store_hash, PushRequest())
    assert outcomes(received) == {**NOTHING, "pushed": 2, "rejected": 1}
    assert received.of("bigcommerce.requests_total", store=store.sandbox.store_hash) == [
        3
    ]  # one asks what it has


def test_no_order_is_counted_if_the_store_lets_nothing_through(
    shop: Callable[..., OrderingStore], received: Receiver
) -> None:
    store = shop()
    store.order(sales_tax=3)
    store.order()
    store.sandbox.access.revoke_token()
    with pytest.raises(TokenRejected):
        steps.push(store.sandbox.store_hash, PushRequest())
    assert not any(outcomes(received).values())


def test_nothing_of_a_customer_is_in_the_metrics(
    shop: Callable[..., OrderingStore], received: Receiver
) -> None:
    store = shop()
    order = store.order(email_address="ada.lovelace@example.com", last_name="Lovelace")
    steps.push(store.sandbox.store_hash, PushRequest(order_ids=(order,)))
    words = {word for sample in received.samples() for word in sample.labels.values()}
    assert words == {store.sandbox.store_hash, *NOTHING}
