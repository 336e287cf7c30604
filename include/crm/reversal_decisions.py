"""What people decide about refunds and cancellations: retry, dismiss, or whether BigCommerce has them."""

from __future__ import annotations

from collections.abc import Sequence

from include.crm.database import Connection, fetch_all, fetch_one


def retry(crm: Connection, reversal_ids: Sequence[int], *, person: str) -> list[int]:
    """Queue what was rejected or dismissed once more; returns the ids that were."""
    rows = fetch_all(crm, "order_reversals/retry", reversal_ids=list(reversal_ids), person=person)
    return [row["order_reversal_id"] for row in rows]


def dismiss(crm: Connection, reversal_ids: Sequence[int], *, because: str, person: str) -> list[int]:
    """Record that what was rejected is not to be sent, and why; returns the ids that were rejected."""
    rows = fetch_all(
        crm, "order_reversals/dismiss", reversal_ids=list(reversal_ids), because=because, person=person
    )
    return [row["order_reversal_id"] for row in rows]


def resolve(
    crm: Connection,
    order_reversal_id: int,
    *,
    bigcommerce_refund_id: int | None,
    settled_after_seconds: float,
    person: str,
) -> bool:
    """Record a person's finding: BigCommerce has the refund under this id, or (None) does not have it.

    False if it is neither uncertain nor rejected, was sent more recently, or is held by a worker.
    """
    is_there = bigcommerce_refund_id is not None
    row = fetch_one(
        crm,
        "order_reversals/resolve",
        order_reversal_id=order_reversal_id,
        bigcommerce_refund_id=bigcommerce_refund_id,
        settled_after_seconds=settled_after_seconds,
        person=person,
        outcome="adopted" if is_there else "not in BigCommerce",
        detail=f"A person found it as {bigcommerce_refund_id}." if is_there else "A person did not find it.",
    )
    return row is not None
