"""Reconciliations and their differences, as both the page and its API show them."""

from __future__ import annotations

from typing import Any

import psycopg

from include.crm import reconciliation_results
from include.crm.data_sources import DataSource
from include.crm.order_reconciliations import Finding, FindingKind
from include.crm.reconciliation_results import Result
from plugins.data_sources_page.errors import NotFound
from plugins.data_sources_page.paging import Page, page_of

Connection = psycopg.Connection[Any]


def list_reconciliations(
    crm: Connection, source: DataSource, *, before: int | None, limit: int
) -> Page[Result, int]:
    """The reconciliations of a store, newest first."""
    rows = reconciliation_results.page(crm, source.data_source_id, before=before, limit=limit + 1)
    return page_of(rows, limit, lambda row: row.order_reconciliation_id)


def reconciliation_of(crm: Connection, source: DataSource, order_reconciliation_id: int) -> Result:
    """One reconciliation of the store. Raises NotFound."""
    result = reconciliation_results.get(crm, source.data_source_id, order_reconciliation_id)
    if result is None:
        raise NotFound(
            f"Store {source.store_hash} has no reconciliation {order_reconciliation_id}.",
            "Search for it in the list of reconciliations.",
        )
    return result


def list_findings(
    crm: Connection, result: Result, *, kind: FindingKind | None, after: int, limit: int
) -> Page[Finding, int]:
    """The differences that a reconciliation found, by order id."""
    rows = reconciliation_results.findings(
        crm, result.order_reconciliation_id, kind=kind, after=after, limit=limit + 1
    )
    return page_of(rows, limit, lambda row: row.order_id)
