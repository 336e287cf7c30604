"""Housekeeping, as the Airflow task or anyone else calls it.

Every kind of old data is deleted in small batches, each in its own transaction (include/crm/old_rows.py). So
syncs and order pushes never wait for it longer than moments, and a run that was stopped is continued by the
next one.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from include.connections.crm import open_crm
from include.crm.database import Connection
from include.crm.old_rows import delete_batch, vacuum
from include.housekeeping.retention import KINDS, Kind

log = logging.getLogger(__name__)


def tidy_up(days: Mapping[str, int | None], *, dry_run: bool = False) -> dict[str, Any]:
    """Delete what is older than the `days` of each kind, by its name. Returns {summary, counts}.

    None keeps a kind for ever. A dry run counts and deletes nothing. Raises DaysRefused, before anything is
    deleted, for fewer days than the minimum of a kind.
    """
    for kind in KINDS:
        kind.refuse_too_few(days[kind.name])
    now = datetime.now(timezone.utc)
    counts: dict[str, int] = {}
    with open_crm() as crm:
        for kind in KINDS:
            kept = days[kind.name]
            counts[kind.name] = 0 if kept is None else _delete(crm, kind, now - timedelta(days=kept), dry_run)
            log.info("%s: %s.", "Would delete" if dry_run else "Deleted", kind.counted(counts[kind.name]))
        if not dry_run:
            crm.autocommit = True  # VACUUM cannot run in a transaction
            for kind in KINDS:
                if counts[kind.name]:
                    vacuum(crm, kind.name)  # tonight, rather than when a fifth of a table is dead rows
    return {"summary": sentence(counts, dry_run=dry_run), "counts": counts}


def sentence(counts: Mapping[str, int], *, dry_run: bool) -> str:
    """E.g. "Deleted 12 old syncs, 3,401 attempts of pushed orders"; `counts` by name of the kind."""
    found = ", ".join(kind.counted(counts[kind.name]) for kind in KINDS if counts[kind.name])
    if dry_run:
        return f"Dry run: nothing was deleted. A real run would delete {found or 'nothing'}"
    return f"Deleted {found}" if found else "Nothing was old enough to be deleted"


def _delete(crm: Connection, kind: Kind, before: datetime, dry_run: bool) -> int:
    number, after = 0, 0
    while True:
        batch = delete_batch(crm, kind.name, after=after, before=before, limit=kind.batch, dry_run=dry_run)
        crm.commit()
        number += batch.number
        if not batch.goes_on or batch.last is None:
            return number
        after = batch.last
