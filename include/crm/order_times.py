"""crm.order_time_notice: the ledger follows the CRM where it corrects when an order completed.

The CRM's transaction only adds a notice. If it changed the ledger itself, it would wait for a push that holds
the row, or the push for it.
"""

from __future__ import annotations

from include.crm.database import Connection, execute

# No transaction that adds orders to the ledger takes as long as this.
SETTLED_AFTER_SECONDS = 900.0


def correct(crm: Connection, *, settled_after_seconds: float = SETTLED_AFTER_SECONDS) -> int:
    """Give rows of the ledger the times that their orders have by now; returns how many differed."""
    return execute(crm, "order_push/correct_times", settled_after_seconds=settled_after_seconds)
