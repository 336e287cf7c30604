"""Many override prices that are changed at once: previewed, applied in one transaction, undone.

A preview keeps its rows in crm.price_batch_row until it is applied; from then on they are the history of
override prices, from which an undo is made. include/product_sync/price_changes.py has the rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

import psycopg
from psycopg.types.json import Jsonb

from include.crm.database import execute, explained_errors, fetch_all, fetch_one, query

Connection = psycopg.Connection[Any]
Kind = Literal["import", "change", "undo"]
# Rows to show; outdated: somebody changed the price after the preview, or after the batch was applied.
Show = Literal["all", "unusual", "outdated"]
PROBLEMS_KEPT = 1_000


@dataclass(frozen=True)
class PlannedPrice:
    """A new override price (None: reset), and what it is based on: see crm.price_batch_row."""

    variant_detail_id: int
    price_before: Decimal | None
    price_after: Decimal | None
    line_number: int | None = None
    synced_price: Decimal | None = None


@dataclass(frozen=True)
class Problem:
    """Why a line of a file, or a variant, is skipped."""

    line: int | None
    sentence: str


@dataclass(frozen=True)
class Plan:
    """What a batch is to change; `unchanged` variants have the wanted price already."""

    kind: Kind
    description: str
    rows: Sequence[PlannedPrice]
    unchanged: int = 0
    problems: Sequence[Problem] = ()
    undoes_id: int | None = None


@dataclass(frozen=True)
class PriceBatch:
    """A preview or an applied batch; the comments of crm.price_batch describe the columns."""

    price_batch_id: int
    campaign_id: int
    kind: Kind
    description: str
    undoes_id: int | None
    changes: int
    unchanged: int
    free: int
    too_fine: int
    problem_count: int
    problems: list[dict[str, Any]]
    created_by: str
    created_at: datetime
    applied_by: str | None
    applied_at: datetime | None
    undone_by_id: int | None
    is_expired: bool

    @property
    def title(self) -> str:
        """E.g. "Import of prices.csv", "Raise by 10%", "Undo: Import of prices.csv"."""
        return title_of(self.kind, self.description)


def title_of(kind: Kind, description: str) -> str:
    """What people read of a batch: see PriceBatch.title."""
    return {"import": "Import of ", "change": "", "undo": "Undo: "}[kind] + description


@dataclass(frozen=True)
class BatchRow:
    """One change of a batch. `is_unusual`: the new price is 0 or has more decimals than the currency."""

    variant_detail_id: int
    campaign_product_id: int
    line_number: int | None
    sku: str
    name: str
    synced_price: Decimal
    price_before: Decimal | None
    price_after: Decimal | None
    is_outdated: bool
    is_unusual: bool


@dataclass(frozen=True)
class ChangedRow:
    """A variant of a preview whose price is no longer as the preview shows it."""

    variant_detail_id: int
    line_number: int | None
    sku: str
    name: str


@dataclass(frozen=True)
class AppliedRow:
    """A variant of an applied batch, and whether its price was changed again since."""

    variant_detail_id: int
    price_before: Decimal | None
    price_after: Decimal | None
    sku: str
    name: str
    changed_since_by: str | None
    is_changed_since: bool


def add(crm: Connection, campaign_id: int, plan: Plan, created_by: str, decimals: int) -> int:
    """Keep a plan as a preview; its id. `decimals` are those of the campaign's currency."""
    prices = [row.price_after for row in plan.rows if row.price_after is not None]
    row = fetch_one(
        crm,
        "price_batches/add",
        campaign_id=campaign_id,
        kind=plan.kind,
        description=plan.description,
        undoes_id=plan.undoes_id,
        changes=len(plan.rows),
        unchanged=plan.unchanged,
        free=sum(price == 0 for price in prices),
        too_fine=sum(price != round(price, decimals) for price in prices),
        problem_count=len(plan.problems),
        problems=Jsonb([asdict(problem) for problem in plan.problems[:PROBLEMS_KEPT]]),
        created_by=created_by,
    )
    assert row is not None
    price_batch_id = int(row["price_batch_id"])
    _copy(crm, price_batch_id, plan.rows)
    return price_batch_id


def _copy(crm: Connection, price_batch_id: int, rows: Iterable[PlannedPrice]) -> None:
    with explained_errors(), crm.cursor() as cursor, cursor.copy(query("price_batches/copy_rows")) as copy:
        for row in rows:
            copy.write_row(
                (
                    price_batch_id,
                    row.variant_detail_id,
                    row.line_number,
                    row.price_before,
                    row.price_after,
                    row.synced_price,
                )
            )


def get(crm: Connection, campaign_id: int, price_batch_id: int) -> PriceBatch | None:
    """A batch of the campaign; None if it has no such batch, or housekeeping deleted the preview."""
    row = fetch_one(crm, "price_batches/get", campaign_id=campaign_id, price_batch_id=price_batch_id)
    return PriceBatch(**row) if row else None


def lock(crm: Connection, campaign_id: int, price_batch_id: int) -> PriceBatch | None:
    """The batch as it is now; until the transaction ends, nobody else applies or undoes it."""
    execute(crm, "price_batches/lock", campaign_id=campaign_id, price_batch_id=price_batch_id)
    return get(crm, campaign_id, price_batch_id)


def page(crm: Connection, campaign_id: int, *, before: int | None, limit: int) -> list[PriceBatch]:
    """Applied batches with an id below `before`, newest first."""
    rows = fetch_all(crm, "price_batches/page", campaign_id=campaign_id, before=before, limit=limit)
    return [PriceBatch(**row) for row in rows]


def rows(
    crm: Connection, batch: PriceBatch, *, show: Show, decimals: int, after: int, limit: int
) -> list[BatchRow]:
    """The changes of a batch, by variant, with an id above `after`."""
    name = "preview_rows" if batch.applied_at is None else "applied_rows"
    found = fetch_all(
        crm,
        f"price_batches/{name}",
        price_batch_id=batch.price_batch_id,
        show=show,
        decimals=decimals,
        after=after,
        limit=limit,
    )
    return [BatchRow(**row) for row in found]


def lock_rows(crm: Connection, price_batch_id: int) -> list[ChangedRow]:
    """Keep others from changing the prices of a preview; those that are no longer as it shows them."""
    return [
        ChangedRow(**row) for row in fetch_all(crm, "price_batches/lock_rows", price_batch_id=price_batch_id)
    ]


def apply(crm: Connection, price_batch_id: int, applied_by: str) -> None:
    """Set the prices of a preview whose rows are locked, and keep who did it."""
    execute(crm, "price_batches/apply", price_batch_id=price_batch_id, applied_by=applied_by)


def since_changed(crm: Connection, price_batch_id: int) -> list[AppliedRow]:
    """Every variant that an applied batch changed; nobody else changes them until the transaction ends."""
    return [
        AppliedRow(**row)
        for row in fetch_all(crm, "price_batches/since_changed", price_batch_id=price_batch_id)
    ]
