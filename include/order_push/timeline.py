"""The timeline of an order: placed, completed, every attempt to push it, shipped, refunded, cancelled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from include.bigcommerce.order_statuses import COMPLETED, PARTLY_DONE, SHIPPED
from include.crm import order_deliveries, reversal_ledger
from include.crm.currencies import money_in_words
from include.crm.database import Connection
from include.crm.order_deliveries import Delivery, OrderInStore, Shipment
from include.crm.order_ledger_rows import Attempt, LedgerRow
from include.crm.orders import OrderFacts
from include.crm.reversal_ledger_rows import Reversal, ReversalRow
from include.ledger.state_words import in_words

Tone = Literal["", "good", "warn", "bad"]
# Statuses in which nothing more of an order is to be shipped.
SHIPPED_IN_FULL = (SHIPPED, COMPLETED)
_ACTIONS = {
    "send": "Sent to BigCommerce",
    "look up": "Checked in BigCommerce",
    "translate": "Prepared",
    "check": "Checked here",
    "quote": "Quote requested",
    "retry": "Retry requested",
    "resolve": "Outcome recorded by a person",
    "dismiss": "Dismissed",
    "reopen": "Reopened",
    "mark refunded": "Set to Refunded in BigCommerce",
}
# The names of these say their outcome already.
_WITHOUT_OUTCOME = ("retry", "dismiss", "reopen", "mark refunded")
_OUTCOMES = {"adopted": "found in BigCommerce", "waits": "waiting"}
_TONES: dict[str, Tone] = {
    "pushed": "good",
    "adopted": "good",
    "rejected": "bad",
    "found twice": "bad",
    "uncertain": "warn",
    "waits": "warn",
}


@dataclass(frozen=True)
class Event:
    """Something that happened to an order; `at` is None where nobody knows when.

    `who` is a worker or a person, `link` leads to the carrier, `reversal` is the refund's or cancellation's
    row in its ledger.
    """

    at: datetime | None
    what: str
    detail: str = ""
    tone: Tone = ""
    who: str = ""
    link: str = ""
    reversal: ReversalRow | None = None

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            **{name: getattr(self, name) for name in ("at", "what", "detail", "who", "link")},
            "reversal_id": self.reversal.order_reversal_id if self.reversal else None,
        }


def timeline(
    crm: Connection, order: OrderFacts, row: LedgerRow | None, attempts: Sequence[Attempt]
) -> list[Event]:
    """All that happened to an order, oldest first; `attempts` are those to push it."""
    delivery = order_deliveries.of_order(crm, row.data_source_id, order.order_id) if row else Delivery()
    sent_at = max((each.at for each in attempts if each.action == "send"), default=order.date_created)
    events = [
        *_in_the_crm(order),
        *map(_attempt, attempts),
        *(event for each in reversal_ledger.of_order(crm, order.order_id) for event in _reversal(crm, each)),
    ]
    placed = [(event.at, event) for event in events]
    # by the store's clock, in whole seconds: what followed from sending may seem to precede it
    placed += [(event.at and max(event.at, sent_at), event) for event in _in_the_store(delivery)]
    placed.sort(key=lambda each: (each[0] is None, each[0] or order.date_created))
    return [event for _, event in placed]


def _in_the_crm(order: OrderFacts) -> Iterator[Event]:
    yield Event(order.date_created, "Placed")
    if order.completed_at:
        yield Event(
            order.completed_at,
            "Completed",
            f"{money_in_words(order.total_amount, order.currency_code)} paid.",
        )


def _attempt(attempt: Attempt, about: str = "") -> Event:
    what = _ACTIONS[attempt.action]
    if about:
        what = f"{about}: {what[0].lower()}{what[1:]}"
    if attempt.action not in _WITHOUT_OUTCOME:
        what += f", {_OUTCOMES.get(attempt.outcome, in_words(attempt.outcome))}"
    if attempt.status:
        what += f" (HTTP {attempt.status})"
    return Event(attempt.at, what, attempt.detail, _TONES.get(attempt.outcome, ""), attempt.worker)


def _in_the_store(delivery: Delivery) -> Iterator[Event]:
    valid = [shipment for shipment in delivery.shipments if shipment.voided_at is None]
    store = delivery.store
    is_part = len(valid) > 1 or (store and store.status_id in PARTLY_DONE and store.is_unshipped)
    for shipment in delivery.shipments:
        yield _shipped(shipment, is_part=bool(is_part))
        if shipment.voided_at:
            number = shipment.bigcommerce_shipment_id
            yield Event(shipment.voided_at, f"Shipment {number} voided in the store", tone="warn")
    if store is None:
        return
    if store.status_id in SHIPPED_IN_FULL and not valid:
        detail = (
            "The store marked the order as shipped without recording a shipment, so there is no tracking."
        )
        yield Event(store.shipped_at or store.status_changed_at, "Shipped", detail, "good")
    name = store.status_name or "unknown"
    if store.is_deleted:
        yield Event(store.status_changed_at, "Deleted or archived in the store", f"Status: {name}.", "warn")
    else:
        tone: Tone = "warn" if store.is_undone else ""
        yield Event(store.status_changed_at, f"Status in the store: {name}", _progress(store), tone)


def _shipped(shipment: Shipment, *, is_part: bool) -> Event:
    what = "Part of the order shipped" if is_part else "Shipped"
    if shipment.carrier:
        what += f" with {shipment.carrier}"
    lines = ", ".join(f"{line.quantity} x {line.sku or line.name}" for line in shipment.lines)
    tracking = f"tracking {shipment.tracking_number}" if shipment.tracking_number else ""
    detail = "; ".join(filter(None, [lines, shipment.shipping_method, tracking]))
    tone: Tone = "" if shipment.voided_at else "good"
    return Event(shipment.shipped_at, what, detail, tone, link=shipment.tracking_link)


def _progress(store: OrderInStore) -> str:
    """How much of it has shipped, and what was refunded in the store."""
    said = []
    if store.is_unshipped and store.items_total is not None and store.items_shipped is not None:
        said.append(f"{store.items_shipped:,} of {store.items_total:,} items shipped.")
    if store.refunded_amount:
        said.append(f"{money_in_words(store.refunded_amount, store.currency_code)} refunded there.")
    return " ".join(said)


def _reversal(crm: Connection, reversal: Reversal) -> Iterator[Event]:
    """A refund or cancellation in the CRM, and every attempt to tell BigCommerce of it."""
    row, refund = reversal.row, reversal.refund
    about = "Cancellation"
    what, detail = "Cancelled in the CRM", ""
    if refund:
        about = f"Refund {refund.refund_id}"
        what = f"Refunded {money_in_words(refund.amount, refund.currency_code)} in the CRM"
        lines = ", ".join(f"{line.quantity} x {line.sku or line.name or 'a line'}" for line in refund.lines)
        detail = "; ".join(filter(None, [lines, refund.reason]))
    if row is None:
        yield Event(reversal.happened_at, what, detail or "BigCommerce has not been told.")
        return
    yield Event(reversal.happened_at, what, detail, _TONES.get(row.state, ""), reversal=row)
    for attempt in reversal_ledger.history(crm, row.order_reversal_id):
        yield _attempt(attempt, about)
