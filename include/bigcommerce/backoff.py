"""How long to pause before a retry: twice as long each time up to half a minute, with full jitter.

Full jitter (a random share of the whole pause) keeps many clients from returning at the same moment:
aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter
"""

from __future__ import annotations

import random

_FIRST_SECONDS = 0.5
_LONGEST_SECONDS = 30.0
_MOST_DOUBLINGS = 16


def longest_pause(attempt: int) -> float:
    """The longest pause in seconds before an attempt; there is none before the first."""
    if attempt <= 1:
        return 0.0
    return min(_LONGEST_SECONDS, _FIRST_SECONDS * 2.0 ** min(attempt - 2, _MOST_DOUBLINGS))


def full_jitter(longest: float) -> float:
    """A random pause up to the longest one."""
    return random.SystemRandom().uniform(0, longest)
