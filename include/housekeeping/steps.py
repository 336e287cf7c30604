"""Housekeeping as an Airflow task, or anyone else, calls it.

Each kind of rows is walked along its primary key, oldest first, stretch by stretch; ids ascend with time, so
the walk ends where rows are young. A stretch is a transaction of its own, and rows that somebody holds are
passed over: no sync and no push ever waits for housekeeping for more than moments, and what is stopped goes
on with the next run.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

import psycopg

from include.connections import open_crm
from include.crm.database import execute, fetch_one
from include.crm.sync_runs import TREND_LENGTH
from include.housekeeping.retention import KINDS, Kind

Connection = psycopg.Connection[Any]
log = logging.getLogger(__name__)


def tidy_up(days: Mapping[str, int | None], *, dry_run: bool = False) -> dict[str, Any]:
    """Delete what is older than `days` says of each kind, by its name. Gives {summary, counts}.

    None of days keeps a kind for ever. A dry run counts the same and deletes nothing. Raises ValueError,
    before anything is deleted, for fewer days than a kind must be kept.
    """
    for kind in KINDS:
        kept = days[kind.name]
        if kept is not None and kept < kind.least_days:
            raise ValueError(f"{kind.title}: at least {kind.least_days}, not {kept}.")
    now = datetime.now(timezone.utc)
    counts = {}
    with open_crm() as crm:
        # planned for the batch at hand; a plan for batches of any size would read whole tables
        crm.prepare_threshold = None
        for kind in KINDS:
            kept = days[kind.name]
            counts[kind.name] = 0 if kept is None else _delete(crm, kind, now - timedelta(days=kept), dry_run)
            log.info("%s: %s.", "To be deleted" if dry_run else "Deleted", kind.counted(counts[kind.name]))
        if not dry_run:
            _vacuum(crm, [kind for kind in KINDS if counts[kind.name]])
    return {"summary": sentence(counts, dry_run=dry_run), "counts": counts}


def sentence(counts: Mapping[str, int], *, dry_run: bool) -> str:
    """E.g. "Deleted 12 old syncs, 3,401 attempts of pushed orders"; `counts` by name of the kind."""
    found = ", ".join(kind.counted(counts[kind.name]) for kind in KINDS if counts[kind.name])
    if dry_run:
        return f"Dry run, nothing was deleted. It would be: {found or 'nothing'}"
    return f"Deleted {found}" if found else "Nothing was old enough to be deleted"


def _delete(crm: Connection, kind: Kind, before: datetime, dry_run: bool) -> int:
    number, after, goes_on = 0, 0, True
    while goes_on:
        stretch = fetch_one(
            crm,
            f"housekeeping/delete_{kind.name}",
            after=after,
            before=before,
            limit=kind.batch,
            newest=TREND_LENGTH,
            dry_run=dry_run,
        )
        crm.commit()
        assert stretch is not None
        number += stretch["number"]
        after, goes_on = stretch["last"], stretch["goes_on"]
    return number


def _vacuum(crm: Connection, kinds: list[Kind]) -> None:
    """Make the room free for new rows, tonight rather than when a fifth of a table is dead; blocks nobody."""
    crm.autocommit = True  # VACUUM cannot be part of a transaction
    for kind in kinds:
        execute(crm, f"housekeeping/vacuum_{kind.name}")
