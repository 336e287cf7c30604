"""Which alerts are sent, and when: saved on the page Alerts, or else by variables of the environment.

The page keeps its values in the extra of the Airflow Connection bigcommerce_alerts, beside the address:

    orders_after_minutes, quiet_minutes   whole numbers
    kinds                                 a list of problem kinds; without it, all
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Any, cast, get_args

from include.crm.order_deliveries import LATE_DAYS, MOST_LATE_DAYS, are_days
from include.crm.problems import ProblemKind
from include.monitoring.errors import SettingRefused

# The order push runs every 15 minutes and looks up an uncertain order twice, so four runs are a long time.
ORDERS_AFTER = "BIGCOMMERCE_ALERT_ORDERS_AFTER_MINUTES"
# A store that fails and recovers again and again is reported once in this time.
QUIET = "BIGCOMMERCE_ALERT_QUIET_MINUTES"
DEFAULT_MINUTES = {ORDERS_AFTER: 60, QUIET: 60}
MOST_MINUTES = 7 * 24 * 60
KINDS: tuple[ProblemKind, ...] = get_args(ProblemKind)
NOTHING_SAVED: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Settings:
    """`orders_after_minutes`: an order that waits or is uncertain for longer is a problem.

    `quiet`: for how long after an alarm nothing more is reported about the same problem, except its end.
    `kinds`: the kinds of problems that raise an alert.
    """

    orders_after_minutes: int
    quiet: timedelta
    kinds: tuple[ProblemKind, ...] = KINDS


DEFAULTS = Settings(DEFAULT_MINUTES[ORDERS_AFTER], timedelta(minutes=DEFAULT_MINUTES[QUIET]))


def read_settings(saved: Mapping[str, Any] = NOTHING_SAVED) -> Settings:
    """The settings in the extra of the Connection, else in the environment. Raises SettingRefused."""
    _check_days()
    return Settings(
        _minutes(ORDERS_AFTER, saved.get("orders_after_minutes")),
        timedelta(minutes=_minutes(QUIET, saved.get("quiet_minutes"))),
        _kinds(saved.get("kinds")),
    )


def read_minutes(text: str) -> int:
    """A number of minutes as a person entered it. Raises ValueError with a sentence."""
    if not (text.isascii() and text.isdecimal()) or len(text) > 9 or int(text) > MOST_MINUTES:
        raise ValueError(f"Enter a number of minutes from 0 to {MOST_MINUTES:,}.")
    return int(text)


def _minutes(variable: str, saved: object) -> int:
    text = str(saved) if saved is not None else os.environ.get(variable) or str(DEFAULT_MINUTES[variable])
    try:
        return read_minutes(text)
    except ValueError:
        where = "In the extra of the Connection for alerts, a number" if saved is not None else variable
        raise SettingRefused(
            f"{where} is {text[:40]!r}; it must be a number of minutes from 0 to {MOST_MINUTES:,}.",
            "Correct it on the page Alerts, or in Airflow's environment.",
        ) from None


def _check_days() -> None:
    """A number of days that cannot be used is refused here; elsewhere the default is taken instead."""
    text = os.environ.get(LATE_DAYS, "")
    if text and not are_days(text):
        raise SettingRefused(
            f"{LATE_DAYS} is {text[:40]!r}; it must be a number of days from 1 to {MOST_LATE_DAYS}.",
            "Correct it in Airflow's environment.",
        )


def _kinds(saved: object) -> tuple[ProblemKind, ...]:
    if saved is None:
        return KINDS
    chosen = saved if isinstance(saved, list) else [saved]
    if unknown := [each for each in chosen if each not in KINDS]:
        raise SettingRefused(
            f"The Connection for alerts names an unknown kind of problem: {str(unknown[0])[:40]!r}.",
            "Open the page Alerts and save it again.",
        )
    return tuple(cast(list[ProblemKind], chosen))
