"""What people decide about orders in the ledger: retry, dismiss, or whether BigCommerce has them."""

from __future__ import annotations

from include.crm import order_ledger
from include.crm.database import Connection, execute, fetch_all, fetch_one
from include.crm.order_ledger_rows import Action


def add_decision(
    crm: Connection, order_push_id: int, action: Action, outcome: str, detail: str, *, person: str
) -> None:
    """Add to an order's history what was done with it in BigCommerce because a person decided so."""
    execute(
        crm,
        "order_push/add_decision",
        order_push_id=order_push_id,
        action=action,
        outcome=outcome,
        detail=detail,
        person=person,
    )


def resolve(
    crm: Connection,
    order_push_id: int,
    *,
    bigcommerce_order_id: int | None,
    settled_after_seconds: float,
    person: str,
) -> bool:
    """Record a person's finding: BigCommerce has the order under this id, or (None) does not have it.

    False if the order is neither uncertain nor rejected, was sent more recently, or is held by a worker.
    """
    is_there = bigcommerce_order_id is not None
    row = fetch_one(
        crm,
        "order_push/resolve",
        order_push_id=order_push_id,
        bigcommerce_order_id=bigcommerce_order_id,
        settled_after_seconds=settled_after_seconds,
        person=person,
        outcome="adopted" if is_there else "not in BigCommerce",
        detail=f"A person found it as {bigcommerce_order_id}." if is_there else "A person did not find it.",
    )
    return row is not None


def retry(crm: Connection, order_ids: list[int], *, store_hash: str | None = None, worker: str) -> list[int]:
    """Queue rejected orders, and those that wait for a decision, once more; returns the ids that were."""
    found = order_ledger.find(crm, store_hash=store_hash, order_ids=order_ids)
    again = [row.order_push_id for row in found if row.can_be_retried]
    return order_ledger.queue_again(crm, again, requested_by="manual", worker=worker)


def dismiss(
    crm: Connection, order_ids: list[int], *, because: str, store_hash: str | None = None, person: str
) -> list[int]:
    """Record that rejected orders are not to be sent, and why; returns the ids that were rejected."""
    rows = fetch_all(
        crm, "order_push/dismiss", order_ids=order_ids, because=because, store_hash=store_hash, person=person
    )
    return [row["order_id"] for row in rows]


def reopen(crm: Connection, order_ids: list[int], *, store_hash: str | None = None, person: str) -> list[int]:
    """Set dismissed orders back to rejected; returns the ids that were dismissed."""
    rows = fetch_all(crm, "order_push/reopen", order_ids=order_ids, store_hash=store_hash, person=person)
    return [row["order_id"] for row in rows]
