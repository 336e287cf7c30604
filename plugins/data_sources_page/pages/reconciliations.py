"""The reconciliations of a data source, and the differences that each found."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from plugins.data_sources_page import reconciliation_views
from plugins.data_sources_page.dependencies import Crm, Source
from plugins.data_sources_page.parameters import PAGE, After, Before, FindingFilter, Id
from plugins.data_sources_page.permissions import User, reader
from plugins.data_sources_page.rendering import render

router = APIRouter(include_in_schema=False, dependencies=[Depends(reader)])


@router.get("/{store}/reconciliations")
def list_reconciliations(
    request: Request, user: User, source: Source, crm: Crm, before: Before = None
) -> HTMLResponse:
    """All reconciliations, newest first; also those without a difference."""
    return render(
        request,
        user,
        "reconciliations.html",
        store=source.store_hash,
        source=source,
        page=reconciliation_views.list_reconciliations(crm, source, before=before, limit=PAGE),
        is_first=before is None,
    )


@router.get("/{store}/reconciliations/{order_reconciliation_id}")
def show_reconciliation(
    request: Request,
    user: User,
    source: Source,
    crm: Crm,
    order_reconciliation_id: Id,
    kind: FindingFilter = None,
    after: After = 0,
) -> HTMLResponse:
    """One reconciliation with its differences, each with its next step."""
    result = reconciliation_views.reconciliation_of(crm, source, order_reconciliation_id)
    return render(
        request,
        user,
        "reconciliation.html",
        store=source.store_hash,
        source=source,
        result=result,
        page=reconciliation_views.list_findings(crm, result, kind=kind, after=after, limit=PAGE),
        kind=kind,
        is_first=after == 0,
    )
