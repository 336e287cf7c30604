"""Which status an order gets in BigCommerce for a cancellation, given the one it has there."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal

import pytest

from include.bigcommerce.order_answers import StoreOrder
from include.bigcommerce.order_statuses import (
    AWAITING_SHIPMENT,
    CANCELLED,
    PARTIALLY_REFUNDED,
    REFUNDED,
    SHIPPED,
)
from include.crm.order_refunds import PushedOrder
from include.order_refunds.errors import CannotFollow
from include.order_refunds.status_changes import cancelled_status

ORDER = PushedOrder(7, "CANCELLED", Decimal(10), "USD", 107, Decimal(0))
YESTERDAY = datetime(2026, 11, 28, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    "found",
    [
        StoreOrder(107, status_id=AWAITING_SHIPMENT),
        StoreOrder(107, status_id=PARTIALLY_REFUNDED),
        StoreOrder(107, status_id=PARTIALLY_REFUNDED, items_shipped=0),
    ],
)
def test_order_that_has_not_shipped_is_cancelled(found: StoreOrder) -> None:
    assert cancelled_status(ORDER, found) == CANCELLED


@pytest.mark.parametrize(
    "found",
    [
        StoreOrder(107, status_id=SHIPPED),
        StoreOrder(107, status_id=AWAITING_SHIPMENT, items_shipped=1),
        StoreOrder(107, status_id=PARTIALLY_REFUNDED, items_shipped=1),
        # it was set to Shipped without a shipment before its partial refund
        StoreOrder(107, status_id=PARTIALLY_REFUNDED, items_shipped=0, date_shipped=YESTERDAY),
    ],
)
def test_order_that_has_shipped_is_left_to_people(found: StoreOrder) -> None:
    with pytest.raises(CannotFollow, match="The order is cancelled in the CRM, but"):
        cancelled_status(ORDER, found)


@pytest.mark.parametrize("status_id", [CANCELLED, REFUNDED])
def test_order_that_nobody_ships_any_more_keeps_its_status(status_id: int) -> None:
    assert cancelled_status(ORDER, StoreOrder(107, status_id=status_id)) is None
