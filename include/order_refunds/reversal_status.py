"""Where a refund or a cancellation stands: what the ledger says of it, or why it is not in the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import psycopg

from include.crm import data_sources, order_ledger, orders, reversal_ledger
from include.crm.reversal_ledger_rows import Attempt, Reversal, State
from include.order_push.mirroring import by_hand, why_not_mirrored
from include.order_push.order_status import NEXT_RUN

Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class ReversalStatus:
    """A refund or cancellation with its state, the reason for it, the next step and every attempt so far."""

    reversal: Reversal
    state: State | Literal["not chosen"]
    reason: str | None
    next_step: str | None
    history: list[Attempt]


def reversal_statuses(crm: Connection, order_id: int) -> list[ReversalStatus]:
    """The refunds and the cancellation of an order, oldest first; none for an unknown order."""
    return [_status(crm, order_id, reversal) for reversal in reversal_ledger.of_order(crm, order_id)]


def _status(crm: Connection, order_id: int, reversal: Reversal) -> ReversalStatus:
    row = reversal.row
    if row is None:
        return ReversalStatus(reversal, "not chosen", *_why_not_chosen(crm, order_id, reversal), [])
    reason, next_step = row.reason, row.next_step
    if row.state == "dismissed":
        reason = (
            f"Dismissed by {row.dismissed_by}: {row.dismissed_because} It was rejected before: {row.reason}"
        )
        next_step = "Nothing to do. To send it after all, retry it."
    elif row.state == "pending":
        next_step = next_step or NEXT_RUN
    history = reversal_ledger.history(crm, row.order_reversal_id)
    return ReversalStatus(reversal, row.state, reason, next_step, history)


def _why_not_chosen(crm: Connection, order_id: int, reversal: Reversal) -> tuple[str, str | None]:
    """The reason and the next step."""
    order = orders.facts(crm, order_id)
    source = data_sources.get(crm, order.store_hash) if order and order.store_hash else None
    if order is None or source is None:
        return "Its order was not sold under the campaign of a BigCommerce store.", None
    pushed = [row.state == "pushed" for row in order_ledger.find(crm, order_ids=[order_id])]
    if not any(pushed):
        if order.order_status == "COMPLETE":
            return "Its order is not in BigCommerce yet.", "It follows once the order is pushed."
        return "Its order is not in BigCommerce, and is not sent any more.", None
    why = why_not_mirrored(source, reversal)
    return (why, by_hand(reversal)) if why else ("It is new.", NEXT_RUN)
