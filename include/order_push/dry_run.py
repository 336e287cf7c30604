"""A dry run: what a push would do with each order. Writes nothing, and sends the store no request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from include.crm import orders
from include.crm.currencies import money_in_words
from include.crm.currency_codes import store_currency
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.crm.orders import CustomerOrder
from include.order_push.geography import known_places
from include.order_push.places import Places
from include.order_push.translate import CannotTranslate, translate
from include.plurals import count_of

BATCH = 500


@dataclass(frozen=True)
class PlannedOrder:
    """An order that a push would send, or would reject: `problem` says why, and is empty if it would not."""

    order: CustomerOrder
    problem: str

    @property
    def sentence(self) -> str:
        """E.g. "Order 12 would be sent: 2 lines, 10.00 USD"."""
        order = self.order
        total = money_in_words(order.total_amount, order.currency_code)
        sent = f"sent: {count_of(len(order.lines), 'line')}, {total}"
        return f"Order {order.order_id} would be {f'rejected: {self.problem}' if self.problem else sent}"


def plan(crm: Connection, source: DataSource, order_ids: Sequence[int]) -> Iterator[PlannedOrder]:
    """Each of these orders, in this order; they are read in batches, as far as somebody wants them."""
    currency = store_currency(crm, source)
    places = known_places(crm, source)
    for start in range(0, len(order_ids), BATCH):
        batch = order_ids[start : start + BATCH]
        found = orders.read(crm, list(batch))
        for order in (found[order_id] for order_id in batch if order_id in found):
            yield PlannedOrder(order, _problem(order, source, currency, places))


def _problem(order: CustomerOrder, source: DataSource, currency: str, places: Places) -> str:
    try:
        translate(order, status_id=source.send_order_status_id, store_currency=currency, places=places)
    except CannotTranslate as error:
        return str(error)
    return ""
