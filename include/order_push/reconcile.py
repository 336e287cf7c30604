"""Reconciliation: compares the orders of the CRM with those of BigCommerce, and changes neither."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from include.bigcommerce.client import StoreClient
from include.bigcommerce.items_left import read_items_left
from include.bigcommerce.order_answers import StoreOrder
from include.bigcommerce.order_statuses import PARTIALLY_REFUNDED, REFUNDED
from include.bigcommerce.orders import find_orders, get_order, list_orders
from include.bigcommerce.refund_lists import refunded_amount
from include.crm import order_deliveries, order_reconciliations, reversal_ledger
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.crm.order_reconciliations import ComparedOrder, Finding
from include.order_push.clock_tolerance import CLOCK_TOLERANCE
from include.order_push.mirroring import Mirrored, mirrored
from include.order_push.order_differences import difference, is_to_be_shipped, not_shipped
from include.order_push.translate import external_order_id, order_id_of
from include.plurals import count_of


@dataclass(frozen=True)
class Reconciliation:
    """Both sides of one store in a time span: the number of orders on each, and the differences."""

    store_name: str
    orders_in_crm: int
    orders_in_store: int
    findings: list[Finding]

    @property
    def summary(self) -> str:
        """E.g. "Tea Shop: 120 orders in the CRM, 119 in BigCommerce; 1 not pushed"."""
        kinds: dict[str, int] = defaultdict(int)
        for finding in self.findings:
            kinds[finding.kind] += 1
        found = ", ".join(f"{number:,} {kind}" for kind, number in sorted(kinds.items()))
        return (
            f"{self.store_name}: {count_of(self.orders_in_crm, 'order')} in the CRM, "
            f"{self.orders_in_store:,} in BigCommerce; {found or 'no difference'}"
        )


def reconcile(
    crm: Connection, client: StoreClient, source: DataSource, from_time: datetime, to_time: datetime
) -> Reconciliation:
    """Compare the orders completed in [from_time, to_time), and keep the result in the database.

    The caller commits. Raises any BigCommerceError.
    """
    ours = order_reconciliations.compared_orders(crm, source.data_source_id, from_time, to_time)
    # read before the store is: what gets there meanwhile still counts as on its way
    known = _known(crm, source, ours)
    theirs: dict[int, list[StoreOrder]] = defaultdict(list)  # by the CRM's order id
    # an order may have been sent long after it was completed, so the listing has no upper end
    for page in list_orders(client, modified_since=from_time - CLOCK_TOLERANCE):
        for order in page:
            if order_id := order_id_of(order.external_order_id):
                theirs[order_id].append(order)
    # a dismissed order is missing by a person's decision, so only one that the store has is compared
    ours = [order for order in ours if order.state != "dismissed" or theirs[order.order_id]]
    findings = [
        finding
        for order in ours
        if (finding := _compare(client, order, theirs[order.order_id], known.get(order.order_id, [])))
    ]
    findings += _unknown(crm, source, theirs)
    findings += _late(crm, client, source, to_time, theirs, {finding.order_id for finding in findings})
    in_store = sum(1 for order in ours if theirs[order.order_id])
    order_reconciliations.add(
        crm,
        source.data_source_id,
        from_time,
        to_time,
        orders_in_crm=len(ours),
        orders_in_store=in_store,
        findings=findings,
    )
    return Reconciliation(source.store_name, len(ours), in_store, findings)


def twice_in_store(order_id: int, bigcommerce_order_ids: list[int]) -> Finding:
    """The finding for an order that BigCommerce has more than once."""
    named = ", ".join(map(str, bigcommerce_order_ids))
    return Finding(
        "twice in BigCommerce",
        order_id,
        bigcommerce_order_ids,
        f"Order {order_id} is in BigCommerce {len(bigcommerce_order_ids)} times, as {named}: compare "
        "them, then cancel and archive all but one of those that are the same order.",
    )


def _unknown(crm: Connection, source: DataSource, theirs: dict[int, list[StoreOrder]]) -> list[Finding]:
    """Orders under our ids that the CRM does not have: lost by a restore, or sent by another CRM."""
    order_ids = [order_id for order_id, orders in theirs.items() if orders]
    return [
        Finding(
            "unknown to the CRM",
            order_id,
            ids := sorted(order.id for order in theirs[order_id]),
            f"BigCommerce has order {order_id} from us, as {', '.join(map(str, ids))}; the CRM has no such "
            "order. If its database was restored from a backup, see docs/backup.md; if not, find out who "
            "sent it.",
        )
        for order_id in order_reconciliations.unknown_order_ids(crm, source.data_source_id, order_ids)
    ]


def _late(
    crm: Connection,
    client: StoreClient,
    source: DataSource,
    to_time: datetime,
    theirs: dict[int, list[StoreOrder]],
    already_found: set[int],
) -> list[Finding]:
    """Late orders, however long before the time span: at its end, none of its own may be late yet.

    They are late as they were last read; those that changed lately are listed as they are now.
    """
    return [
        not_shipped(late)
        for late in order_deliveries.late_orders(crm, source.data_source_id, to_time)
        if late.order_id not in already_found
        and all(
            is_to_be_shipped(order, read_items_left(client, order)) for order in theirs.get(late.order_id, [])
        )
    ]


def _known(crm: Connection, source: DataSource, ours: list[ComparedOrder]) -> dict[int, list[Mirrored]]:
    """How far the refunds and cancellations have come, by order."""
    undone = [order.order_id for order in ours if order.refunded_amount or order.order_status != "COMPLETE"]
    of_orders = reversal_ledger.of_orders(crm, undone)
    return {order_id: mirrored(source, reversals) for order_id, reversals in of_orders.items()}


def _compare(
    client: StoreClient, ours: ComparedOrder, listed: list[StoreOrder], known: list[Mirrored]
) -> Finding | None:
    order_id = ours.order_id
    if ours.state == "pushed" and not listed:
        # not among the newest: look it up by its id before reporting that it is gone
        listed = find_orders(client, external_order_id(order_id)).matches or _without_our_id(client, ours)
    there = sorted(order.id for order in listed if not order.is_deleted)
    if len(there) > 1:
        return twice_in_store(order_id, there)
    if there and ours.state in ("rejected", "dismissed"):
        return _in_store_after_all(ours, there)
    if not there and ours.order_status == "COMPLETE" and ours.state == "pushed":
        return Finding(
            "gone from BigCommerce",
            order_id,
            [ours.bigcommerce_order_id or 0],
            f"Order {order_id} was sent as BigCommerce order {ours.bigcommerce_order_id}, which is gone or "
            "archived there: find out who did that, and restore it if it was a mistake.",
        )
    if not there and ours.state != "pushed":
        why = ours.reason or "It has not been sent yet."
        step = ours.next_step or "Run the order push, or a backfill over its date."
        return Finding("not pushed", order_id, [], f"Order {order_id} is not in BigCommerce. {why} {step}")
    theirs = min(listed, key=lambda order: order.is_deleted, default=None)
    if not theirs or ours.state != "pushed":
        return None
    items_left = read_items_left(client, theirs) if ours.is_called_off else None
    if ours.refunded_amount and theirs.status_id in (REFUNDED, PARTIALLY_REFUNDED):
        refunded = refunded_amount(client, theirs.id)
        theirs = theirs if refunded is None else replace(theirs, refunded=refunded)
    return difference(ours, theirs, known, items_left=items_left)


def _in_store_after_all(ours: ComparedOrder, there: list[int]) -> Finding:
    step = (
        "If it is the same order, retry it"
        if ours.state == "rejected"
        else "Cancel it there. Or, if it is the same order and is to stay, reopen and retry it"
    )
    return Finding(
        "in BigCommerce after all",
        ours.order_id,
        there,
        f"Order {ours.order_id} was {ours.state}, but BigCommerce has an order under its id, its order "
        f"{there[0]}. {step}: it is recorded then, and not sent again.",
    )


def _without_our_id(client: StoreClient, ours: ComparedOrder) -> list[StoreOrder]:
    """The order with the number recorded for ours, if a person entered it in BigCommerce."""
    if not ours.bigcommerce_order_id:
        return []
    order = get_order(client, ours.bigcommerce_order_id, store_has_answered=True)
    return [order] if order and order_id_of(order.external_order_id) is None else []
