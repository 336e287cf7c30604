"""Retries changes that could not be synced, at a person's request, before their pause ends."""

from __future__ import annotations

from include.crm import change_pauses
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.data_sources import audit


def retry_now(crm: Connection, source: DataSource, person: str) -> str:
    """Have the store's hints followed now; returns a sentence. Commits."""
    is_due = change_pauses.retry_now(crm, source.store_hash)
    crm.commit()
    if not is_due:
        return "No changes wait for another attempt."
    audit.record("retry_changes", person, source)
    return "The changes will be synced shortly."
