"""When the monitoring itself cannot look: that is told once, too, and that it can again.

What people know of it cannot be in the CRM's database, which may be just what is away. It is kept in Airflow.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Protocol

from include.monitoring import alert_texts
from include.monitoring.channel import send
from include.monitoring.digest import Message

KEY = "cannot_look"
# A database that restarts is away for less, and nobody needs to hear of it.
TOLD_AFTER = timedelta(minutes=4)


class Memory(Protocol):
    """What outlives a run: Airflow's asset_state_store, or a look-alike."""

    def get(self, key: str, default: Any = None) -> Any:
        """What was kept under the key."""

    def set(self, key: str, value: Any) -> None:
        """Keep something that JSON can hold."""

    def delete(self, key: str) -> None:
        """Forget it."""


def begin(memory: Memory, why: str, now: datetime) -> None:
    """It cannot look, for the reason `why`; told once it lasts. Raises AlertError if that cannot be sent."""
    known = memory.get(KEY)
    if known is None:
        memory.set(KEY, {"since": now.isoformat(), "told": False})
    elif not known["told"] and now - datetime.fromisoformat(known["since"]) >= TOLD_AFTER:
        since = alert_texts.at(datetime.fromisoformat(known["since"]))
        send(
            Message(
                "BigCommerce: monitoring cannot look",
                f"Since {since} nobody watches the data sources. {why}",
                "failure",
            )
        )
        memory.set(KEY, {**known, "told": True})


def recovery(memory: Memory) -> str | None:
    """What to tell of an outage that is over, empty if people did not know of it; None if there was none."""
    known = memory.get(KEY)
    if known is None:
        return None
    if not known["told"]:
        return ""
    since = alert_texts.at(datetime.fromisoformat(known["since"]))
    return f"RECOVERED: The data sources are watched again; nobody could look since {since}."


def forget(memory: Memory) -> None:
    """It can look, and people know."""
    memory.delete(KEY)
