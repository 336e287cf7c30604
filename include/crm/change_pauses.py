"""crm.change_pause: stores whose syncs of changes fail wait longer from failure to failure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from include.crm.change_hints import CHANNEL
from include.crm.database import Connection, execute, fetch_one


@dataclass(frozen=True)
class ChangePause:
    """So many syncs of changes failed in a row, the last with this error; the next attempt is at `until`."""

    failures: int
    until: datetime
    sync_run_id: int | None
    error: str


def get(crm: Connection, data_source_id: int) -> ChangePause | None:
    """None if the last sync of changes did not fail, or if a person has asked for another attempt since."""
    row = fetch_one(crm, "change_hints/pause_of", data_source_id=data_source_id)
    return ChangePause(**row) if row else None


def prolong(crm: Connection, data_source_id: int) -> None:
    """A sync of changes failed."""
    execute(crm, "change_hints/pause", data_source_id=data_source_id)


def end(crm: Connection, data_source_id: int) -> None:
    """The store works again, or somebody has just changed its settings."""
    execute(crm, "change_hints/end_pause", data_source_id=data_source_id)


def end_all(crm: Connection) -> None:
    """A person asks for another attempt at once, for all stores."""
    execute(crm, "change_hints/end_all_pauses")


def retry_now(crm: Connection, store_hash: str) -> bool:
    """Have the hints of a store followed as soon as this commits; False if they do not wait."""
    return fetch_one(crm, "change_hints/retry_now", store_hash=store_hash, channel=CHANNEL) is not None
