"""What the comparison of both sides finds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from include.order_push import steps
from include.order_push.order_status import order_statuses
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
