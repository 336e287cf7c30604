"""Acts on hints within seconds: a trigger that Airflow's triggerer runs.

If this whole path is broken, the DAG's own schedule finds the hints.
"""

from __future__ import annotations

from typing import Any

import psycopg

from include.crm import change_hints
from include.tasks.listening import Listening


class NewHints(Listening):
    """Fires when a store has hints to act on, or when it is time for a quick look at one."""

    default_channel = change_hints.CHANNEL
    listens_for = "changes in stores"

    async def has_work(self, crm: psycopg.AsyncConnection[Any]) -> bool:
        """Whether any store has something to do."""
        return await change_hints.has_due_stores(crm)
