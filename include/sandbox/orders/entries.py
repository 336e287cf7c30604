"""An order as the store holds it: with its lines, its address, its shipments, and when it was created."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from include.sandbox.orders.records import Order, OrderLine, ShippingAddress
from include.sandbox.orders.shipment_records import Shipment


@dataclass(slots=True)
class OrderEntry:
    """An order with its lines and address, and when it was created: by the clock and by the request count."""

    order: Order
    lines: list[OrderLine]
    shipping_address: ShippingAddress
    created: datetime
    modified: datetime
    made_by_request: int
    made_at: float = field(default_factory=time.monotonic)
    shipments: list[Shipment] = field(default_factory=list)


class KeptEntry(msgspec.Struct, array_like=True):
    """An entry in the file: without the moment of creation, which means nothing to a later store."""

    order: Order
    lines: list[OrderLine]
    shipping_address: ShippingAddress
    created: datetime
    modified: datetime
    shipments: list[Shipment] = []
