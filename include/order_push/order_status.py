"""The status of an order: what the ledger says about it, or why it is not in the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from include.bigcommerce.order_answers import StoreOrder
from include.crm import data_sources, order_deliveries, order_ledger, orders, reversal_ledger
from include.crm.database import Connection
from include.crm.order_ledger_rows import Attempt, LedgerRow, State
from include.crm.orders import OrderFacts
from include.ledger.state_words import in_words
from include.order_push.errors import NoSuchOrder
from include.order_push.held_back import not_looked_up, why_held_back, why_moved
from include.order_push.mirroring import MARK_REFUNDED, mirrored, what_store_knows
from include.order_push.same_amounts import what_differs
from include.order_push.timeline import Event, timeline

NEXT_RUN = "The next run of the order push sends it."


@dataclass(frozen=True)
class OrderStatus:
    """An order of one store, its state, the reason for it and the next step, and all that happened to it.

    `row` is None, and the state "not chosen", for an order that is not in the ledger. `command_line_step` is
    the next step for somebody at a terminal, where it is a command. `can_be_marked_refunded`: the CRM has it
    as REFUNDED without a refund, so BigCommerce learns of that only by a person's decision.
    """

    order: OrderFacts
    row: LedgerRow | None
    state: State | Literal["not chosen"]
    reason: str | None
    next_step: str | None
    command_line_step: str | None = None
    history: list[Attempt] = field(default_factory=list)
    timeline: list[Event] = field(default_factory=list)
    can_be_marked_refunded: bool = False

    @property
    def order_id(self) -> int:
        """The CRM's id."""
        return self.order.order_id

    @property
    def store_hash(self) -> str | None:
        """The store that the order goes to; None if it goes to none."""
        return self.row.store_hash if self.row else self.order.store_hash

    @property
    def can_be_retried(self) -> bool:
        """Whether a person can retry the order."""
        return self.row is not None and self.row.can_be_retried

    def as_dict(self) -> dict[str, Any]:
        """For JSON: the columns of the order and of its row in the ledger side by side."""
        row = asdict(self.row) if self.row else {}
        names = ("state", "reason", "next_step", "command_line_step", "can_be_marked_refunded")
        shown = {name: getattr(self, name) for name in names}
        happened = {
            "history": [asdict(each) for each in self.history],
            "timeline": [each.as_dict() for each in self.timeline],
        }
        return {**asdict(self.order), **row, **shown, **happened}


def order_statuses(crm: Connection, order_id: int) -> list[OrderStatus]:
    """The status of an order in each store that it goes to, or would go to. Raises NoSuchOrder."""
    order = orders.facts(crm, order_id)
    if order is None:
        raise NoSuchOrder(order_id)
    if listed := order_ledger.find(crm, order_ids=[order_id]):
        return [_of_row(crm, order, row) for row in reversed(listed)]
    happened = timeline(crm, order, None, [])
    return [OrderStatus(order, None, "not chosen", *_why_not_chosen(crm, order), timeline=happened)]


def why_not_retried(crm: Connection, order_id: int) -> str:
    """A sentence for an order whose state allows no retry."""
    try:
        status = order_statuses(crm, order_id)[0]
    except NoSuchOrder as error:
        return error.for_terminal
    step = status.command_line_step or status.next_step
    return " ".join(filter(None, [f"Order {order_id} is {in_words(status.state)}.", status.reason, step]))


def why_not_pushed(crm: Connection, store_hash: str, order_ids: list[int]) -> list[str]:
    """A sentence for each of these orders that a push to the store would not send."""
    source = data_sources.required(crm, store_hash)
    sent = order_ledger.chosen(crm, source.data_source_id, order_ids=order_ids, from_time=None, to_time=None)
    return [_why_not_pushed(crm, store_hash, order_id) for order_id in sorted({*order_ids} - {*sent})]


def _why_not_pushed(crm: Connection, store_hash: str, order_id: int) -> str:
    order = orders.facts(crm, order_id)
    if order and order.store_hash not in (None, store_hash):
        return f"Order {order_id} belongs to store {order.store_hash}: push that store's orders."
    return why_not_retried(crm, order_id)


