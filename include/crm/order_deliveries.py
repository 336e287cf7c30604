"""What became of a pushed order in its store: its status there and its shipments, as they were last read."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from include.crm.database import Connection, fetch_all, fetch_one

# Days until an order that its store has not shipped is late: on the page, in alerts and reconciliations.
LATE_DAYS = "BIGCOMMERCE_ALERT_NOT_SHIPPED_AFTER_DAYS"
DEFAULT_LATE_DAYS, MOST_LATE_DAYS = 7, 365
# A store that never records its shipments would fill a reconciliation with them.
MOST_LATE_ORDERS = 1_000


@dataclass(frozen=True)
class OrderInStore:
    """An order as its store has it; the comments of crm.store_order describe the columns."""

    status_id: int | None
    status_name: str
    status_changed_at: datetime
    total_amount: Decimal | None
    refunded_amount: Decimal | None
    currency_code: str
    items_total: int | None
    items_shipped: int | None
    shipped_at: datetime | None
    is_deleted: bool
    is_unshipped: bool
    is_undone: bool
    changed_at: datetime
    read_at: datetime


@dataclass(frozen=True)
class ShippedLine:
    """How many pieces of a product are in a shipment."""

    sku: str
    name: str
    quantity: int


@dataclass(frozen=True)
class Shipment:
    """A parcel; `voided_at` is when it was first missing in the store. The link is a web address or empty."""

    bigcommerce_shipment_id: int
    carrier: str
    shipping_method: str
    tracking_number: str
    tracking_link: str
    shipped_at: datetime
    voided_at: datetime | None
    lines: tuple[ShippedLine, ...]


@dataclass(frozen=True)
class Delivery:
    """`store` is None until the order updates have read the order from its store."""

    store: OrderInStore | None = None
    shipments: list[Shipment] = field(default_factory=list)


@dataclass(frozen=True)
class LateOrder:
    """A paid order that was sent long ago, and that its store still has to ship."""

    order_id: int
    bigcommerce_order_id: int
    status_name: str
    sent_at: datetime


def late_days() -> int:
    """The number in the environment; the default also where that is not usable, which monitoring reports."""
    text = os.environ.get(LATE_DAYS, "")
    return int(text) if are_days(text) else DEFAULT_LATE_DAYS


def are_days(text: str) -> bool:
    """Whether it is a number of days after which an order can be late."""
    return text.isascii() and text.isdecimal() and len(text) <= 9 and 1 <= int(text) <= MOST_LATE_DAYS


def late_before() -> datetime:
    """Orders of crm.unshipped_order are late if they were sent before then."""
    return datetime.now(timezone.utc) - timedelta(days=late_days())


def late_orders(crm: Connection, data_source_id: int, completed_before: datetime) -> list[LateOrder]:
    """Late orders of a store, those sent first, at most MOST_LATE_ORDERS."""
    rows = fetch_all(
        crm,
        "order_deliveries/late_orders",
        data_source_id=data_source_id,
        completed_before=completed_before,
        late_before=late_before(),
        limit=MOST_LATE_ORDERS,
    )
    return [LateOrder(**row) for row in rows]


def of_order(crm: Connection, data_source_id: int, order_id: int) -> Delivery:
    """The status in the store and the shipments of one order, voided ones too, oldest first."""
    keys = {"data_source_id": data_source_id, "order_id": order_id}
    row = fetch_one(crm, "order_deliveries/store_order", **keys)
    shipments = [
        Shipment(**{**each, "lines": tuple(ShippedLine(**line) for line in each["lines"])})
        for each in fetch_all(crm, "order_deliveries/shipments", **keys)
    ]
    return Delivery(OrderInStore(**row) if row else None, shipments)
