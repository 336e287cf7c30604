"""The statuses of orders in BigCommerce, by the ids that it gives them."""

from __future__ import annotations

INCOMPLETE = 0
PENDING = 1
SHIPPED = 2
PARTIALLY_SHIPPED = 3
REFUNDED = 4
CANCELLED = 5
DECLINED = 6
AWAITING_PAYMENT = 7
AWAITING_PICKUP = 8
AWAITING_SHIPMENT = 9
COMPLETED = 10
AWAITING_FULFILLMENT = 11
MANUAL_VERIFICATION_REQUIRED = 12
DISPUTED = 13
PARTIALLY_REFUNDED = 14

# BigCommerce's own names; merchants may show others.
STATUS_NAMES = {
    INCOMPLETE: "Incomplete",
    PENDING: "Pending",
    SHIPPED: "Shipped",
    PARTIALLY_SHIPPED: "Partially Shipped",
    REFUNDED: "Refunded",
    CANCELLED: "Cancelled",
    DECLINED: "Declined",
    AWAITING_PAYMENT: "Awaiting Payment",
    AWAITING_PICKUP: "Awaiting Pickup",
    AWAITING_SHIPMENT: "Awaiting Shipment",
    COMPLETED: "Completed",
    AWAITING_FULFILLMENT: "Awaiting Fulfillment",
    MANUAL_VERIFICATION_REQUIRED: "Manual Verification Required",
    DISPUTED: "Disputed",
    PARTIALLY_REFUNDED: "Partially Refunded",
}

# Nothing of an order has shipped, and it may still be shipped.
BEFORE_SHIPPING = frozenset(
    {
        INCOMPLETE,
        PENDING,
        AWAITING_PAYMENT,
        AWAITING_PICKUP,
        AWAITING_SHIPMENT,
        AWAITING_FULFILLMENT,
        MANUAL_VERIFICATION_REQUIRED,
    }
)
# Only the lines of such an order say how much is still to be shipped: what was refunded is not.
PARTLY_DONE = frozenset({PARTIALLY_SHIPPED, PARTIALLY_REFUNDED})
# All of an order, or a part of it, has shipped.
WITH_SHIPMENTS = frozenset({SHIPPED, PARTIALLY_SHIPPED, COMPLETED})
# Nobody ships the order any more. One whose money was paid back has another status.
CALLED_OFF = frozenset({CANCELLED, DECLINED})
