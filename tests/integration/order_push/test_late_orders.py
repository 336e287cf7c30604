"""An order that its store should have shipped long ago is a finding of the reconciliation."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest

from include.order_push import steps
from include.order_updates.orders_to_read import read_changes
from tests.support.crm_rows import insert
from tests.support.ordering_store import OrderingStore

AWAITING_FULFILLMENT, SHIPPED, PARTIALLY_REFUNDED = 11, 2, 14


def compared(store: OrderingStore) -> list[tuple[str, str]]:
    """Kind and sentence of each finding."""
    now = datetime.now(timezone.utc)
    result = steps.compare(store.sandbox.store_hash, now - timedelta(days=1), now + timedelta(days=1))
    return [(finding.kind, finding.sentence) for finding in result.findings]


def findings(store: OrderingStore) -> list[str]:
    return [sentence for kind, sentence in compared(store) if kind == "not shipped"]


def refund_piece(store: OrderingStore, order_id: int) -> None:
    """One piece of an order of one line is refunded on both sides."""
    number = store.row(order_id)["bigcommerce_order_id"]
    [line], sandbox = store.sandbox.orders.lines(number), store.sandbox
    item = {"item_type": "PRODUCT", "item_id": line.id, "quantity": 1}
    paid = {"provider_id": "custom", "amount": float(line.price_inc_tax), "offline": True}
    refund = {"refund_id": 1, "order_id": order_id, "amount": line.price_inc_tax}
    insert(store.crm, "order_refund", refund)
    store.crm.commit()
    sandbox.refunds.create(
        number, json.dumps({"items": [item], "payments": [paid]}).encode(), sandbox.settings, 0
    )


@pytest.mark.parametrize("is_refunded_last", [True, False])
def test_order_is_late_until_what_was_not_refunded_is_shipped(
    shop: Callable[..., OrderingStore], is_refunded_last: bool
) -> None:
    store = shop()
    order_id = store.order(quantity=3)
    store.push()
    there = store.row(order_id)["bigcommerce_order_id"]
    store.sandbox.shipments.ship(there, 1)
    read_changes(store.crm, store.client(), store.source)
    store.change("UPDATE crm.order_push SET sent_at = now() - interval '9 days'")
    [found] = findings(store)
    assert "still Partially Shipped in BigCommerce" in found
    if is_refunded_last:
        store.sandbox.shipments.ship(there, 1)
    refund_piece(store, order_id)
    assert len(findings(store)) == (0 if is_refunded_last else 1)
    if not is_refunded_last:
        store.sandbox.shipments.ship(there, 1)
    assert findings(store) == []  # although the order updates have not read it yet


def test_order_cancelled_after_it_was_shipped_but_for_refunded_pieces_is_no_difference(
    shop: Callable[..., OrderingStore],
) -> None:
    store = shop()
    order_id = store.order(quantity=2)
    store.push()
    there = store.row(order_id)["bigcommerce_order_id"]
    refund_piece(store, order_id)
    store.change("UPDATE crm.customer_order SET order_status = 'CANCELLED'")
    assert [kind for kind, _ in compared(store)] == ["cancelled in the CRM"]
    store.sandbox.shipments.ship(there, 1)
    store.sandbox.orders.change(there, status_id=PARTIALLY_REFUNDED)
    assert compared(store) == []


def test_order_that_is_not_shipped_for_days_is_found_until_the_store_has_shipped_it(
    shop: Callable[..., OrderingStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = shop()
    late, recent = store.order(), store.order()
    store.push()
    store.change("UPDATE crm.order_push SET sent_at = now() - interval '9 days' WHERE order_id = %s", late)
    for order_id in (late, recent):
        there = store.row(order_id)["bigcommerce_order_id"]
        read = {"status_id": AWAITING_FULFILLMENT, "status_name": "Awaiting Fulfillment"}
        times = dict.fromkeys(("status_changed_at", "changed_at"), "2026-11-01T00:00:00Z")
        row = {"order_id": order_id, "bigcommerce_order_id": there, **read, **times}
        insert(store.crm, "store_order", {"data_source_id": store.source.data_source_id, **row})
        store.crm.commit()

    [found] = findings(store)
    assert found.startswith(f"Order {late} is paid, was sent on ")
    assert "is still Awaiting Fulfillment in BigCommerce: ask the people who ship for the store." in found
    monkeypatch.setenv("BIGCOMMERCE_ALERT_NOT_SHIPPED_AFTER_DAYS", "10")
    assert findings(store) == []
    monkeypatch.delenv("BIGCOMMERCE_ALERT_NOT_SHIPPED_AFTER_DAYS")
    store.sandbox.orders.change(store.row(late)["bigcommerce_order_id"], status_id=SHIPPED)
    assert findings(store) == []  # although the order updates have not read it yet
