"""Errors of the order updates.

NoPushedOrders   the named store has no pushed orders
"""

from __future__ import annotations

from include.errors import FixData


class NoPushedOrders(FixData):
    """The named store has no pushed orders, or its data source is not active."""

    names_its_store = True

    def __init__(self, store_hash: str) -> None:
        super().__init__(
            f"Store {store_hash} has no orders from the CRM to look at.",
            "Check that its data source is active and that its orders were pushed.",
        )
