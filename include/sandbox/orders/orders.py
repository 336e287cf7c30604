"""The orders of a store, how they are created, and every way they can change."""

from __future__ import annotations

import math
import sys
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from threading import RLock
from typing import Any, BinaryIO

import msgspec

from include.sandbox.catalogue.catalogue import Catalogue
from include.sandbox.orders.amounts import work_out_amounts
from include.sandbox.orders.lines import find_sold, make_lines, take_stock
from include.sandbox.orders.reader import NewLine, NewOrder, read_moment
from include.sandbox.orders.records import (
    STATUSES,
    Address,
    Order,
    OrderLine,
    Resource,
    Shipment,
    ShippingAddress,
    rfc_2822,
)
from include.sandbox.refusals import not_found
from include.sandbox.webhooks.events import order_data

FIRST_ORDER_ID = 100
PARTS = {
    "products": "products",
    "shipping_addresses": "shippingaddresses",
    "coupons": "coupons",
    "consignments": "consignments",
    "fees": "fees",
}


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


class _Kept(msgspec.Struct, array_like=True):
    """An entry in the file: without the moment of creation, which means nothing to a later store."""

    order: Order
    lines: list[OrderLine]
    shipping_address: ShippingAddress
    created: datetime
    modified: datetime
    shipments: list[Shipment] = []


