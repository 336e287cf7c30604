"""Records what a person found in BigCommerce about a refund that look-ups cannot settle.

The finding is checked against the order's list of refunds, so that a typing error neither doubles a refund
nor loses one. Where BigCommerce refuses to list them, only the person knows.
"""

from __future__ import annotations

from include.bigcommerce.client import StoreClient
from include.bigcommerce.errors import RequestRefused
from include.bigcommerce.refund_lists import Refunds, list_refunds
from include.connections.crm import open_crm
from include.connections.store import open_store
from include.crm import reversal_decisions, reversal_ledger
from include.crm.database import Connection
from include.crm.reversal_ledger_rows import ReversalRow
from include.ledger.lease import LEASE_SECONDS
from include.ledger.resolving import REPEAT_LATER, STILL_OPEN, recorded
from include.order_refunds import look_up, settlements
from include.order_refunds.decisions import PHRASES
from include.order_refunds.errors import NoSuchReversal, NotSettled


def resolve(refund_id: int, *, bigcommerce_refund_id: int | None, person: str) -> str:
    """Record that BigCommerce has the refund under this id, or (None) does not have it; returns a sentence.

    Raises NotSettled if the finding contradicts the store or the state of the refund, NoSuchReversal, and any
    BigCommerceError: then nothing is recorded.
    """
    with open_crm() as crm:
        row = _open_row(crm, refund_id)
        crm.commit()
        with open_store(row.store_hash) as client:
            _check(crm, client, row, refund_id, bigcommerce_refund_id)
        is_recorded = reversal_decisions.resolve(
            crm,
            row.order_reversal_id,
            bigcommerce_refund_id=bigcommerce_refund_id,
            settled_after_seconds=LEASE_SECONDS,
            person=person,
        )
        crm.commit()
    if not is_recorded:
        raise NotSettled(f"Refund {refund_id} {STILL_OPEN}", REPEAT_LATER)
    return recorded("Refund", refund_id, bigcommerce_refund_id)


def _open_row(crm: Connection, refund_id: int) -> ReversalRow:
    rows = reversal_ledger.find(crm, refund_ids=[refund_id])
    if not rows:
        raise NoSuchReversal(f"Refund {refund_id}")
    row = rows[0]
    if row.state not in ("uncertain", "rejected") or row.bigcommerce_order_id is None:
        raise NotSettled(
            f"Refund {refund_id} is {PHRASES[row.state]}.",
            "Only unclear and rejected refunds of pushed orders can be resolved.",
        )
    return row


def _check(
    crm: Connection, client: StoreClient, row: ReversalRow, refund_id: int, bigcommerce_refund_id: int | None
) -> None:
    assert row.bigcommerce_order_id is not None
    refunds = _listed(client, row.bigcommerce_order_id)
    if bigcommerce_refund_id is None:
        if refunds and (found := look_up.matches(refund_id, refunds)):
            raise NotSettled(
                f"BigCommerce has refund {refund_id}, as its refund {found[0]}.",
                "Record that: python -m include.order_refunds resolve "
                f"{refund_id} --bigcommerce-refund {found[0]}",
            )
        return
    if refunds and bigcommerce_refund_id not in {each.id for each in refunds.found}:
        raise NotSettled(
            f"BigCommerce order {row.bigcommerce_order_id} has no refund {bigcommerce_refund_id}.",
            "Give the number that BigCommerce shows.",
        )
    for other in reversal_ledger.find(crm, order_ids=[row.order_id]):
        if other.bigcommerce_refund_id == bigcommerce_refund_id:
            raise NotSettled(
                f"BigCommerce refund {bigcommerce_refund_id} is refund {other.refund_id} of the CRM.",
                "Check the number.",
            )


def _listed(client: StoreClient, store_order_id: int) -> Refunds | None:
    """The order's refunds; None if BigCommerce refuses to list those of this very order."""
    try:
        return list_refunds(client, store_order_id)
    except RequestRefused as error:
        if error.status not in settlements.CLEAR_NO:
            raise
        return None
