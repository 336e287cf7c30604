"""crm.change_hint: hints that something changed in a store, from its webhooks or from a quick look.

A hint says only where to look: what changed is always read from the store.
"""

from __future__ import annotations

from typing import Any, Literal

import psycopg

from include.crm.database import execute

Connection = psycopg.Connection[Any]
Subject = Literal["product", "order"]

# As the trigger of crm.change_hint notifies it.
CHANNEL = "crm_store_changed"


def keep(
    crm: Connection, data_source_id: int, subject: Subject, bigcommerce_id: int, event_hash: str
) -> bool:
    """Keep a hint; False if the event of this hash was known. The caller commits."""
    kept = execute(
        crm,
        "change_hints/keep",
        data_source_id=data_source_id,
        subject=subject,
        bigcommerce_id=bigcommerce_id,
        event_hash=event_hash,
    )
    return kept == 1
