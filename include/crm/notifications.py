"""Waits for notifications of the CRM's database. They say only that it is worth looking at the tables."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

Connection = psycopg.AsyncConnection[Any]


async def listen(crm: Connection, channel: str) -> None:
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
