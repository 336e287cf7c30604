"""Orders that the demo places."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from include.local.orders import COMPLETED, place_orders
from tests.support.shop import Shop


def test_orders_of_the_past_are_placed_before_they_are_completed(synced: Shop) -> None:
    earlier = datetime.now(timezone.utc) - timedelta(hours=2)
    placed = place_orders(synced.crm, synced.sandbox.store_hash, 40, completed_at=earlier)
    synced.crm.commit()
    orders = synced.rows("SELECT order_status, date_created, completed_at FROM crm.customer_order")
    assert len(orders) == len(placed)
    assert all(order["date_created"] <= earlier for order in orders)
    completed = {order["order_status"] for order in orders if order["completed_at"]}
    assert "COMPLETE" in completed <= set(COMPLETED)
    assert {order["completed_at"] for order in orders} == {earlier, None}
