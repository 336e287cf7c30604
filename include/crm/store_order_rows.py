"""Pushed orders as their stores have them, and their shipments, as they leave and enter the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

UnshippedOrUndone = Literal["unshipped", "undone"]


@dataclass(frozen=True)
class StoreOrderFacts:
    """An order as its store has it; all times are by the store's clock."""

    bigcommerce_order_id: int
    changed_at: datetime
    status_id: int | None = None
    status_name: str = ""
    total_amount: Decimal | None = None
    refunded_amount: Decimal | None = None
    currency_code: str = ""
    items_total: int | None = None
    items_shipped: int | None = None
    shipped_at: datetime | None = None
    is_deleted: bool = False


@dataclass(frozen=True)
class KnownOrder:
    """A pushed order and what was last read of it; `facts` is None if it was never read.

    `read_again`: it has to be read again even if nothing seems to have changed. `has_shipments`: valid ones.
    """

    order_id: int
    facts: StoreOrderFacts | None
    read_again: bool
    has_shipments: bool


@dataclass(frozen=True)
class ReadOrder:
    """An order as it was just read; `items_left` are still to be shipped, None where that was not asked."""

    order_id: int
    facts: StoreOrderFacts
    read_again: bool
    items_left: int | None = None


@dataclass(frozen=True)
class ShipmentLine:
    """So many of a line of an order, by the store's id of the line."""

    bigcommerce_shipment_id: int
    order_product_id: int
    product_id: int | None
    quantity: int


@dataclass(frozen=True)
class ShipmentFacts:
    """A shipment as the store has it."""

    bigcommerce_shipment_id: int
    carrier: str
    shipping_method: str
    tracking_number: str
    tracking_link: str
    shipped_at: datetime | None


@dataclass(frozen=True)
class ShipmentChanges:
    """How many shipments of an order are new, changed, or no longer valid."""

    added: int
    changed: int
    voided: int


@dataclass(frozen=True)
class StoreOrderRow:
    """A pushed order as its store has it, for people; `shipments` counts the valid ones."""

    order_id: int
    store_hash: str
    bigcommerce_order_id: int
    status_id: int | None
    status_name: str
    status_changed_at: datetime
    items_total: int | None
    items_shipped: int | None
    shipments: int
    is_deleted: bool
    is_unshipped: bool
    is_undone: bool
    changed_at: datetime


@dataclass(frozen=True)
class Cursor:
    """How far a store's changes were read; `read_until` is None if it has no order of ours.

    `known_change_at`: when an order changed that was read, before the time at which the next look begins.
    `looked_at` is when the last complete look began, and `now` the time, by the database's clock.
    """

    read_until: datetime | None
    known_change_at: datetime | None
    looked_at: datetime | None
    now: datetime
