"""Reads the times in a store's answers: V2 and HTTP write RFC 2822, V3 writes RFC 3339.

A store passes on what was once typed, so a time may be anything. What is returned is in UTC and within the
years in which a store can have done something: it can be compared, reckoned with, and stored.
"""

from __future__ import annotations

from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any

_LONGEST = 100  # characters
_FIRST_YEAR, _LAST_YEAR = 1970, 9000


def read_rfc2822_time(text: Any) -> datetime | None:
    """A date of V2, or of an HTTP header; None for anything else, also for one without a zone."""
    try:
        return _usable(parsedate_to_datetime(text)) if _is_short(text) else None
    except (ValueError, OverflowError):
        return None


def read_rfc3339_time(text: Any) -> datetime | None:
    """A date of V3; None for anything else, also for one without a zone."""
    try:
        return _usable(datetime.fromisoformat(text.replace("Z", "+00:00"))) if _is_short(text) else None
    except ValueError:
        return None


def _is_short(text: Any) -> bool:
    return isinstance(text, str) and len(text) <= _LONGEST


def _usable(moment: datetime) -> datetime | None:
    if moment.tzinfo is None or not _FIRST_YEAR < moment.year < _LAST_YEAR:
        return None
    return moment.astimezone(timezone.utc)
