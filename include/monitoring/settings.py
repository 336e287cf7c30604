"""When something counts as a problem, and for how long it is then quiet: variables of the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta

from include.monitoring.errors import SettingRefused

# The order push runs every 15 minutes and looks up an uncertain order twice, so four runs are a long time.
ORDERS_AFTER = "BIGCOMMERCE_ALERT_ORDERS_AFTER_MINUTES"
# A store that fails and recovers again and again is reported once in this time.
QUIET = "BIGCOMMERCE_ALERT_QUIET_MINUTES"
DEFAULT_MINUTES = {ORDERS_AFTER: 60, QUIET: 60}
MOST_MINUTES = 7 * 24 * 60


@dataclass(frozen=True)
class Settings:
    """`orders_after_minutes`: an order that waits or is uncertain for longer is a problem.

    `quiet`: for how long after an alarm nothing more is reported about the same problem, except its end.
    """

    orders_after_minutes: int
    quiet: timedelta


def read_settings() -> Settings:
    """The settings in the environment. Raises SettingRefused."""
    return Settings(_minutes(ORDERS_AFTER), timedelta(minutes=_minutes(QUIET)))


def _minutes(name: str) -> int:
    text = os.environ.get(name) or str(DEFAULT_MINUTES[name])
    if not (text.isascii() and text.isdecimal()) or len(text) > 9 or int(text) > MOST_MINUTES:
        raise SettingRefused(
            f"{name} is {text[:40]!r}; it must be a number of minutes from 0 to {MOST_MINUTES:,}.",
            "Correct it in Airflow's environment.",
        )
    return int(text)
