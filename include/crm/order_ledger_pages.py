"""The ledger of one store as people look at it: page by page, by state, or by what they search for.

No customer's name or address is in any of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg

from include.crm import order_ledger
from include.crm.data_sources import DataSource
from include.crm.database import fetch_all
from include.crm.order_ledger import State

Connection = psycopg.Connection[Any]
# What people choose a listing by; an order that is being sent just now is one that waits, to them.
SHOWN_STATES: Mapping[State, tuple[State, ...]] = {
    "pending": ("pending", "sending"),
    "uncertain": ("uncertain",),
    "rejected": ("rejected",),
    "pushed": ("pushed",),
}
STATES = [state for states in SHOWN_STATES.values() for state in states]
# Counting those pushed takes 15 ms for so many; of more than that, "more" is all that is said.
MOST_COUNTED = 100_000
LARGEST_ID = 2**63 - 1  # of a bigint


def page(
    crm: Connection,
    source: DataSource,
    *,
    state: State | None = None,
    search: str = "",
    before: int | None = None,
    limit: int,
) -> list[dict[str, Any]]:
    """At most `limit` rows as `order_ledger.find` gives them, newest first, of order_push_ids < `before`.

    `state` is one of SHOWN_STATES; `search` an order's id in the CRM or in BigCommerce, or its clientOrderId.
    """
    wanted = {
        "data_source_id": source.data_source_id,
        "states": list(SHOWN_STATES[state]) if state else STATES,
        "before": before or LARGEST_ID,
        "limit": limit,
    }
    # no text of Postgres holds the NUL
    if text := search.replace("\0", "").strip():
        found = fetch_all(crm, "order_push/search", text=text, number=order_id_in(text), **wanted)
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


def order_id_in(text: str) -> int | None:
    """The id that somebody typed; None if it is none."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_ID)) else 0
    return number if 1 <= number <= LARGEST_ID else None
