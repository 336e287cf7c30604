"""How long one push of one store may take: thorough on a schedule, short right after an order completed."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Effort:
    """Limits of one push, in seconds."""

    # After which a call to the store gives up.
    patience: float
    # How long the push waits for unclear orders to come due, rather than leaving them to the next one.
    waiting: float
    # After which it sends no further orders, but leaves them to the next one.
    sending: float


# An unavailable store keeps its task, and so its run, busy through all of the task's attempts; a run must end
# before the second one after it starts, because the DAG runs no third one beside them and the other stores'
# orders would wait.
THOROUGH = Effort(patience=60, waiting=300, sending=math.inf)

# Meanwhile the new orders of other stores wait.
AT_ONCE = Effort(patience=20, waiting=0, sending=60)
