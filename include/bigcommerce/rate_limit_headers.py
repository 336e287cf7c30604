"""Reads what an answer's headers say of the store's quota, and how long to wait after a 429."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

_USUAL_WINDOW_SECONDS = 30.0  # where X-Rate-Limit-Time-Window-Ms is absent
_LONGEST_SECONDS = 86_400.0  # a header that says more counts as absent: no store closes for longer


class RateLimit(NamedTuple):
    """The quota as one answer shows it, in seconds; None where a header is absent or no number."""

    left: float | None  # requests
    reset: float | None  # until the window ends
    window: float  # the whole length of it
    retry_after: float  # 0 where the header is absent


def read_rate_limit(headers: Mapping[str, str]) -> RateLimit:
    """From the X-Rate-Limit-… headers and X-Retry-After."""
    window = _seconds(headers, "X-Rate-Limit-Time-Window-Ms", 1 / 1000) or _USUAL_WINDOW_SECONDS
    reset = _number(headers, "X-Rate-Limit-Time-Reset-Ms")
    return RateLimit(
        left=_number(headers, "X-Rate-Limit-Requests-Left"),
        # a window cannot end later than after its whole length, whatever a header says
        reset=None if reset is None else min(reset / 1000, window),
        window=window,
        retry_after=_seconds(headers, "X-Retry-After"),
    )


def _seconds(headers: Mapping[str, str], name: str, unit: float = 1.0) -> float:
    """A length of time; 0 where the header is absent."""
    seconds = (_number(headers, name) or 0.0) * unit
    return seconds if seconds <= _LONGEST_SECONDS else 0.0


def _number(headers: Mapping[str, str], name: str) -> float | None:
    """A header that is a number, or 0 if it is below; anything else counts as absent."""
    try:
        number = float(headers[name])
    except (KeyError, ValueError):
        return None
    return max(number, 0.0) if math.isfinite(number) else None
