"""The syncs of data sources as people look back at them: the newest ones, page by page, and trends."""

from __future__ import annotations

from datetime import datetime

from include.crm.database import Connection, fetch_all
from include.crm.ids import LARGEST_ID
from include.crm.sync_run_rows import SyncRun, sync_run

# How many syncs of each data source its trend shows; housekeeping keeps them, however old they are.
TREND_LENGTH = 20


def latest(crm: Connection, store_hash: str, limit: int = 1) -> list[SyncRun]:
    """The newest syncs of a store, newest first."""
    return [sync_run(row) for row in fetch_all(crm, "sync_runs/latest", store_hash=store_hash, limit=limit)]


def page(crm: Connection, data_source_id: int, *, before: int | None = None, limit: int) -> list[SyncRun]:
    """At most `limit` syncs of a data source, newest first, with a sync_run_id below `before`."""
    rows = fetch_all(
        crm, "sync_runs/page", data_source_id=data_source_id, before=before or LARGEST_ID, limit=limit
    )
    return [sync_run(row) for row in rows]


def page_by_time(crm: Connection, data_source_id: int, *, before: datetime, limit: int) -> list[SyncRun]:
    """At most `limit` syncs of a data source that were requested before a time, newest first."""
    rows = fetch_all(crm, "sync_runs/page_by_time", data_source_id=data_source_id, before=before, limit=limit)
    return [sync_run(row) for row in rows]


def latest_of_each(crm: Connection, data_source_ids: list[int] | None = None) -> dict[int, SyncRun]:
    """The newest sync by data_source_id, of all data sources or of some."""
    return {source: newest for source, [newest] in trends(crm, data_source_ids, limit=1).items()}


def latest_completed_of_each(crm: Connection, data_source_ids: list[int] | None = None) -> dict[int, SyncRun]:
    """The newest Completed sync that was no dry run, by data_source_id, of all data sources or of some."""
    rows = fetch_all(crm, "sync_runs/latest_completed_of_each", data_source_ids=data_source_ids)
    return {row["data_source_id"]: sync_run(row) for row in rows}


def trends(
    crm: Connection, data_source_ids: list[int] | None = None, *, limit: int = TREND_LENGTH
) -> dict[int, list[SyncRun]]:
    """The last syncs by data_source_id, oldest first, of all data sources or of some."""
    found: dict[int, list[SyncRun]] = {}
    for row in fetch_all(crm, "sync_runs/trends", data_source_ids=data_source_ids, limit=limit):
        found.setdefault(row["data_source_id"], []).append(sync_run(row))
    return found
