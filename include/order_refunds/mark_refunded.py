"""Sets an order to Refunded in BigCommerce if it is REFUNDED in the CRM without a refund.

Nothing says what was refunded, and the refund may still be entered, so nothing is mirrored by itself: a
person decides. Only the status is set, so no money moves, and setting it twice is the same as once.
"""

from __future__ import annotations

from include.bigcommerce.order_answers import StoreOrder
from include.bigcommerce.order_status_change import set_order_status
from include.bigcommerce.order_statuses import REFUNDED
from include.bigcommerce.orders import get_order
from include.connections.store import open_store
from include.crm import order_decisions, order_ledger, order_refunds
from include.crm.database import Connection
from include.crm.order_ledger_rows import LedgerRow
from include.order_refunds.errors import NotSettled
from include.order_refunds.status_changes import UNDONE, name_of


def mark_refunded(crm: Connection, order_id: int, *, person: str, store_hash: str | None = None) -> str:
    """Set an order, of this store if one is named, to Refunded in its store; returns a sentence. Commits.

    Raises NotSettled if it is no such order, and any BigCommerceError: then nothing is changed.
    """
    row = _undone_row(crm, order_id, store_hash)
    crm.commit()
    with open_store(row.store_hash, for_a_person=True) as client:
        found = get_order(client, row.bigcommerce_order_id or 0)
        before = _status_before(row, found)
        _undone_row(crm, order_id, store_hash)  # still so, after the store's answer
        crm.commit()
        set_order_status(client, before.id, REFUNDED)
    detail = f"It was {name_of(before)} before."
    order_decisions.add_decision(crm, row.order_push_id, "mark refunded", "Refunded", detail, person=person)
    crm.commit()
    return f"BigCommerce order {before.id} is set to Refunded. {detail}"


def _undone_row(crm: Connection, order_id: int, store_hash: str | None) -> LedgerRow:
    rows = order_ledger.find(crm, store_hash=store_hash, state="pushed", order_ids=[order_id])
    if not rows:
        raise NotSettled(
            f"Order {order_id} is not in BigCommerce.", "Only pushed orders can be set to Refunded."
        )
    if rows[0].order_status != "REFUNDED":
        raise NotSettled(
            f"Order {order_id} is {rows[0].order_status} in the CRM.",
            "Only orders that are REFUNDED there can be set to Refunded.",
        )
    if order_refunds.of_orders(crm, [order_id]):
        raise NotSettled(
            f"The CRM has refunds of order {order_id}.",
            "They say what was refunded. To have them mirrored, switch on Mirror refunds.",
        )
    return rows[0]


def _status_before(row: LedgerRow, found: StoreOrder | None) -> StoreOrder:
    if found is None or found.is_deleted:
        raise NotSettled(
            f"BigCommerce order {row.bigcommerce_order_id} was deleted or archived there.",
            "Nothing to do: nobody ships it.",
        )
    if found.status_id in UNDONE:
        raise NotSettled(f"BigCommerce order {found.id} is {name_of(found)} already.", "Nothing to do.")
    return found
