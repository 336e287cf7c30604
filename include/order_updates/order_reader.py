"""Reads what a store did to pushed orders, each order once for each change.

A look asks for the orders that changed since the last one. Those of ours are read: their status is in the
list already, their shipments cost one request each, unless nothing of the order was ever shipped. One more
says what is left to ship of an order of which a part was shipped or refunded, another one how much was
refunded. What was read is kept at once, so a look that fails continues where it stopped. How no change is
missed:

- The cursor is a time by the store's clock, and never later than by ours. Each look begins a tolerance
  earlier, for clocks that differ and for changes that are listed late. An order that it has read already is
  known by its date of change, and costs nothing.
- That date has whole seconds. An order that was read within moments of its change is read again.
- An order that could not be read keeps the cursor before its change.
- An order that the ledger learnt of only after the store had listed it is read by its id.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone

from include.bigcommerce.client import StoreClient
from include.bigcommerce.errors import BigCommerceError, CredentialsError
from include.bigcommerce.items_left import read_items_left
from include.bigcommerce.order_answers import StoreOrder
from include.bigcommerce.order_statuses import (
    BEFORE_SHIPPING,
    CALLED_OFF,
    PARTIALLY_REFUNDED,
    REFUNDED,
)
from include.bigcommerce.orders import get_order, read_one
from include.bigcommerce.outages import MOST_FAILURES_IN_A_ROW
from include.bigcommerce.refund_lists import refunded_amount
from include.bigcommerce.shipments import StoreShipment, list_shipments
from include.crm import store_orders
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.crm.store_order_rows import KnownOrder, ReadOrder, StoreOrderFacts
from include.order_push.clock_tolerance import SAME_MOMENT
from include.order_updates.facts import order_facts, shipment_facts, shipment_lines

log = logging.getLogger(__name__)

NOTHING_SHIPPED = BEFORE_SHIPPING | CALLED_OFF


@dataclass
class Counts:
    """What was read: orders that changed, and their shipments."""

    orders: int = 0
    shipments: int = 0
    changed_shipments: int = 0
    voided_shipments: int = 0


@dataclass
class Reader:
    """Reads orders of one store into the CRM, and remembers the errors of those that cannot be read.

    It commits after each order that costs a request, and holds no transaction while it waits for the store.
    """

    crm: Connection
    client: StoreClient
    source: DataSource
    now: Callable[[], datetime] = lambda: datetime.now(timezone.utc)
    counts: Counts = field(default_factory=Counts)
    failures: list[BigCommerceError] = field(default_factory=list)
    _failures_in_a_row: int = 0

    def read(
        self, orders: Sequence[StoreOrder], store_time: datetime | None, *, also_known: bool = False
    ) -> list[StoreOrder]:
        """Read those of the listed orders that are ours and changed; returns those that cannot be read.

        `also_known`: unchanged ones are read, too. `store_time` is the store's clock when they were listed.
        Raises CredentialsError, and any BigCommerceError if the store cannot be read at all.
        """
        ours = store_orders.known(self.crm, self.source.data_source_id, [order.id for order in orders])
        self.crm.commit()
        listed_at = self._store_time(store_time)
        complete, failed = [], []
        for order in orders:
            known = ours.get(order.id)
            if known is None:
                continue
            facts = order_facts(order, listed_at, known)
            if not also_known and not known.read_again and known.facts == facts:
                continue
            if not _may_have_shipments(order, known):
                complete.append(ReadOrder(known.order_id, facts, _too_soon(facts, listed_at)))
            elif not self._read_shipments(order, known, facts):
                failed.append(order)
                continue
            self.counts.orders += also_known or known.facts != facts
        self._save(complete)
        return failed

    def read_by_id(self, bigcommerce_order_ids: Sequence[int]) -> None:
        """Read orders by their ids; one that the store does not have any more counts as deleted.

        Raises as `read` does.
        """
        for bigcommerce_order_id in bigcommerce_order_ids:
            self._read_by_id(bigcommerce_order_id)

    def _read_by_id(self, bigcommerce_order_id: int) -> None:
        try:
            order = get_order(self.client, bigcommerce_order_id)
        except CredentialsError:
            raise
        except BigCommerceError as error:
            self._failed(bigcommerce_order_id, error)
            return
        self._failures_in_a_row = 0
        if order:
            self.read([order], None, also_known=True)
        else:
            self._save_deleted(bigcommerce_order_id)
            self.counts.orders += 1

    def _read_shipments(self, order: StoreOrder, known: KnownOrder, facts: StoreOrderFacts) -> bool:
        """False if the order cannot be read."""
        try:
            found = list_shipments(self.client, order.id, items_shipped=order.items_shipped)
            # only the order's own address tells whether it is gone, or has no shipments
            is_gone = found is None and get_order(self.client, order.id) is None
            items_left = None if is_gone else read_items_left(self.client, order)
            is_refunded = order.status_id in (REFUNDED, PARTIALLY_REFUNDED) and not is_gone
            refunded = refunded_amount(self.client, order.id) if is_refunded else None
        except CredentialsError:
            raise
        except BigCommerceError as error:
            self._failed(order.id, error)
            return False
        self._failures_in_a_row = 0
        if is_gone:
            self._save_deleted(order.id)
            return True
        shipments = found.shipments if found else []
        facts = facts if refunded is None else replace(facts, refunded_amount=refunded)
        # an answer that did not find them is odd, so they are read again
        again = found is None or _too_soon(facts, self._store_time(found.store_time))
        read = ReadOrder(known.order_id, facts, again, items_left)
        self._save([read], {known.order_id: shipments})
        return True

    def _save(
        self,
        orders: Sequence[ReadOrder],
        shipments: dict[int, list[StoreShipment]] | None = None,
    ) -> None:
        """Keep orders, and all shipments of those whose shipments were read, and commit."""
        data_source_id = self.source.data_source_id
        saved = store_orders.save(self.crm, data_source_id, orders)
        for order_id, found in (shipments or {}).items():
            if order_id in saved:
                changes = store_orders.save_shipments(
                    self.crm,
                    data_source_id,
                    order_id,
                    [shipment_facts(shipment) for shipment in found],
                    [line for shipment in found for line in shipment_lines(shipment)],
                )
                self.counts.shipments += changes.added
                self.counts.changed_shipments += changes.changed
                self.counts.voided_shipments += changes.voided
        self.crm.commit()

    def _save_deleted(self, bigcommerce_order_id: int) -> None:
        """The store has no such order any more: what was last known of it stays."""
        ours = store_orders.known(self.crm, self.source.data_source_id, [bigcommerce_order_id])
        if known := ours.get(bigcommerce_order_id):
            at = self._store_time(None)
            facts = known.facts or StoreOrderFacts(bigcommerce_order_id, at)
            facts = facts if facts.is_deleted else replace(facts, is_deleted=True, changed_at=at)
            self._save([ReadOrder(known.order_id, facts, False)])

    def _failed(self, bigcommerce_order_id: int, error: BigCommerceError) -> None:
        log.warning("BigCommerce order %d could not be read. %s", bigcommerce_order_id, error)
        self.failures.append(error)
        self._failures_in_a_row += 1
        if self._failures_in_a_row % MOST_FAILURES_IN_A_ROW == 0:
            read_one(self.client)  # which fails if it is not these orders, but the store

    def _store_time(self, store_time: datetime | None) -> datetime:
        """The time by the store's clock; by ours if that is earlier, or if the store gave no time."""
        return min(filter(None, (store_time, self.now())))


def _may_have_shipments(order: StoreOrder, known: KnownOrder) -> bool:
    return known.has_shipments or order.items_shipped != 0 or order.status_id not in NOTHING_SHIPPED


def _too_soon(facts: StoreOrderFacts, read_at: datetime) -> bool:
    """Whether another change of the same second may come after it was read, and look like this one."""
    return read_at - facts.changed_at < SAME_MOMENT
