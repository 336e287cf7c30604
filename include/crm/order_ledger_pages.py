"""The order ledger of one store as people browse it: page by page, by state, or by a search.

No customer's name or address is in any of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg

from include.crm import order_ledger
from include.crm.data_sources import DataSource
from include.crm.database import fetch_all
from include.crm.ids import LARGEST_ID, read_id
from include.crm.order_ledger_rows import LedgerRow, State

Connection = psycopg.Connection[Any]
# The states that people filter by; to them, an order that is being sent right now still waits.
SHOWN_STATES: Mapping[State, tuple[State, ...]] = {
    "pending": ("pending", "sending"),
    "uncertain": ("uncertain",),
    "rejected": ("rejected",),
    "pushed": ("pushed",),
}
STATES = [state for states in SHOWN_STATES.values() for state in states]
# Counting this many pushed orders takes 15 ms; beyond it, the page shows only that there are more.
MOST_COUNTED = 100_000


def page(
    crm: Connection,
    source: DataSource,
    *,
    state: State | None = None,
    search: str = "",
    before: int | None = None,
    limit: int,
) -> list[LedgerRow]:
    """At most `limit` rows as `order_ledger.find` gives them, newest first, of order_push_ids < `before`.

    `state` is one of SHOWN_STATES; `search` an order's id in the CRM or in BigCommerce, or its clientOrderId.
    """
    wanted = {
        "data_source_id": source.data_source_id,
        "states": list(SHOWN_STATES[state]) if state else STATES,
        "before": before or LARGEST_ID,
        "limit": limit,
    }
    # Postgres stores no NUL in a text
    if text := search.replace("\0", "").strip():
        found = fetch_all(crm, "order_push/search", text=text, number=read_id(text), **wanted)
    else:
        found = fetch_all(crm, "order_push/page", **wanted)
    order_ids = [row["order_id"] for row in found]
    return order_ledger.find(crm, store_hash=source.store_hash, order_ids=order_ids)


def counts(crm: Connection, data_source_id: int) -> dict[State, int]:
    """Orders by each of SHOWN_STATES; MOST_COUNTED + 1 pushed ones stand for any number above that."""
    rows = fetch_all(
        crm, "order_push/page_counts", data_source_id=data_source_id, states=STATES, most=MOST_COUNTED + 1
    )
    numbers = {row["state"]: row["number"] for row in rows}
    return {shown: sum(numbers[state] for state in states) for shown, states in SHOWN_STATES.items()}
