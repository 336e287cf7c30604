"""Where an order stands: what the ledger says of it, or else why it is not in the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg

from include.crm import data_sources, order_ledger
from include.crm.database import fetch_all, fetch_one
from include.order_push.errors import NoSuchOrder

Connection = psycopg.Connection[Any]
NEXT_RUN = "The next run of the order push sends it."


def standings(crm: Connection, order_id: int) -> list[dict[str, Any]]:
    """One row for each store that the order is or was to go to, with its `history`.

    A row has the state, reason, next_step and other columns of crm.order_push, and those of the order but for
    the customer's; of an order that is not in the ledger the state is "not chosen". Raises NoSuchOrder.
    """
    order = fetch_one(crm, "order_push/order", order_id=order_id)
    if order is None:
        raise NoSuchOrder(order_id)
    if listed := order_ledger.find(crm, order_ids=[order_id]):
        return [
            {**order, **_waiting(order, row), "history": order_ledger.history(crm, row["order_push_id"])}
            for row in reversed(listed)
        ]
    reason, next_step = why_not_listed(order)
    return [{**order, "state": "not chosen", "reason": reason, "next_step": next_step, "history": []}]


def lines(crm: Connection, order_id: int) -> list[dict[str, Any]]:
    """What was ordered: line_number, sku, name, quantity, price of one, BigCommerce's ids of today."""
    return fetch_all(crm, "orders/lines", order_ids=[order_id])


def can_be_retried(row: Mapping[str, Any]) -> bool:
    """Whether somebody can try this order of the ledger again: one rejected, or found twice."""
    return bool(
        row["state"] == "rejected" or (row["state"] == "uncertain" and row["next_attempt_at"] is None)
    )


def why_not_retried(crm: Connection, order_id: int) -> str:
    """A sentence for an order that is not such that somebody could try it again."""
    try:
        row = standings(crm, order_id)[0]
    except NoSuchOrder as error:
        return str(error)
    return " ".join(filter(None, [f"Order {order_id} is {row['state']}.", row["reason"], row["next_step"]]))


def why_not_pushed(crm: Connection, store_hash: str, order_ids: list[int]) -> list[str]:
    """A sentence for each of these orders that a push to the store would leave out though it is named."""
    source = data_sources.required(crm, store_hash)
    sent = order_ledger.chosen(crm, source.data_source_id, order_ids=order_ids, from_time=None, to_time=None)
    return [_why_not_pushed(crm, store_hash, order_id) for order_id in sorted({*order_ids} - {*sent})]


def _why_not_pushed(crm: Connection, store_hash: str, order_id: int) -> str:
    order = fetch_one(crm, "order_push/order", order_id=order_id)
    if order and order["store_hash"] not in (None, store_hash):
        return f"Order {order_id} belongs to store {order['store_hash']}: push that store's orders."
    return why_not_retried(crm, order_id)


def why_not_listed(order: dict[str, Any]) -> tuple[str, str | None]:
    """Reason and next step, if there is one, of an order that is not in the ledger.

    Takes a row of order_push/order.
    """
    store_hash = order["store_hash"]
    if order["is_test"]:
        return "It is a test order: those never leave the CRM.", None
    if order["order_status"] != "COMPLETE":
        return f"It is {order['order_status']}; only COMPLETE orders are sent.", None
    if store_hash is None:
        return "It was not sold under the campaign of a BigCommerce store.", None
    if held_back := _why_held_back(order):
        return held_back
    if not order["is_new"]:
        return (
            "It was completed before the sending of such orders was switched on.",
            f"Send it: python -m include.order_push push {store_hash} --order-id {order['order_id']}",
        )
    return "It is new.", NEXT_RUN


def _waiting(order: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    """A row of the ledger; one that waits says for what, even if it never was tried."""
    if row["state"] != "pending" or order["store_hash"] != row["store_hash"]:
        return row
    if held_back := _why_held_back(order):
        return {**row, "reason": held_back[0], "next_step": held_back[1]}
    return {**row, "next_step": row["next_step"] or NEXT_RUN}


def _why_held_back(order: dict[str, Any]) -> tuple[str, str] | None:
    """Why a store's orders of that type wait, and what to do; None if they do not."""
    store_hash = order["store_hash"]
    if order["data_source_state"] != "active":
        return (
            f"The data source of store {store_hash} is {order['data_source_state']}.",
            f"Bring it back: python -m include.data_sources activate {store_hash}",
        )
    if not order["is_switched_on"]:
        kind, switch = {"NEW_SALE": ("initial orders", "initial"), "RECURRING": ("rebills", "rebill")}[
            order["order_type"]
        ]
        return (
            f"The data source of store {store_hash} does not send {kind}.",
            f"Switch them on: python -m include.data_sources update {store_hash} --send-{switch}-orders",
        )
    return None
