"""How long the client pauses before it repeats a request: exponential back-off with full jitter."""

from __future__ import annotations

import random

_FIRST_SECONDS = 0.5
_LONGEST_SECONDS = 30.0


def longest_pause(attempt: int) -> float:
    """The longest pause before an attempt, in seconds: none before the first, then 0.5, 1, 2, … up to 30."""
    return 0.0 if attempt <= 1 else min(_LONGEST_SECONDS, _FIRST_SECONDS * 2 ** min(attempt - 2, 16))


def full_jitter(longest: float) -> float:
    """A random pause up to the longest one, so that clients do not come back all at once."""
    return random.SystemRandom().uniform(0, longest)
