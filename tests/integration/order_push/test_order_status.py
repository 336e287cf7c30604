"""Where an order stands: also of one that waits it is said for what."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from include.crm.orders import lines_of
from include.order_push.order_status import order_statuses
from tests.support.ordering_store import OrderingStore


@pytest.fixture
def store(shop: Callable[..., OrderingStore]) -> OrderingStore:
    return shop()


def test_an_order_that_waits_is_sent_by_the_next_run(store: OrderingStore) -> None:
    order_id = store.order(sales_tax=3)
    store.push()
    store.change("UPDATE crm.order_push SET state = 'pending', reason = NULL, next_step = NULL")
    [status] = order_statuses(store.crm, order_id)
    assert (status.reason, status.next_step) == (None, "The next run of the order push sends it.")


def test_why_it_was_held_up_is_not_forgotten(store: OrderingStore) -> None:
    order_id = store.order()
    store.push()
    store.change(
        "UPDATE crm.order_push SET state = 'pending', bigcommerce_order_id = NULL, reason = 'The store is "
        "busy.', next_step = 'It is sent when the store lets it through.'"
    )
    [status] = order_statuses(store.crm, order_id)
    assert (status.reason, status.next_step) == (
        "The store is busy.",
        "It is sent when the store lets it through.",
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("UPDATE crm.data_source SET send_initial_orders = false", "does not send initial orders"),
        ("UPDATE crm.data_source SET state = 'inactive'", "is deactivated"),
        ("UPDATE crm.data_source SET state = 'draining'", "is being deactivated"),
    ],
)
def test_an_order_that_waits_for_a_setting_says_so(store: OrderingStore, change: str, reason: str) -> None:
    order_id = store.order()
    store.push()
    store.change("UPDATE crm.order_push SET state = 'pending', bigcommerce_order_id = NULL")
    store.change(change)
    [status] = order_statuses(store.crm, order_id)
    assert reason in (status.reason or "")
    assert status.state == "pending"


def test_an_order_that_is_pushed_waits_for_nothing(store: OrderingStore) -> None:
    order_id = store.order()
    store.push()
    store.change("UPDATE crm.data_source SET send_initial_orders = false")
    [status] = order_statuses(store.crm, order_id)
    assert (status.state, status.reason, status.next_step) == ("pushed", None, None)
    assert not status.can_be_retried


def test_what_was_ordered_is_known_and_not_by_whom(store: OrderingStore) -> None:
    order_id = store.order(quantity=2)
    [line] = lines_of(store.crm, order_id)
    assert (line.sku, line.quantity) == (store.variants[0]["sku"], 2)
    assert "Lovelace" not in repr(order_statuses(store.crm, order_id))
