"""What the comparison of both sides finds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from include.order_push import steps
from include.order_push.order_status import order_statuses
from tests.support.crm_rows import insert
from tests.support.ordering_store import OrderingStore

Shop = Callable[..., OrderingStore]


@pytest.mark.parametrize(
    ("status", "kind"),
    [("REFUNDED", "refunded in the CRM"), ("CANCELLED", "cancelled in the CRM")],
)
def test_order_refunded_or_cancelled_after_its_push_is_a_finding_until_the_store_follows(
    shop: Shop, status: str, kind: str
) -> None:
    store = shop()
    order_id, untouched = store.order(), store.order(variant=1)
    store.push()
    store.change("UPDATE crm.customer_order SET order_status = %s WHERE order_id = %s", status, order_id)

    def compare() -> Any:
        now = datetime.now(timezone.utc)
        return steps.compare(store.sandbox.store_hash, now - timedelta(days=1), now + timedelta(days=1))

    [finding] = compare().findings
    sent = store.row(order_id)["bigcommerce_order_id"]
    assert (finding.kind, finding.order_id, finding.bigcommerce_order_ids) == (kind, order_id, [sent])
    assert status in finding.sentence
    [shown] = order_statuses(store.crm, order_id)
    assert status in (shown.reason or "")
    [other] = order_statuses(store.crm, untouched)
    assert other.reason is None
    store.sandbox.orders.change(sent, status_id=5)
    assert compare().findings == []


@pytest.mark.parametrize(("there", "is_found"), [([4], False), ([1, 3], False), ([9], True), ([1], True)])
def test_refunds_of_different_amounts_are_a_finding(shop: Shop, there: list[int], is_found: bool) -> None:
    store = shop()
    order_id = store.order()
    store.push()
    insert(store.crm, "order_refund", {"refund_id": 1, "order_id": order_id, "amount": 4})
    store.crm.commit()
    for amount in there:
        store.sandbox.refunds.add(store.row(order_id)["bigcommerce_order_id"], amount)
    now = datetime.now(timezone.utc)
    compared = steps.compare(store.sandbox.store_hash, now - timedelta(days=1), now + timedelta(days=1))
    assert [finding.kind for finding in compared.findings] == (["refunds differ"] if is_found else [])
    if is_found:
        amounts = f"4.00 USD were refunded in the CRM and {sum(there)}.00 USD in BigCommerce"
        assert amounts in compared.findings[0].sentence


@pytest.mark.parametrize("fault", ["status", "empty"])
def test_refunds_that_cannot_be_listed_are_compared_by_the_status(shop: Shop, fault: str) -> None:
    store = shop()
    order_id = store.order()
    store.push()
    insert(store.crm, "order_refund", {"refund_id": 1, "order_id": order_id, "amount": 4})
    store.crm.commit()
    store.sandbox.refunds.add(store.row(order_id)["bigcommerce_order_id"], 4)
    status = 404 if fault == "status" else 204
    store.sandbox.faults.add(fault, method="GET", path="payment_actions", status=status, times=None)
    now = datetime.now(timezone.utc)
    compared = steps.compare(store.sandbox.store_hash, now - timedelta(days=1), now + timedelta(days=1))
    assert compared.findings == []
