"""When failures of a store mean that all of it is unavailable, not just what was asked for."""

from __future__ import annotations

# After this many failures in a row, the cause is the store, not a single order or refund.
MOST_FAILURES_IN_A_ROW = 3
