"""How long one push of one store may take: long on the schedule, short right after an order completed."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class TimeLimits:
    """In seconds.

    `patience`: after that, a call to the store gives up.
    `waiting`: for so long, the push waits for unclear orders; those due later are left to the next push.
    `sending`: after that, it sends no further orders, but leaves them to the next push.
    """

    patience: float
    waiting: float
    sending: float


# An unavailable store keeps its task, and so its run, busy through all of the task's attempts; a run must end
# before the second one after it starts, because the DAG runs no third one beside them and the other stores'
# orders would wait.
THOROUGH = TimeLimits(patience=60, waiting=300, sending=math.inf)

# Further orders of the same store wait meanwhile, and those of all others if many stores are slow at once.
AT_ONCE = TimeLimits(patience=20, waiting=0, sending=60)
