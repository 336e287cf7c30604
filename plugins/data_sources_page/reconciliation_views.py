"""Reconciliations and their differences, as both the page and its API show them."""

from __future__ import annotations

from include.crm import order_reconciliations
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.crm.order_reconciliations import Finding, FindingKind, Reconciliation
from plugins.data_sources_page.errors import NotFound
from plugins.data_sources_page.paging import Page, page_of


def list_reconciliations(
    crm: Connection, source: DataSource, *, before: int | None, limit: int
) -> Page[Reconciliation, int]:
    """The reconciliations of a store, newest first."""
    rows = order_reconciliations.page(crm, source.data_source_id, before=before, limit=limit + 1)
    return page_of(rows, limit, lambda row: row.order_reconciliation_id)


def reconciliation_of(crm: Connection, source: DataSource, order_reconciliation_id: int) -> Reconciliation:
    """One reconciliation of the store. Raises NotFound."""
    reconciliation = order_reconciliations.get(crm, source.data_source_id, order_reconciliation_id)
    if reconciliation is None:
        raise NotFound(
            f"Store {source.store_hash} has no reconciliation {order_reconciliation_id}.",
            "Search for it in the list of reconciliations.",
        )
    return reconciliation


def list_findings(
    crm: Connection, reconciliation: Reconciliation, *, kind: FindingKind | None, after: int, limit: int
) -> Page[Finding, int]:
    """The differences that a reconciliation found, by order id."""
    rows = order_reconciliations.findings(
        crm, reconciliation.order_reconciliation_id, kind=kind, after=after, limit=limit + 1
    )
    return page_of(rows, limit, lambda row: row.order_id)
