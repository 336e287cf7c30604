"""Changes of many prices: the list of them, a CSV import, a preview, and what was applied."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from include.crm.data_sources import DataSource
from include.product_sync.price_file import LARGEST_FILE, MOST_LINES
from plugins.data_sources_page import price_views
from plugins.data_sources_page.dependencies import Crm, Source
from plugins.data_sources_page.parameters import PAGE, PRICES_PAGE, After, Before, Id, ShowPrices
from plugins.data_sources_page.permissions import User, reader
from plugins.data_sources_page.rendering import render

router = APIRouter(include_in_schema=False, dependencies=[Depends(reader)])

PREVIEW_FILTERS = {"all": "All", "unusual": "Need confirmation", "outdated": "Changed meanwhile"}
APPLIED_FILTERS = {"all": "All", "unusual": "0 or extra decimals", "outdated": "Changed again since"}


@router.get("/{store}/prices")
def list_price_changes(
    request: Request, user: User, source: Source, crm: Crm, before: Before = None
) -> HTMLResponse:
    """Applied imports, changes and undos of a store, and the form of an import."""
    page = price_views.list_batches(crm, source, before=before, limit=PAGE)
    return _render(
        request,
        user,
        source,
        "prices.html",
        batches=page.rows,
        following=page.next,
        is_first=before is None,
        largest_file=LARGEST_FILE,
        most_lines=MOST_LINES,
    )


@router.get("/{store}/prices/{price_batch_id}")
def show_price_change(
    request: Request,
    user: User,
    source: Source,
    crm: Crm,
    price_batch_id: Id,
    show: ShowPrices = "all",
    after: After = 0,
) -> HTMLResponse:
    """A preview to apply, or an applied batch to undo."""
    view = price_views.batch_of(crm, source, price_batch_id, show=show, after=after, limit=PRICES_PAGE)
    filters = PREVIEW_FILTERS if view.batch.applied_at is None else APPLIED_FILTERS
    return _render(
        request, user, source, "price_batch.html", view=view, show=show, filters=filters, is_first=after == 0
    )


def _render(request: Request, user: User, source: DataSource, template: str, **values: Any) -> HTMLResponse:
    return render(request, user, template, store=source.store_hash, source=source, **values)
