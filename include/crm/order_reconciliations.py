"""What a reconciliation reads of the CRM, and its result: crm.order_reconciliation with its findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from include.crm.database import Connection, execute, export_csv, fetch_all, fetch_one
from include.crm.ids import LARGEST_ID
from include.crm.order_ledger_rows import State

FindingKind = Literal[
    "not pushed",
    "in BigCommerce after all",
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

    @property
    def is_called_off(self) -> bool:
        """Whether the CRM cancelled or declined it, so that nothing of it is to be shipped any more."""
        return self.order_status not in ("COMPLETE", "REFUNDED")


@dataclass(frozen=True)
class Finding:
    """One difference between the CRM and BigCommerce; `sentence` says what it is and what to do."""

    kind: FindingKind
    order_id: int
    bigcommerce_order_ids: list[int]
    sentence: str


@dataclass(frozen=True)
class Reconciliation:
    """One that was made: of the orders completed in [from_time, to_time), and its differences by kind."""

    order_reconciliation_id: int
    from_time: datetime
    to_time: datetime
    orders_in_crm: int
    orders_in_store: int
    findings: int
    made_at: datetime
    kinds: Mapping[FindingKind, int]


def compared_orders(
    crm: Connection, data_source_id: int, from_time: datetime, to_time: datetime
) -> list[ComparedOrder]:
    """Orders completed in [from_time, to_time) that were sent or should have been, by id."""
    rows = fetch_all(
        crm,
        "order_reconciliations/compared",
        data_source_id=data_source_id,
        from_time=from_time,
        to_time=to_time,
    )
    return [ComparedOrder(**row) for row in rows]


def unknown_order_ids(crm: Connection, data_source_id: int, order_ids: list[int]) -> list[int]:
    """Those of the ids under which the CRM has no order of this store."""
    rows = fetch_all(
        crm, "order_reconciliations/unknown_orders", data_source_id=data_source_id, order_ids=order_ids
    )
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
        "order_reconciliations/add",
        data_source_id=data_source_id,
        from_time=from_time,
        to_time=to_time,
        orders_in_crm=orders_in_crm,
        orders_in_store=orders_in_store,
        findings=len(findings),
    )
    assert row is not None
    for finding in findings:
        execute(crm, "order_reconciliations/add_finding", **row, **vars(finding))


def page(
    crm: Connection, data_source_id: int, *, before: int | None = None, limit: int
) -> list[Reconciliation]:
    """At most `limit` reconciliations of a store, newest first, with an id below `before`."""
    return _results(crm, data_source_id, before=before or LARGEST_ID, limit=limit)


def get(crm: Connection, data_source_id: int, order_reconciliation_id: int) -> Reconciliation | None:
    """One reconciliation of a store; None if the store has no such one."""
    found = _results(
        crm, data_source_id, before=LARGEST_ID, limit=1, order_reconciliation_id=order_reconciliation_id
    )
    return found[0] if found else None


def findings(
    crm: Connection, order_reconciliation_id: int, *, kind: FindingKind | None, after: int, limit: int
) -> list[Finding]:
    """At most `limit` differences of a reconciliation, by order id, of orders after `after`."""
    rows = fetch_all(
        crm,
        "order_reconciliations/findings",
        order_reconciliation_id=order_reconciliation_id,
        kind=kind,
        after=after,
        limit=limit,
    )
    return [Finding(**row) for row in rows]


def export(crm: Connection, order_reconciliation_id: int, kind: FindingKind | None) -> Iterator[bytes]:
    """All differences of a reconciliation as CSV, in blocks."""
    return export_csv(
        crm, "order_reconciliations/export", order_reconciliation_id=order_reconciliation_id, kind=kind
    )


def _results(
    crm: Connection,
    data_source_id: int,
    *,
    before: int,
    limit: int,
    order_reconciliation_id: int | None = None,
) -> list[Reconciliation]:
    rows = fetch_all(
        crm,
        "order_reconciliations/page",
        data_source_id=data_source_id,
        before=before,
        limit=limit,
        order_reconciliation_id=order_reconciliation_id,
    )
    return [Reconciliation(**row) for row in rows]
