"""Deletes old rows of one kind in small batches, oldest first, so that nobody waits for housekeeping.

Each batch walks along the primary key of its table. Ids ascend with time, so the walk can stop where rows are
young. Rows that somebody else has locked are skipped. Each kind has the queries
sql/queries/housekeeping/delete_<kind>.sql and vacuum_<kind>.sql.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from include.crm.database import Connection, execute, fetch_one
from include.crm.sync_history import TREND_LENGTH

RowKind = Literal[
    "pages",
    "syncs",
    "attempts",
    "reversal_attempts",
    "reconciliations",
    "alerts",
    "price_previews",
    "change_hints",
]


@dataclass(frozen=True)
class Batch:
    """The number of deleted rows, the last id of the batch, and whether the next batch may have old rows."""

    number: int
    last: int | None
    goes_on: bool


def delete_batch(
    crm: Connection, kind: RowKind, *, after: int, before: datetime, limit: int, dry_run: bool = False
) -> Batch:
    """Delete the rows of the next `limit` ids above `after` that are older than `before`; the caller commits.

    A dry run only counts them. Of syncs, the newest of each store are kept however old they are.
    """
    row = fetch_one(
        crm,
        f"housekeeping/delete_{kind}",
        after=after,
        before=before,
        limit=limit,
        newest=TREND_LENGTH,
        dry_run=dry_run,
    )
    assert row is not None
    return Batch(**row)


def vacuum(crm: Connection, kind: RowKind) -> None:
    """Let new rows reuse the space of deleted ones. Blocks nobody; needs a connection with autocommit."""
    execute(crm, f"housekeeping/vacuum_{kind}")
