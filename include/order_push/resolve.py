"""Records what a person found in BigCommerce about an order that look-ups cannot settle.

Where a store ignores the filter of the look-up, or does not list archived orders, nothing but a person's
search tells whether BigCommerce has an order. The finding is checked as far as the store's answers allow, so
that a typing error neither doubles an order nor loses one.
"""

from __future__ import annotations

from include.bigcommerce.client import StoreClient
from include.bigcommerce.orders import find_orders, get_order
from include.connections.crm import open_crm
from include.connections.store import open_store
from include.crm import order_decisions, order_ledger
from include.crm.database import Connection
from include.crm.order_ledger_rows import LedgerRow
from include.ledger.lease import LEASE_SECONDS
from include.ledger.resolving import REPEAT_LATER, STILL_OPEN, recorded
from include.order_push.errors import NotResolved, UnclearRequest
from include.order_push.order_status import why_not_retried
from include.order_push.translate import external_order_id, order_id_of

_ONLY_OPEN = "Only unclear and rejected orders that were sent can be resolved."


def resolve(
    order_id: int, *, bigcommerce_order_id: int | None, store_hash: str | None = None, person: str
) -> str:
    """Record that BigCommerce has the order under this id, or (None) does not have it; returns a sentence.

    Raises NotResolved if the finding contradicts the store or the order's state, UnclearRequest if several
    stores have the order, NoSuchOrder, and any BigCommerceError: then nothing is recorded.
    """
    with open_crm() as crm:
        row = _open_row(crm, order_id, store_hash)
        crm.commit()
        with open_store(row.store_hash) as client:
            if bigcommerce_order_id is None:
                _check_absence(client, order_id)
            else:
                _check_order(crm, client, row, bigcommerce_order_id)
        is_recorded = order_decisions.resolve(
            crm,
            row.order_push_id,
            bigcommerce_order_id=bigcommerce_order_id,
            settled_after_seconds=LEASE_SECONDS,
            person=person,
        )
        crm.commit()
    if not is_recorded:
        raise NotResolved(f"Order {order_id} {STILL_OPEN}", REPEAT_LATER)
    return recorded("Order", order_id, bigcommerce_order_id)


def _open_row(crm: Connection, order_id: int, store_hash: str | None) -> LedgerRow:
    rows = [
        row
        for row in order_ledger.find(crm, store_hash=store_hash, order_ids=[order_id])
        if row.state in ("uncertain", "rejected") and row.sent_at is not None
    ]
    if not rows:
        raise NotResolved(f"{why_not_retried(crm, order_id)} {_ONLY_OPEN}")
    if len(rows) > 1:
        stores = ", ".join(row.store_hash for row in rows)
        raise UnclearRequest(f"Order {order_id} goes to several stores: {stores}.", "Name one with --store.")
    return rows[0]


def _check_absence(client: StoreClient, order_id: int) -> None:
    if matches := find_orders(client, external_order_id(order_id)).matches:
        found = matches[0].id
        raise NotResolved(
            f"BigCommerce has order {order_id}, as its order {found}.",
            "Compare the two orders. If they are the same, record that: python -m include.order_push resolve "
            f"{order_id} --bigcommerce-order {found}. If they are different, place this one in the CRM again "
            "under an id never used before, and dismiss it here.",
        )


def _check_order(crm: Connection, client: StoreClient, row: LedgerRow, bigcommerce_order_id: int) -> None:
    """Orders that somebody entered by hand carry no id of ours and are accepted, too."""
    order = get_order(client, bigcommerce_order_id)
    if order is None:
        raise NotResolved(
            f"Store {row.store_hash} has no order {bigcommerce_order_id}.",
            "Give the order number that BigCommerce shows.",
        )
    owner = order_id_of(order.external_order_id) or order_ledger.order_of(
        crm, row.data_source_id, bigcommerce_order_id
    )
    if owner not in (None, row.order_id):
        raise NotResolved(
            f"BigCommerce order {bigcommerce_order_id} is order {owner} of the CRM.", "Check the number."
        )
    live = {
        each.id
        for each in find_orders(client, external_order_id(row.order_id)).matches
        if not each.is_deleted
    }
    if others := sorted(live - {bigcommerce_order_id}):
        named = ", ".join(map(str, others))
        raise NotResolved(
            f"BigCommerce also has order {row.order_id} as {named}.",
            "Cancel and archive all but one of them in BigCommerce, then repeat the command.",
        )
