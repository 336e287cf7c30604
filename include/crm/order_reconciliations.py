"""What a reconciliation reads of the CRM, and crm.order_reconciliation with its findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

import psycopg

from include.crm.database import execute, fetch_all, fetch_one
from include.crm.order_ledger_rows import State

Connection = psycopg.Connection[Any]
FindingKind = Literal[
    "not pushed",
    "twice in BigCommerce",
    "gone from BigCommerce",
    "unknown to the CRM",
    "refunded in the CRM",
    "cancelled in the CRM",
    "refunded in BigCommerce",
    "cancelled in BigCommerce",
    "refunds differ",
    "total differs",
    "not shipped",
]


@dataclass(frozen=True)
class ComparedOrder:
    """An order that should be in BigCommerce, or was sent there; `state` is None outside the ledger.

    `refunded_amount` is what the CRM refunded of it, in the order's currency.
    """

    order_id: int
    order_status: str
    state: State | None
    bigcommerce_order_id: int | None
    reason: str | None
    next_step: str | None
    total_amount: Decimal
    currency_code: str
    refunded_amount: Decimal


@dataclass(frozen=True)
class Finding:
    """One difference between the CRM and BigCommerce; `sentence` says what it is and what to do."""

    kind: FindingKind
    order_id: int
    bigcommerce_order_ids: list[int]
    sentence: str


def compared_orders(
    crm: Connection, data_source_id: int, from_time: datetime, to_time: datetime
) -> list[ComparedOrder]:
    """Orders completed in [from_time, to_time) that were sent or should have been, by id."""
    rows = fetch_all(
        crm, "order_push/compared", data_source_id=data_source_id, from_time=from_time, to_time=to_time
    )
    return [ComparedOrder(**row) for row in rows]


def unknown_order_ids(crm: Connection, data_source_id: int, order_ids: list[int]) -> list[int]:
    """Those of the ids under which the CRM has no order of this store."""
    rows = fetch_all(crm, "order_push/unknown_orders", data_source_id=data_source_id, order_ids=order_ids)
    return [row["order_id"] for row in rows]


def add(
    crm: Connection,
    data_source_id: int,
    from_time: datetime,
    to_time: datetime,
    *,
    orders_in_crm: int,
    orders_in_store: int,
    findings: Sequence[Finding],
) -> None:
    """Keep the result of one reconciliation of the orders completed in [from_time, to_time)."""
    row = fetch_one(
        crm,
        "order_push/add_reconciliation",
        data_source_id=data_source_id,
        from_time=from_time,
        to_time=to_time,
        orders_in_crm=orders_in_crm,
        orders_in_store=orders_in_store,
        findings=len(findings),
    )
    assert row is not None
    for finding in findings:
        execute(crm, "order_push/add_finding", **row, **vars(finding))
