"""Reports once that the monitoring itself does not work, and once that it works again.

What people know about this cannot be kept in the CRM's database, which may be the part that is unavailable.
It is kept in Airflow.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Protocol

from include.monitoring import alert_texts
from include.monitoring.channel import send
from include.monitoring.digest import Message
from include.monitoring.plain_text import plain

KEY = "cannot_look"
# A database restart takes less time, and nobody needs to hear about it.
REPORTED_AFTER = timedelta(minutes=4)
LONGEST_REASON = 500  # characters


class Memory(Protocol):
    """Keeps values between runs: Airflow's asset_state_store, or a stand-in for it."""

    def get(self, key: str, default: Any = None) -> Any:
        """The value of a key."""

    def set(self, key: str, value: Any) -> None:
        """Keep a value that JSON can hold."""

    def delete(self, key: str) -> None:
        """Forget a key."""


def record(memory: Memory, why: str, now: datetime) -> None:
    """Remember that a check failed because of `why`, and report it once that has lasted a while.

    Raises AlertError if the report cannot be sent.
    """
    known = memory.get(KEY)
    if known is None:
        memory.set(KEY, {"since": now.isoformat(), "told": False})
    elif not known["told"] and now - datetime.fromisoformat(known["since"]) >= REPORTED_AFTER:
        since = alert_texts.at(datetime.fromisoformat(known["since"]))
        send(
            Message(
                "BigCommerce: monitoring does not work",
                f"The data sources have not been checked since {since}. {plain(why, LONGEST_REASON)}",
                "failure",
            )
        )
        memory.set(KEY, {**known, "told": True})


def recovery(memory: Memory) -> str | None:
    """The sentence about an outage that is over: empty if it was never reported, None if there was none."""
    known = memory.get(KEY)
    if known is None:
        return None
    if not known["told"]:
        return ""
    since = alert_texts.at(datetime.fromisoformat(known["since"]))
    return f"RECOVERED: Monitoring works again. The data sources were not checked from {since} until now."


def forget(memory: Memory) -> None:
    """Forget the outage: it is over, and people know."""
    memory.delete(KEY)
