"""The orders of a store, how they are created, and every way they can change."""

from __future__ import annotations

import math
import sys
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from threading import RLock
from typing import Any

import msgspec

from include.sandbox.catalogue.catalogue import Catalogue
from include.sandbox.change_file import ChangeFile
from include.sandbox.orders.entries import KeptEntry, OrderEntry
from include.sandbox.orders.lines import find_sold, make_lines, take_stock
from include.sandbox.orders.new_order import identity, make_order, order_from_elsewhere, shipping_address_of
from include.sandbox.orders.records import (
    STATUSES,
    Order,
    OrderLine,
    rfc_2822,
)
from include.sandbox.orders.request_bodies import NewOrder
from include.sandbox.orders.request_checks import read_moment
from include.sandbox.refusals import not_found
from include.sandbox.webhooks.events import order_data

FIRST_ORDER_ID = 100


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
        self._file = ChangeFile(KeptEntry | int)

    def keep_in(self, file: Path) -> None:
        """Load what an earlier store saved in `file`, and save every change there from now on.

        Loading moves no stock, and loaded orders are findable at once.
        """
        with self.lock:
            for change in self._file.load(file):
                if isinstance(change, int):
                    self._drop(change)
                else:
                    kept = msgspec.structs.asdict(change)
                    self._keep(OrderEntry(**kept, made_by_request=-sys.maxsize, made_at=-math.inf))
                    self._highest_id = max(self._highest_id, change.order.id)
                    shipment_ids = [each.id for each in change.shipments]
                    self._highest_shipment_id = max(self._highest_shipment_id, *shipment_ids, 0)

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
            status = self._status(new.status_id)
            order = make_order(order_id, new, sold, status, currency, created=created, modified=now)
            lines, shipping_address = make_lines(order_id, sold), shipping_address_of(new)
            self._keep(OrderEntry(order, lines, shipping_address, created, now, request_number))
            self.announce("store/order/created", order_data(order_id))
            return order

    def add_foreign(
        self, external_order_id: str | int | None = None, external_source: str | None = "another-app"
    ) -> Order:
        """Create an order of another app, whose external fields hold anything, such as a number."""
        order = self.create(order_from_elsewhere())
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
            order = msgspec.structs.replace(old.order, **identity(new_id))
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
        self._file.add(KeptEntry(**{name: getattr(entry, name) for name in KeptEntry.__struct_fields__}))

    def _drop(self, order_id: int) -> None:
        del self._entries[order_id]
        del self._ids[bisect_left(self._ids, order_id)]
        self._file.add(order_id)
