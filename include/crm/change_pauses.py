"""crm.change_pause: how long the sync of changes of a store waits after failures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from include.crm.change_hints import CHANNEL
from include.crm.database import Connection, execute, fetch_one


@dataclass(frozen=True)
class ChangePause:
    """How many syncs of changes failed in a row, and the last error; the next attempt is at `until`."""

    failures: int
    until: datetime
    sync_run_id: int | None
    error: str


def get(crm: Connection, data_source_id: int) -> ChangePause | None:
    """None if the last sync of changes did not fail, or if a person has asked for another attempt since."""
    row = fetch_one(crm, "change_hints/pause_of", data_source_id=data_source_id)
    return ChangePause(**row) if row else None


def prolong(crm: Connection, data_source_id: int) -> None:
    """Begin or lengthen the pause, because a sync of changes failed."""
    execute(crm, "change_hints/pause", data_source_id=data_source_id)


def end(crm: Connection, data_source_id: int) -> None:
    """End the pause: the store works again, or somebody has just changed its settings."""
    execute(crm, "change_hints/end_pause", data_source_id=data_source_id)


def end_all(crm: Connection) -> None:
    """End the pauses of all stores, because a person wants another attempt at once."""
    execute(crm, "change_hints/end_all_pauses")


def retry_now(crm: Connection, store_hash: str) -> bool:
    """Have the hints of a store followed as soon as this commits; False if they do not wait."""
    return fetch_one(crm, "change_hints/retry_now", store_hash=store_hash, channel=CHANNEL) is not None
