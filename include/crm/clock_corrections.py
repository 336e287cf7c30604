"""Both ledgers after the clock of the database was ahead, and has been set right.

What was written meanwhile bears times that are still to come. Without a correction it would wait until then,
an order for a year perhaps, and no alert would see anything late.
"""

from __future__ import annotations

from include.crm.database import Connection, execute

# Clocks are set back by seconds all the time, which delays nothing that matters.
TOLERANCE_SECONDS = 60.0


def correct(crm: Connection, *, lease_seconds: float) -> int:
    """Make due again what waits for a time that was set too late; returns how many rows.

    `lease_seconds` is the length of a lease: none can end later than after that.
    """
    limits = {"tolerance_seconds": TOLERANCE_SECONDS, "lease_seconds": lease_seconds}
    queries = ("order_push/clock_was_ahead", "order_reversals/clock_was_ahead")
    return sum(execute(crm, each, **limits) for each in queries)
