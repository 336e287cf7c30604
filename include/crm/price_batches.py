"""Many override prices that are changed at once: previewed, applied in one transaction, undone.

A preview keeps its rows in crm.price_batch_row until it is applied; from then on they are the history of
override prices, from which an undo is made. include/product_sync/price_changes.py has the rules.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from psycopg.types.json import Jsonb

from include.crm.database import Connection, execute, explained_errors, fetch_all, fetch_one, query
from include.crm.price_batch_rows import (
    AppliedRow,
    BatchRow,
    ChangedRow,
    Plan,
    PlannedPrice,
    PriceBatch,
    Show,
)

PROBLEMS_KEPT = 1_000
# From so many changes on, it is worth a look at the size of the campaign.
MANY_CHANGES = 1_000


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
    _expect(crm, len(plan.rows))
    _copy(crm, price_batch_id, plan.rows)
    return price_batch_id


def _expect(crm: Connection, changes: int) -> None:
    if changes >= MANY_CHANGES:
        execute(crm, "price_batches/analyze_prices")


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
    batch = get(crm, campaign_id, price_batch_id)
    _expect(crm, batch.changes if batch else 0)
    return batch


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
