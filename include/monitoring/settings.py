"""From when on something is a trouble, and how long it is then quiet: variables of the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta

from include.monitoring.errors import SettingRefused

# The order push runs every 15 minutes, and looks an uncertain order up twice: what takes four runs is long.
ORDERS_AFTER = "BIGCOMMERCE_ALERT_ORDERS_AFTER_MINUTES"
# A store that fails and recovers over and over is told of once in that time.
QUIET = "BIGCOMMERCE_ALERT_QUIET_MINUTES"
DEFAULT_MINUTES = {ORDERS_AFTER: 60, QUIET: 60}
MOST_MINUTES = 7 * 24 * 60


@dataclass(frozen=True)
class Settings:
    """`orders_after_minutes`: after so long an order waits, or is uncertain, for long.

    `quiet`: so long nothing more is told of a trouble that was told of, except that it is over.
    """

    orders_after_minutes: int
    quiet: timedelta


def read_settings() -> Settings:
    """The settings as the environment has them. Raises SettingRefused."""
    return Settings(_minutes(ORDERS_AFTER), timedelta(minutes=_minutes(QUIET)))


def _minutes(name: str) -> int:
    text = os.environ.get(name) or str(DEFAULT_MINUTES[name])
    if not (text.isascii() and text.isdecimal()) or int(text) > MOST_MINUTES:
        raise SettingRefused(
            f"{name} is {text!r}, which is no number of minutes from 0 to {MOST_MINUTES:,}. Correct it in "
            "the environment of Airflow."
        )
    return int(text)
