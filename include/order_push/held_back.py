"""Why orders wait that are in order: their store is paused or deactivated, or does not send them."""

from __future__ import annotations

from include.crm import data_sources
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.crm.orders import OrderFacts
from include.ledger.settlements import NO_CLEAR_ANSWER

# A reason, the next step, and the next step for somebody at a terminal.
Why = tuple[str, str, str]
_KINDS = {"NEW_SALE": ("initial orders", "initial"), "RECURRING": ("rebills", "rebill")}


def why_held_back(crm: Connection, order: OrderFacts) -> Why | None:
    """Why orders of this type wait at their store; None if they do not wait."""
    if order.store_hash is None:
        return None
    source = data_sources.required(crm, order.store_hash)
    if waits := _why_store_waits(source):
        return waits
    if order.is_switched_on:
        return None
    kind, switch = _KINDS[order.order_type]
    return (
        f"The data source of store {source.store_hash} does not send {kind}.",
        f"Switch on {kind} in its settings.",
        f"Switch them on: python -m include.data_sources update {source.store_hash} --send-{switch}-orders",
    )


def not_looked_up(crm: Connection, store_hash: str) -> Why | None:
    """Why a store's unclear orders are not looked up; None if they are."""
    if not (waits := _why_store_waits(data_sources.required(crm, store_hash))):
        return None
    reason, next_step, command = waits
    return f"{NO_CLEAR_ANSWER}. {reason}", f"{next_step} The order is then looked up in BigCommerce.", command


def why_moved(order: OrderFacts) -> str:
    """Why a store does not get an order that was queued for it."""
    if order.store_hash is None:
        return "The CRM has moved it to a campaign without a store since it was queued, so it is not sent."
    return (
        f"The CRM has moved it to the campaign of store {order.store_hash} since it was queued, so it is not "
        "sent to this store."
    )


def _why_store_waits(source: DataSource) -> Why | None:
    store_hash = source.store_hash
    if source.state != "active":
        return (
            f"The data source of store {store_hash} is {source.state_in_words}.",
            "Activate the data source again.",
            f"Activate it again: python -m include.data_sources activate {store_hash}",
        )
    if source.is_paused:
        return (
            f"The data source of store {store_hash} is paused.",
            "Resume the data source.",
            f"Resume it: python -m include.data_sources resume {store_hash}",
        )
    return None
