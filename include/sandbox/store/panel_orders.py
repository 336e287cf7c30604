"""What a person can do to one order on the control panel, playing the merchant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from include.sandbox.orders.records import STATUSES
from include.sandbox.refusals import invalid
from include.sandbox.store.sandbox import Sandbox

CARRIER = "ups"


def _ship_all(sandbox: Sandbox, order_id: int, form: Mapping[str, str]) -> None:
    number = f"1Z{order_id:08d}{len(sandbox.shipments.of(order_id)) + 1}"
    sandbox.shipments.ship(order_id, shipping_provider=CARRIER, tracking_number=number)


def _ship_one(sandbox: Sandbox, order_id: int, form: Mapping[str, str]) -> None:
    sandbox.shipments.ship(order_id, 1)


def _void(sandbox: Sandbox, order_id: int, form: Mapping[str, str]) -> None:
    sandbox.shipments.delete(order_id)


def _set_status(sandbox: Sandbox, order_id: int, form: Mapping[str, str]) -> None:
    status = form.get("status_id", "")
    if not (status.isascii() and status.isdecimal() and int(status) in STATUSES):
        raise invalid("status_id", "The store has no such status.")
    sandbox.orders.change(order_id, status_id=int(status))


def _archive(sandbox: Sandbox, order_id: int, form: Mapping[str, str]) -> None:
    sandbox.orders.archive(order_id)


class OrderChange(NamedTuple):
    """A button beside each order, its visible effect in the CRM, and what it does with the form's fields."""

    label: str
    effect: str
    make: Callable[[Sandbox, int, Mapping[str, str]], None]


ORDER_CHANGES = {
    "ship": OrderChange("Ship", "The next order updates show the shipment and its tracking link.", _ship_all),
    "ship-one": OrderChange("Ship one item", "The order becomes Partially Shipped.", _ship_one),
    "void": OrderChange(
        "Void shipments", "The next order updates mark the shipments as voided. The status stays.", _void
    ),
    "archive": OrderChange("Archive", "The next reconciliation reports the order as gone.", _archive),
    "status": OrderChange("Set status", "The next order updates show the status.", _set_status),
}
