"""Shipments of orders: how they are made, changed and deleted, and what they do to their order.

A shipment of everything that is left sets its order to Shipped, any other to Partially Shipped. Deleting one
does not undo the status.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec
from msgspec import UNSET

from include.sandbox.orders.entries import OrderEntry
from include.sandbox.orders.orders import Orders
from include.sandbox.orders.records import address_id, rfc_2822
from include.sandbox.orders.refusals import refusal_of
from include.sandbox.orders.request_bodies import ChangedShipment, NewShipment, NewShippedItem
from include.sandbox.orders.shipment_records import Shipment, ShippedItem
from include.sandbox.refusals import invalid, not_found
from include.sandbox.webhooks.events import shipment_data

SHIPPED, PARTIALLY_SHIPPED = 2, 3
# shipping_provider_standard in orders.v2.oas2.yml
PROVIDERS = {
    "": "",
    "auspost": "Australia Post",
    "canadapost": "Canada Post",
    "endicia": "Endicia",
    "usps": "USPS",
    "fedex": "FedEx",
    "ups": "UPS",
    "upsready": "UPS Ready",
    "upsonline": "UPS OnLine",
    "shipperhq": "ShipperHQ",
    "royalmail": "Royal Mail",
}
OWN_PROVIDER = "carrier_"  # of a third party


class Shipments:
    """The shipments of a store's orders. An unknown order or shipment raises Refusal 404."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders

    def of(self, order_id: int) -> list[Shipment]:
        """An order's shipments, oldest first."""
        return self._orders.entry(order_id).shipments

    def one(self, order_id: int, shipment_id: int) -> Shipment:
        """One shipment of an order."""
        for shipment in self.of(order_id):
            if shipment.id == shipment_id:
                return shipment
        raise not_found("shipment")

    def shipped(self, order_id: int) -> Counter[int]:
        """How many of each line were shipped, by the line's id."""
        return _shipped(self._orders.entry(order_id))

    def create(self, order_id: int, body: bytes) -> Shipment:
        """Ship some items of an order. Raises Refusal 400 for items that it does not have, or no longer."""
        new = _decode(body, NewShipment)
        with self._orders.lock:
            entry = self._orders.entry(order_id)
            _check_address(order_id, new.order_address_id)
            _check_items(entry, new.items)
            return self._add(entry, new)

    def ship(self, order_id: int, quantity: int | None = None, **fields: Any) -> Shipment:
        """Ship everything that is left, or so many items of it: `ship(100, 1, tracking_number="1Z")`."""
        with self._orders.lock:
            entry = self._orders.entry(order_id)
            items = []
            left = sum(_left(entry).values()) if quantity is None else quantity
            for line_id, number in _left(entry).items():
                if taken := min(number, left):
                    items.append(NewShippedItem(line_id, taken))
                    left -= taken
            if not items:
                raise invalid("items", "Everything is shipped.")
            return self._add(entry, NewShipment(order_address_id=address_id(order_id), items=items, **fields))

    def change(self, order_id: int, shipment_id: int, body: bytes) -> Shipment:
        """Change the tracking number and the like; the items stay."""
        changed = msgspec.structs.asdict(_decode(body, ChangedShipment))
        fields = {name: value for name, value in changed.items() if value is not UNSET}
        if "order_address_id" in fields:
            _check_address(order_id, fields["order_address_id"])
        _check_provider(fields.get("shipping_provider", ""))
        with self._orders.lock:
            old = self.one(order_id, shipment_id)
            new = _linked(msgspec.structs.replace(old, **fields))
            entry = self._orders.entry(order_id)
            entry.shipments = [new if each.id == shipment_id else each for each in entry.shipments]
            self._orders.change(order_id)
            self._orders.announce("store/shipment/updated", shipment_data(shipment_id, order_id))
            return new

    def delete(self, order_id: int, shipment_id: int | None = None) -> None:
        """Delete one shipment of an order, or all. The order keeps its status."""
        with self._orders.lock:
            if shipment_id is not None:
                self.one(order_id, shipment_id)
            entry = self._orders.entry(order_id)
            deleted = [each for each in entry.shipments if shipment_id in (None, each.id)]
            entry.shipments = [each for each in entry.shipments if each not in deleted]
            self._orders.change(order_id, items_shipped=_shipped(entry).total())
            for each in deleted:
                self._orders.announce("store/shipment/deleted", shipment_data(each.id, order_id))

    def _add(self, entry: OrderEntry, new: NewShipment) -> Shipment:
        _check_provider(new.shipping_provider)
        order = entry.order
        product_ids = {line.id: line.product_id for line in entry.lines}
        now = rfc_2822(self._orders.now())
        shipment = _linked(
            Shipment(
                id=self._orders.next_shipment_id(),
                order_id=order.id,
                customer_id=order.customer_id,
                date_created=now,
                billing_address=order.billing_address,
                shipping_address=entry.shipping_address,
                items=tuple(
                    ShippedItem(item.order_product_id, product_ids[item.order_product_id], item.quantity)
                    for item in new.items
                ),
                **{name: getattr(new, name) for name in NewShipment.__struct_fields__ if name != "items"},
            )
        )
        entry.shipments = [*entry.shipments, shipment]
        done = not _left(entry)
        self._orders.change(
            order.id,
            items_shipped=_shipped(entry).total(),
            status_id=SHIPPED if done else PARTIALLY_SHIPPED,
            **({"date_shipped": now} if done else {}),
        )
        self._orders.announce("store/shipment/created", shipment_data(shipment.id, order.id))
        return shipment


def _shipped(entry: OrderEntry) -> Counter[int]:
    shipped: Counter[int] = Counter()
    for shipment in entry.shipments:
        for item in shipment.items:
            shipped[item.order_product_id] += item.quantity
    return shipped


def _left(entry: OrderEntry) -> Counter[int]:
    """What is not shipped yet, by the line's id; lines without anything left are not in it."""
    return Counter({line.id: line.quantity for line in entry.lines}) - _shipped(entry)


def _check_items(entry: OrderEntry, items: list[NewShippedItem]) -> None:
    left = _left(entry)
    for item in items:
        if item.quantity > left[item.order_product_id]:
            raise invalid("items", f"The order has no {item.quantity} of {item.order_product_id} to ship.")
        left[item.order_product_id] -= item.quantity


def _check_address(order_id: int, given: int) -> None:
    if given != address_id(order_id):
        raise invalid("order_address_id", "The order has no such shipping address.")


def _check_provider(provider: str) -> None:
    if provider not in PROVIDERS and not provider.startswith(OWN_PROVIDER):
        raise invalid("shipping_provider", "The store has no such provider.")


def _linked(shipment: Shipment) -> Shipment:
    """The shipment with what the store adds: the provider's name and, without a link, one of its own."""
    carrier = shipment.tracking_carrier or shipment.shipping_provider
    link = ""
    if shipment.tracking_number and not shipment.tracking_link:
        link = f"https://track.sandbox.example/{carrier or 'any'}/{shipment.tracking_number}"
    name = PROVIDERS.get(shipment.shipping_provider, "Own carrier")
    return msgspec.structs.replace(
        shipment, generated_tracking_link=link, shipping_provider_display_name=name
    )


def _decode(body: bytes, kind: type[Any]) -> Any:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as error:
        raise refusal_of(error) from error
