"""What the order push itself stops or complains about.

SendsNoOrders    switch the sending of orders on first
AskedUnclearly   say differently which orders are meant
NoSuchOrder      name another order
NotPushed        nothing to send, or mend it first
NotRetried       nothing to try again, or mend it otherwise
FoundTwice       look at it: BigCommerce has an order more than once
NotReconciled    look at it: the two sides differ
"""

from __future__ import annotations

from include.errors import FixData


class NeedsAttention(FixData):
    """Somebody has to look at it; retrying does not help. The message says what happened and what to do."""

    names_its_store = True


class SendsNoOrders(NeedsAttention):
    """The settings ask for no orders of this store."""

    def __init__(self, store_hash: str) -> None:
        super().__init__(
            f"The data source of store {store_hash} sends no orders. Switch them on first: "
            f"python -m include.data_sources update {store_hash} --send-initial-orders --send-rebill-orders"
        )


class AskedUnclearly(NeedsAttention):
    """What somebody asked for makes no sense; the message says what would."""


class NoSuchOrder(NeedsAttention):
    """The CRM has no order of this id."""

    def __init__(self, order_id: int) -> None:
        super().__init__(f"There is no order {order_id} in the CRM. Check the number.")


class NotPushed(NeedsAttention):
    """These orders were named and are not to be sent; the message says of each how it stands."""


class NotRetried(NeedsAttention):
    """Trying these orders again is not for their state; the message says of each how it stands."""


class FoundTwice(NeedsAttention):
    """BigCommerce has an order more than once."""

    def __init__(self, summary: str) -> None:
        super().__init__(
            f"{summary}. What BigCommerce has more than once waits for somebody to look at it: "
            "python -m include.order_push list --state uncertain"
        )


class NotReconciled(NeedsAttention):
    """The orders of the CRM and of BigCommerce differ."""
