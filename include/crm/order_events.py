"""Whether orders completed lately, for a program that waits for the database's notifications about them."""

from __future__ import annotations

from typing import Any

import psycopg

from include.crm.database import query

# As the triggers of crm.customer_order notify it.
CHANNEL = "crm_order_due"
# Older orders that are not in the ledger wait for the next scheduled run, which looks at all of them.
NEW_WITHIN_SECONDS = 3600.0


async def has_new_orders(crm: psycopg.AsyncConnection[Any]) -> bool:
    """Whether an order completed lately and is not in the ledger yet."""
    found = await crm.execute(query("order_push/new_order_stores"), {"within_seconds": NEW_WITHIN_SECONDS})
    return await found.fetchone() is not None
