"""Changes of many override prices: previewed, applied, undone."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from include import airflow_metadata
from include.crm.campaign_products import Mark, WantedProducts
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.crm.ids import LARGEST_ID
from include.crm.price_batch_rows import PriceBatch
from include.dag_ids import dag_id_of
from include.product_sync import price_changes, price_file_check
from include.product_sync.errors import PriceRefused
from include.product_sync.price_adjustment import Action, Unit, read_price_rule
from include.product_sync.price_file import MOST_LINES
from plugins.data_sources_page import price_views
from plugins.data_sources_page.csrf import same_origin
from plugins.data_sources_page.dependencies import Crm, Source
from plugins.data_sources_page.exact_json import exact_json
from plugins.data_sources_page.parameters import (
    LONGEST_AMOUNT,
    LONGEST_SEARCH,
    PAGE,
    PRICES_PAGE,
    After,
    Before,
    Id,
    Limit,
    ShowPrices,
)
from plugins.data_sources_page.permissions import User, may_sync, reader

router = APIRouter(prefix="/api/data-sources/{store}/price-changes", tags=["price changes"])
READING = [Depends(reader)]
CHANGING = [Depends(may_sync), Depends(same_origin)]
CSV = "text/csv"
CSV_BODY = {"requestBody": {"required": True, "content": {CSV: {"schema": {"type": "string"}}}}}


class PriceChange(BaseModel):
    """How to change the prices of many variants, and of which."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    action: Action = Field(
        description="Raise or lower: of the synced price, rounded half up to the currency."
    )
    by: str = Field("", max_length=LONGEST_AMOUNT, description='Digits, e.g. "12.5".')
    unit: Unit = "percent"
    scope: str = Field("selected", pattern="^(selected|all)$", description="all: all that the search finds.")
    selected: list[Annotated[int, Field(ge=1, le=LARGEST_ID)]] = Field(
        [], max_length=MOST_LINES, description="Ids of variants (variant_detail_id)."
    )
    search: str = Field("", max_length=LONGEST_SEARCH)
    show: Mark = "all"


class Confirmation(BaseModel):
    """That unusual prices are meant: 0, or more decimals than the currency has."""

    model_config = ConfigDict(extra="forbid")

    confirmed: bool = False


async def csv_body(request: Request) -> bytes:
    """The body, which body_limit.py has bounded. Raises PriceRefused if it is no CSV file."""
    if request.headers.get("Content-Type", "").split(";")[0].strip().lower() != CSV:
        raise PriceRefused({"file": f"Send the file itself as the body, with the Content-Type {CSV}."})
    return await request.body()


@router.get("", dependencies=READING)
def list_price_changes(
    source: Source, crm: Crm, before: Before = None, limit: Limit = PAGE
) -> dict[str, Any]:
    """List applied imports, changes and undos, newest first."""
    page = price_views.list_batches(crm, source, before=before, limit=limit)
    return {"price_changes": [_as_json(batch) for batch in page.rows], "next": page.next}


@router.post("", dependencies=CHANGING, status_code=201)
def preview_price_change(source: Source, crm: Crm, wanted: PriceChange, user: User) -> dict[str, Any]:
    """Preview a change by a percentage or an amount of the synced price, or a reset."""
    campaign_id = price_views.campaign_of(source)
    rule = read_price_rule(wanted.action, wanted.by, wanted.unit)
    everything = WantedProducts(campaign_id, wanted.show, wanted.search)
    variants = everything if wanted.scope == "all" else wanted.selected
    batch = price_changes.preview_change(crm, campaign_id, rule, variants, user.get_name())
    crm.commit()
    return _answer(source, batch)


@router.post("/import", dependencies=CHANGING, status_code=201, openapi_extra=CSV_BODY)
def import_prices(
    source: Source,
    crm: Crm,
    user: User,
    data: Annotated[bytes, Depends(csv_body)],
    name: Annotated[str, Query(max_length=255, description="The name of the file.")] = "a CSV file",
    dry_run: Annotated[bool, Query(description="false: apply it at once if no line has an error.")] = True,
    confirmed: Annotated[bool, Query(description="Unusual prices are meant.")] = False,
) -> dict[str, Any]:
    """Preview a CSV file.

    Columns: override_price (empty: reset), and variant_detail_id, bigcommerce_variant_id or sku.
    """
    campaign_id = price_views.campaign_of(source)
    batch = price_file_check.preview_import(crm, campaign_id, data, name, user.get_name())
    if dry_run:
        crm.commit()
        return _answer(source, batch)
    price_file_check.refuse_problems(batch)
    return _apply(crm, source, batch.price_batch_id, user, confirmed=confirmed)


@router.get("/{price_batch_id}", dependencies=READING)
def show_price_change(
    source: Source,
    crm: Crm,
    price_batch_id: Id,
    show: ShowPrices = "all",
    after: After = 0,
    limit: Limit = PRICES_PAGE,
) -> dict[str, Any]:
    """Show a preview or an applied batch with the old and new price of each variant."""
    view = price_views.batch_of(crm, source, price_batch_id, show=show, after=after, limit=limit)
    rows = [exact_json(row) for row in view.rows]
    return {**_as_json(view.batch), "consequences": view.consequences, "rows": rows, "next": view.next}


@router.post("/{price_batch_id}/apply", dependencies=CHANGING)
def apply_price_change(
    source: Source, crm: Crm, price_batch_id: Id, confirmation: Confirmation, user: User
) -> dict[str, Any]:
    """Apply a preview: all of it or, if a price was changed by somebody else meanwhile, nothing."""
    return _apply(crm, source, price_batch_id, user, confirmed=confirmation.confirmed)


@router.post("/{price_batch_id}/undo", dependencies=CHANGING)
def undo_price_change(source: Source, crm: Crm, price_batch_id: Id, user: User) -> dict[str, Any]:
    """Undo an applied batch, except for prices that were changed again since."""
    campaign_id = price_views.campaign_of(source)
    undone = price_changes.undo(crm, campaign_id, price_batch_id, user.get_name())
    kept = f" Changed since and kept: {undone.problem_count:,}." if undone.problem_count else ""
    return _done(crm, source, undone, user, f"Undone. Prices restored: {undone.changes:,}.{kept}")


def _apply(
    crm: Connection, source: DataSource, price_batch_id: int, user: User, *, confirmed: bool
) -> dict[str, Any]:
    campaign_id = price_views.campaign_of(source)
    batch = price_changes.apply(crm, campaign_id, price_batch_id, user.get_name(), confirmed=confirmed)
    return _done(crm, source, batch, user, f"Prices changed: {batch.changes:,}. Syncs won't change them.")


def _done(crm: Connection, source: DataSource, batch: PriceBatch, user: User, message: str) -> dict[str, Any]:
    # before the commit: every change is in the audit log
    what = {"price_batch_id": batch.price_batch_id, "title": batch.title, "changes": batch.changes}
    airflow_metadata.record_audit(
        "bigcommerce.change_prices", user.get_name(), dag_id_of(source.store_hash), what
    )
    crm.commit()
    return _answer(source, batch, message)


def _answer(source: DataSource, batch: PriceBatch, message: str = "") -> dict[str, Any]:
    page = f"{source.store_hash}/prices/{batch.price_batch_id}"
    return {"message": message, "page": page, **_as_json(batch)}


def _as_json(batch: PriceBatch) -> dict[str, Any]:
    return {**exact_json(batch), "title": batch.title}