class Orders:
    """All orders, ascending by id. Thread-safe: hold `lock` to read several things consistently.

    An unknown order raises Refusal 404.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self.lock = RLock()
        # calls webhooks: with the scope of an event, and its data
        self.announce: Callable[[str, dict[str, Any]], None] = lambda _scope, _data: None
        self._catalogue = catalogue
        self._entries: dict[int, OrderEntry] = {}
        self._ids: list[int] = []
        self._highest_id = FIRST_ORDER_ID - 1
        self._highest_shipment_id = 0
        self.clock_is_ahead = timedelta()  # of this machine's: store and client never agree exactly
        self.status_names: dict[int, str] = {}  # those that the merchant renamed
        self._file: BinaryIO | None = None

    def keep_in(self, file: Path) -> None:
        """Load what an earlier store saved in `file`, and save every change there from now on.

        Each line is one JSON value: the current order with its lines and address, or the id of a deleted one.
        An incomplete last line is dropped. Loading moves no stock, and loaded orders are findable at once.
        """
        file.touch()
        with self.lock:
            content = file.read_bytes()
            complete = content[: content.rfind(b"\n") + 1]
            for line in complete.splitlines():
                change: _Kept | int = msgspec.json.decode(line, type=_Kept | int)
                if isinstance(change, int):
                    self._drop(change)
                else:
                    kept = msgspec.structs.asdict(change)
                    self._keep(OrderEntry(**kept, made_by_request=-sys.maxsize, made_at=-math.inf))
                    self._highest_id = max(self._highest_id, change.order.id)
                    shipment_ids = [each.id for each in change.shipments]
                    self._highest_shipment_id = max(self._highest_shipment_id, *shipment_ids, 0)
            self._file = file.open("ab", buffering=0)
            self._file.truncate(len(complete))

    # ---- reading

    def now(self) -> datetime:
        """The time by the store's clock."""
        return datetime.now(timezone.utc) + self.clock_is_ahead

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Order]:
        """Every order, archived or not, findable or not."""
        with self.lock:
            return iter([self._entries[each].order for each in self._ids])

    def order(self, order_id: int) -> Order:
        """One order, archived or not, findable or not."""
        return self.entry(order_id).order

    def lines(self, order_id: int) -> list[OrderLine]:
        """An order's lines, in the order they were sent."""
        return self.entry(order_id).lines

    def entry(self, order_id: int) -> OrderEntry:
        """An order with its lines and address."""
        try:
            return self._entries[order_id]
        except KeyError as error:
            raise not_found("order") from error

    def entries(self, smallest_id: int = 0) -> Iterator[OrderEntry]:
        """The orders from this id on. The caller holds the lock."""
        return (self._entries[each] for each in self._ids[bisect_left(self._ids, smallest_id) :])

    # ---- changing

    def create(
        self, new: NewOrder, *, currency: str = "USD", moves_stock: bool = True, request_number: int = 0
    ) -> Order:
        """Create an order with the next id, or raise Refusal 400 or 409 and change nothing."""
        with self._catalogue.lock:
            sold = find_sold(self._catalogue, new.products)
            if moves_stock:
                take_stock(self._catalogue, sold)
        now = self.now()
        created = read_moment("date_created", new.date_created) if new.date_created else now
        with self.lock:
            order_id = self._next_id()
            order = Order(
                **_identity(order_id),
                **work_out_amounts(new, sold),
                **self._status(new.status_id),
                **_as_sent(new),
                date_created=rfc_2822(created),
                date_modified=rfc_2822(now),
                items_total=sum(line.quantity for line in new.products),
                currency_code=new.default_currency_code or currency,
                default_currency_code=new.default_currency_code or currency,
                store_default_currency_code=currency,
            )
            shipping_address = _shipping_address(new)
            lines = make_lines(order_id, sold)
            self._keep(OrderEntry(order, lines, shipping_address, created, now, request_number))
            self.announce("store/order/created", order_data(order_id))
            return order

    def add_foreign(
        self, external_order_id: str | int | None = None, external_source: str | None = "another-app"
    ) -> Order:
        """Create an order of another app, whose external fields hold anything, such as a number."""
        line = NewLine(name="Gift", quantity=1, price_ex_tax=Decimal(5), price_inc_tax=Decimal(5))
        order = self.create(NewOrder(billing_address=_ELSEWHERE, products=[line]))
        return self.change(order.id, external_order_id=external_order_id, external_source=external_source)

    def change(self, order_id: int, **fields: Any) -> Order:
        """For example `change(100, status_id=10)`."""
        if "status_id" in fields:
            fields.update(self._status(fields["status_id"]))
        with self.lock:
            entry = self.entry(order_id)
            entry.modified = self.now()
            fields["date_modified"] = rfc_2822(entry.modified)
            old, entry.order = entry.order, msgspec.structs.replace(entry.order, **fields)
            self._keep(entry)
            self._announce_change(old, entry.order)
            return entry.order

    def archive(self, order_id: int) -> Order:
        """Mark the order as deleted, as DELETE does; it still exists."""
        return self.change(order_id, is_deleted=True)

    def remove(self, order_id: int) -> None:
        """Remove the order completely; its id is never used again."""
        with self.lock:
            self.entry(order_id)
            self._drop(order_id)

    def duplicate(self, order_id: int) -> Order:
        """Copy the order under the next id, as a blind second POST would."""
        with self.lock:
            old, new_id = self.entry(order_id), self._next_id()
            order = msgspec.structs.replace(old.order, **_identity(new_id))
            lines = [msgspec.structs.replace(line, order_id=new_id) for line in old.lines]
            self._keep(replace(old, order=order, lines=lines, shipments=[]))
            self.announce("store/order/created", order_data(new_id))
            return order

    def rename_status(self, status_id: int, name: str) -> None:
        """The merchant gives a status another name; orders show it beside BigCommerce's own."""
        with self.lock:
            self.status_names[status_id] = name
            for entry in self._entries.values():
                if entry.order.status_id == status_id:
                    entry.order = msgspec.structs.replace(entry.order, custom_status=name)

    def next_shipment_id(self) -> int:
        """The id of the next shipment; ids are never used again."""
        with self.lock:
            self._highest_shipment_id += 1
            return self._highest_shipment_id

    def _announce_change(self, old: Order, new: Order) -> None:
        if new.is_deleted and not old.is_deleted:
            self.announce("store/order/archived", order_data(new.id))
            return
        if new.status_id != old.status_id:
            status = {"previous_status_id": old.status_id, "new_status_id": new.status_id}
            self.announce("store/order/statusUpdated", order_data(new.id, status=status))
        self.announce("store/order/updated", order_data(new.id))

    def _status(self, status_id: int) -> dict[str, Any]:
        status = STATUSES[status_id]
        own_name = self.status_names.get(status_id, status)
        return {"status_id": status_id, "status": status, "custom_status": own_name}

    def _next_id(self) -> int:
        self._highest_id += 1
        return self._highest_id

    def _keep(self, entry: OrderEntry) -> None:
        if entry.order.id not in self._entries:
            self._ids.append(entry.order.id)
        self._entries[entry.order.id] = entry
        self._changed(
            _Kept(
                entry.order,
                entry.lines,
                entry.shipping_address,
                entry.created,
                entry.modified,
                entry.shipments,
            )
        )

    def _drop(self, order_id: int) -> None:
        del self._entries[order_id]
        del self._ids[bisect_left(self._ids, order_id)]
        self._changed(order_id)

    def _changed(self, change: _Kept | int) -> None:
        if self._file:
            self._file.write(msgspec.json.encode(change) + b"\n")


_ELSEWHERE = Address(
    first_name="Sam",
    last_name="Other",
    street_1="2 Side Street",
    city="Austin",
    state="Texas",
    zip="78751",
    country="United States",
    country_iso2="US",
    email="sam@example.com",
)
_AS_SENT = tuple(
    name
    for name in Order.__struct_fields__
    if name in NewOrder.__struct_fields__
    and name not in {"date_created", "default_currency_code", "status_id", *PARTS}
    and not name.endswith(("_cost", "_tax", "_amount"))
)


def _as_sent(new: NewOrder) -> dict[str, Any]:
    return {name: getattr(new, name) for name in _AS_SENT}


def _identity(order_id: int) -> dict[str, Any]:
    """The id, and the links that contain it."""
    paths = {part: f"/orders/{order_id}/{path}" for part, path in PARTS.items()}
    host = "https://api.bigcommerce.com/stores/sandbox/v2"
    return {"id": order_id, **{part: Resource(host + path, path) for part, path in paths.items()}}


def _shipping_address(new: NewOrder) -> ShippingAddress:
    """The first one given, else the billing address, as BigCommerce does."""
    if new.shipping_addresses:
        return new.shipping_addresses[0]
    return ShippingAddress(**msgspec.structs.asdict(new.billing_address))
