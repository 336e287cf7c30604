"""Reconciliation: what the CRM says it sent, against what BigCommerce has. It finds, and changes nothing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import psycopg

from include.bigcommerce.client import StoreClient
from include.bigcommerce.orders import StoreOrder, find_orders, list_orders
from include.crm.data_sources import DataSource
from include.crm.database import execute, fetch_all, fetch_one
from include.order_push.translate import external_order_id, order_id_of
from include.order_push.worker import CLOCK_DIFFERENCE

Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class Finding:
    """One difference, and in `sentence` what to do about it."""

    kind: Literal["not pushed", "twice in BigCommerce", "gone from BigCommerce", "unknown to the CRM"]
    order_id: int
    bigcommerce_order_ids: list[int]
    sentence: str


@dataclass(frozen=True)
class Reconciliation:
    """Both sides of one store in a time: how many orders, and where they differ."""

    store_name: str
    orders_in_crm: int
    orders_in_store: int
    findings: list[Finding]

    @property
    def summary(self) -> str:
        """E.g. "Tea Shop: 120 orders here, 119 in BigCommerce; 1 not pushed"."""
        kinds: dict[str, int] = defaultdict(int)
        for finding in self.findings:
            kinds[finding.kind] += 1
        found = ", ".join(f"{number:,} {kind}" for kind, number in sorted(kinds.items()))
        return (
            f"{self.store_name}: {self.orders_in_crm:,} orders here, {self.orders_in_store:,} in "
            f"BigCommerce; {found or 'no difference'}"
        )


def reconcile(
    crm: Connection, client: StoreClient, source: DataSource, from_time: datetime, to_time: datetime
) -> Reconciliation:
    """Compare the orders completed in [from_time, to_time), and keep the result in the database.

    The caller commits. Raises any BigCommerceError.
    """
    span = {"data_source_id": source.data_source_id, "from_time": from_time, "to_time": to_time}
    ours = fetch_all(crm, "order_push/compared", **span)
    theirs: dict[int, list[StoreOrder]] = defaultdict(list)  # by the CRM's order id
    # An order may have been sent long after it was completed, so there is no end to where it may be.
    for page in list_orders(client, modified_since=from_time - CLOCK_DIFFERENCE):
        for order in page:
            if order_id := order_id_of(order.external_order_id):
                theirs[order_id].append(order)
    findings = [finding for row in ours if (finding := _compare(client, row, theirs[row["order_id"]]))]
    findings += _unknown(crm, source, theirs)
    in_store = sum(1 for row in ours if theirs[row["order_id"]])
    kept = fetch_one(
        crm,
        "order_push/add_reconciliation",
        **span,
        orders_in_crm=len(ours),
        orders_in_store=in_store,
        findings=len(findings),
    )
    assert kept is not None
    for finding in findings:
        execute(crm, "order_push/add_finding", **kept, **vars(finding))
    return Reconciliation(source.store_name, len(ours), in_store, findings)


def _unknown(crm: Connection, source: DataSource, theirs: dict[int, list[StoreOrder]]) -> list[Finding]:
    """Orders under names of ours that the CRM does not have: lost by a restore, or sent by another CRM."""
    order_ids = [order_id for order_id, orders in theirs.items() if orders]
    return [
        Finding(
            "unknown to the CRM",
            row["order_id"],
            ids := sorted(order.id for order in theirs[row["order_id"]]),
            f"BigCommerce has order {row['order_id']} from us, as {', '.join(map(str, ids))}; the CRM has no "
            "such order. If its database was restored from a backup, see docs/backup.md; if not, find out "
            "who sent it.",
        )
        for row in fetch_all(
            crm, "order_push/unknown_orders", data_source_id=source.data_source_id, order_ids=order_ids
        )
    ]


def _compare(client: StoreClient, row: dict[str, Any], listed: list[StoreOrder]) -> Finding | None:
    order_id = row["order_id"]
    if row["state"] == "pushed" and not listed:
        # not among the newest: ask for it by name before saying that it is gone
        listed = find_orders(client, external_order_id(order_id))
    there = sorted(order.id for order in listed if not order.is_deleted)
    if len(there) > 1:
        named = ", ".join(map(str, there))
        return Finding(
            "twice in BigCommerce",
            order_id,
            there,
            f"Order {order_id} is in BigCommerce {len(there)} times, as {named}: cancel and archive all but "
            "one of them.",
        )
    if row["state"] == "pushed" and not there:
        return Finding(
            "gone from BigCommerce",
            order_id,
            [row["bigcommerce_order_id"]],
            f"Order {order_id} was sent as BigCommerce order {row['bigcommerce_order_id']}, which is gone or "
            "archived there: find out who did that, and restore it if it was a mistake.",
        )
    if row["state"] != "pushed" and not there:
        why = row["reason"] or "It has not been sent yet."
        step = row["next_step"] or "Run the order push, or a backfill over its date."
        return Finding("not pushed", order_id, [], f"Order {order_id} is not in BigCommerce. {why} {step}")
    return None