def _of_row(crm: Connection, order: OrderFacts, row: LedgerRow) -> OrderStatus:
    """An order that waits says for what it waits, even before its first attempt."""
    history = order_ledger.history(crm, row.order_push_id)
    happened = timeline(crm, order, row, history)
    reason, next_step, command = row.reason, row.next_step, None
    unmarked = False
    if row.can_be_retried:
        command = f"{next_step} Retry: python -m include.order_push retry {order.order_id}"
    elif row.state == "dismissed":
        because = row.dismissed_because or ""
        end = "" if because.endswith((".", "!", "?")) else "."
        reason = f"Dismissed by {row.dismissed_by}: {because}{end} It was rejected before: {row.reason}"
        next_step = "Nothing to do. To send it after all, reopen it."
        command = f"Reopen: python -m include.order_push reopen {order.order_id}"
    elif row.state == "pushed" and order.order_status != "COMPLETE":
        reason, next_step = _changed_after_push(crm, order, row, history)
        unmarked = next_step is not None and MARK_REFUNDED in next_step
        if unmarked:
            command = f"{next_step} Or: python -m include.order_refunds mark-refunded {order.order_id}"
    elif row.state == "pushed":
        reason = _differs_in_store(crm, order, row)
    elif row.state == "pending" and order.store_hash != row.store_hash:
        reason, next_step = why_moved(order), None
    elif row.state == "pending":
        if held_back := why_held_back(crm, order):
            reason, next_step, command = held_back
        else:
            next_step = next_step or NEXT_RUN
    elif row.state == "uncertain" and (waits := not_looked_up(crm, row.store_hash)):
        reason, next_step, command = waits
    return OrderStatus(order, row, row.state, reason, next_step, command, history, happened, unmarked)


def _changed_after_push(
    crm: Connection, order: OrderFacts, row: LedgerRow, history: Sequence[Attempt]
) -> tuple[str, str | None]:
    """Reason and next step of an order that is no longer COMPLETE in the CRM although it was pushed."""
    source = data_sources.required(crm, row.store_hash)
    known = mirrored(source, reversal_ledger.of_order(crm, order.order_id))
    sentence, next_step = what_store_knows(order.order_status, known)
    changed = (
        f"Order {order.order_id} is {order.order_status} in the CRM since it was pushed as BigCommerce order "
        f"{row.bigcommerce_order_id}."
    )
    # an attempt after that means that it turned out to be another order of BigCommerce
    if next_step == MARK_REFUNDED and history and history[-1].action == "mark refunded":
        return f"{changed} {history[-1].worker} set it to Refunded in BigCommerce.", None
    return f"{changed} {sentence}", next_step


def _differs_in_store(crm: Connection, order: OrderFacts, row: LedgerRow) -> str | None:
    """How the store has other amounts than the CRM, as of the last look at it."""
    store = order_deliveries.of_order(crm, row.data_source_id, order.order_id).store
    if store is None or store.is_deleted or store.is_undone:
        return None
    theirs = StoreOrder(
        row.bigcommerce_order_id or 0, total=store.total_amount, currency_code=store.currency_code
    )
    return what_differs(order, theirs) or None


def _why_not_chosen(crm: Connection, order: OrderFacts) -> tuple[str, str | None, str | None]:
    """Reason, next step and command-line step of an order that is not in the ledger."""
    store_hash = order.store_hash
    if order.is_test:
        return "It is a test order: those never leave the CRM.", None, None
    if order.order_status != "COMPLETE":
        return f"It is {order.order_status}; only COMPLETE orders are sent.", None, None
    if store_hash is None:
        return "It was not sold under the campaign of a BigCommerce store.", None, None
    if held_back := why_held_back(crm, order):
        return held_back
    if not order.is_new:
        return (
            "It was completed before sending such orders was switched on, or while the data source "
            "was deactivated.",
            "To send it anyway, push it by its id.",
            f"Send it: python -m include.order_push push {store_hash} --order-id {order.order_id}",
        )
    return "It is new.", NEXT_RUN, None
