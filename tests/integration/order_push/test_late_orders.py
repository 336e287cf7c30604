"""An order that its store should have shipped long ago is a finding of the reconciliation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest

from include.order_push import steps
from tests.support.crm_rows import insert
from tests.support.ordering_store import OrderingStore

AWAITING_FULFILLMENT, SHIPPED = 11, 2


def findings(store: OrderingStore) -> list[str]:
    now = datetime.now(timezone.utc)
    compared = steps.compare(store.sandbox.store_hash, now - timedelta(days=1), now + timedelta(days=1))
    return [finding.sentence for finding in compared.findings if finding.kind == "not shipped"]


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
