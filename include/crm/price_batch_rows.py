"""Changes of many override prices, as plans and as rows of crm.price_batch and crm.price_batch_row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

Kind = Literal["import", "change", "undo"]
# Rows to show; outdated: somebody changed the price after the preview, or after the batch was applied.
Show = Literal["all", "unusual", "outdated"]


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
