"""Notifications of the CRM's database about orders that completed, for a program that waits for them.

A notification says only that it is worth looking: what is due is always read from the tables.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

from include.crm.database import query

Connection = psycopg.AsyncConnection[Any]

# As the triggers of crm.customer_order notify it.
CHANNEL = "crm_order_due"
# Older orders that are not in the ledger wait for the next scheduled run, which looks at all of them.
NEW_WITHIN_SECONDS = 3600.0


async def listen(crm: Connection, channel: str = CHANNEL) -> None:
    """Receive this channel's notifications from now on."""
    await crm.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))


async def has_notification(crm: Connection, *, within_seconds: float) -> bool:
    """Wait so long for a notification; several that arrive together are one."""
    received = [each async for each in crm.notifies(timeout=within_seconds, stop_after=1)]
    return bool(received)


async def collect(crm: Connection, *, for_seconds: float) -> None:
    """Receive the notifications of the next seconds, which say nothing new."""
    async for _ in crm.notifies(timeout=for_seconds):
        pass


async def has_new_orders(crm: Connection) -> bool:
    """Whether an order completed lately and is not in the ledger yet."""
    found = await crm.execute(query("order_push/new_order_stores"), {"within_seconds": NEW_WITHIN_SECONDS})
    return await found.fetchone() is not None
