"""crm.reversal_notice, crm.reversal_outbox: new refunds and cancellations, found without a look at old ones.

Whatever may make one new adds a notice of its order, and crm.new_reversal looks at the orders that have one.
Two transactions that overlap do not see each other: one stores a refund, the other records that a store has
the order, and neither finds anything new. So a notice goes only when all that began before it was first seen
have ended; then the outbox has what is still unsent of its order.
"""

from __future__ import annotations

from include.crm.database import Connection, execute

# Each change of the ledger is one statement and commits at once, so none of them takes as long as this.
SETTLED_AFTER_SECONDS = 900.0


def settle(crm: Connection, *, settled_after_seconds: float = SETTLED_AFTER_SECONDS) -> None:
    """Turn old notices into rows of the outbox, as far as their orders still have something unsent."""
    execute(crm, "order_reversals/settle_notices", settled_after_seconds=settled_after_seconds)
