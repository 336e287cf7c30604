"""The results of reconciliations, as people read them; order_reconciliations.py writes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from include.crm.database import export_csv, fetch_all
from include.crm.ids import LARGEST_ID
from include.crm.order_reconciliations import Finding, FindingKind

Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class Result:
    """One reconciliation: of the orders completed in [from_time, to_time), and its differences by kind."""

    order_reconciliation_id: int
    from_time: datetime
    to_time: datetime
    orders_in_crm: int
    orders_in_store: int
    findings: int
    made_at: datetime
    kinds: Mapping[FindingKind, int]


def page(crm: Connection, data_source_id: int, *, before: int | None = None, limit: int) -> list[Result]:
    """At most `limit` reconciliations of a store, newest first, with an id below `before`."""
    return _results(crm, data_source_id, before=before or LARGEST_ID, limit=limit)


def get(crm: Connection, data_source_id: int, order_reconciliation_id: int) -> Result | None:
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
) -> list[Result]:
    rows = fetch_all(
        crm,
        "order_reconciliations/page",
        data_source_id=data_source_id,
        before=before,
        limit=limit,
        order_reconciliation_id=order_reconciliation_id,
    )
    return [Result(**row) for row in rows]
