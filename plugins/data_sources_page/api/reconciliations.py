"""The reconciliations of a data source, and the differences that each found."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Depends, Response

from include.crm import order_reconciliations
from plugins.data_sources_page import reconciliation_views
from plugins.data_sources_page.dependencies import Crm, Source
from plugins.data_sources_page.exports import Export
from plugins.data_sources_page.parameters import PAGE, After, Before, FindingFilter, Id, Limit
from plugins.data_sources_page.permissions import reader

router = APIRouter(prefix="/api/data-sources", tags=["reconciliations"], dependencies=[Depends(reader)])


@router.get("/{store}/reconciliations")
def list_reconciliations(
    source: Source, crm: Crm, before: Before = None, limit: Limit = PAGE
) -> dict[str, Any]:
    """List the reconciliations of a store, newest first, with the number of differences by kind."""
    page = reconciliation_views.list_reconciliations(crm, source, before=before, limit=limit)
    return {"reconciliations": [asdict(each) for each in page.rows], "next": page.next}


@router.get("/{store}/reconciliations/{order_reconciliation_id}")
def show_reconciliation(
    source: Source,
    crm: Crm,
    order_reconciliation_id: Id,
    kind: FindingFilter = None,
    after: After = 0,
    limit: Limit = PAGE,
) -> dict[str, Any]:
    """Show one reconciliation with its differences, by order id."""
    result = reconciliation_views.reconciliation_of(crm, source, order_reconciliation_id)
    page = reconciliation_views.list_findings(crm, result, kind=kind, after=after, limit=limit)
    return {**asdict(result), "differences": [asdict(each) for each in page.rows], "next": page.next}


@router.get("/{store}/reconciliations/{order_reconciliation_id}/differences.csv", response_class=Response)
def export_findings(
    source: Source, crm: Crm, export: Export, order_reconciliation_id: Id, kind: FindingFilter = None
) -> Response:
    """Export the differences of one reconciliation as CSV."""
    reconciliation_views.reconciliation_of(crm, source, order_reconciliation_id)
    name = f"reconciliation-{order_reconciliation_id}-{source.store_hash}.csv"
    return export.csv(
        name, lambda reading: order_reconciliations.export(reading, order_reconciliation_id, kind)
    )
