"""What the CRM's database announces to those who listen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg

Announced = Callable[[], list[str]]


@contextmanager
def announcements(crm_url: str, channel: str) -> Iterator[Announced]:
    """Gives a function for the payloads announced since its last call."""
    with psycopg.connect(crm_url, autocommit=True) as listener:
        listener.execute(f"LISTEN {channel}".encode())

        def announced() -> list[str]:
            listener.execute("SELECT 1")  # what was committed before is received with the answer
            return [notification.payload for notification in listener.notifies(timeout=0)]

        yield announced
