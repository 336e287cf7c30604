"""Tells an outage of a store from a single order on which the store fails."""

from __future__ import annotations

from include.bigcommerce.errors import OutcomeUnknown, StoreUnavailable
from include.bigcommerce.outages import MOST_FAILURES_IN_A_ROW


class Outage:
    """Counts the attempts in a row that the store answered with an error of its own (5xx)."""

    def __init__(self) -> None:
        self._failures = 0

    def ended(self) -> None:
        """The store gave a clear answer to an order."""
        self._failures = 0

    def after(self, error: OutcomeUnknown, store_hash: str, earlier: int = 0) -> StoreUnavailable | None:
        """The error for the whole run, once too many attempts in a row have failed.

        `earlier`: attempts to send this order in earlier runs, if the store accepted no other order since.
        """
        if error.status is None or error.status < 500:
            return None
        self._failures += 1
        failures = self._failures + earlier
        if failures < MOST_FAILURES_IN_A_ROW:
            return None
        return StoreUnavailable(
            f"Store {store_hash} answered {failures} attempts in a row to create an order with an error "
            f"({error.status}). All its orders wait.",
        ).explaining(error)
