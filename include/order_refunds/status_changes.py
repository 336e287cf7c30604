"""Which status an order gets in BigCommerce for a refund or a cancellation, given the one it has. No I/O."""

from __future__ import annotations

from include.bigcommerce.order_answers import StoreOrder
from include.bigcommerce.order_statuses import (
    BEFORE_SHIPPING,
    CALLED_OFF,
    CANCELLED,
    PARTIALLY_REFUNDED,
    REFUNDED,
    STATUS_NAMES,
)
from include.crm.order_refunds import PushedOrder, Refund
from include.order_refunds.errors import RETRY, CannotFollow

# Statuses in which nobody ships the order any more.
UNDONE = CALLED_OFF | {REFUNDED}
# Statuses in the CRM of an order that goes on after all. One that was refunded meanwhile stays undone.
GOES_ON = frozenset({"COMPLETE", "PENDING"})
# In any other status, the order has shipped, at least partly, or is disputed: then people decide.
UNSHIPPED = BEFORE_SHIPPING | {PARTIALLY_REFUNDED}


def refund_status(refund: Refund, order: PushedOrder, found: StoreOrder) -> int | None:
    """The status for a refund that BigCommerce learns of as a status only; None if nothing is to be set.

    Raises CannotFollow for an order that somebody archived.
    """
    _check_archived(order, found)
    is_all = order.order_status == "REFUNDED" or order.mirrored + refund.amount >= order.total_amount
    status = REFUNDED if is_all else PARTIALLY_REFUNDED
    return None if found.status_id in UNDONE or found.status_id == status else status


def cancelled_status(order: PushedOrder, found: StoreOrder) -> int | None:
    """The status for a cancellation; None if nothing is to be set.

    Raises CannotFollow if it is not cancelled in the CRM any more, or is shipping in BigCommerce.
    """
    if found.status_id in UNDONE:
        return None
    if order.order_status in GOES_ON:
        raise CannotFollow(
            f"The order is no longer cancelled in the CRM: it is {order.order_status}.",
            f"Nothing to do. If it should be cancelled after all, cancel it in the CRM, {RETRY}",
        )
    _check_archived(order, found)
    if found.status_id not in UNSHIPPED or _has_shipped(found):
        but = "it has shipped although it is " if found.status_id in UNSHIPPED else ""
        raise CannotFollow(
            f"The order is cancelled in the CRM, but {but}{name_of(found)} in BigCommerce "
            f"(order {found.id}).",
            "Stop the shipment or agree on a return with the customer. Set the status in BigCommerce's "
            "control panel, and dismiss it here.",
        )
    return CANCELLED


def _has_shipped(found: StoreOrder) -> bool:
    """Whether something of it has shipped, whatever its status: a partial refund replaces Shipped.

    An order that is set to Shipped without a shipment has a date, and no item that was shipped.
    """
    if found.status_id == PARTIALLY_REFUNDED and found.date_shipped:
        return True
    return bool(found.items_shipped)


def name_of(found: StoreOrder) -> str:
    """BigCommerce's own name of the status, e.g. "Shipped"."""
    unknown = f"in status {found.status_id}"
    return unknown if found.status_id is None else STATUS_NAMES.get(found.status_id, unknown)


def _check_archived(order: PushedOrder, found: StoreOrder) -> None:
    if found.is_deleted:
        raise CannotFollow(
            f"Somebody archived BigCommerce order {order.bigcommerce_order_id}.",
            f"Restore it in BigCommerce, {RETRY} Or dismiss it here.",
        )
