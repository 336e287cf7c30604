"""Errors of the order push. All of them ask a person to correct something or to decide.

NeedsAttention
├── SendsNoOrders      the settings of the data source send no orders: switch that on
├── StorePaused        the data source is paused: resume it
├── UnclearRequest     the parameters contradict each other or cannot be read
├── NoSuchOrder        the CRM has no order with this id
├── NotPushed          requested orders that cannot be pushed, with the reason for each
├── NotRetried         requested orders that cannot be retried, with the reason for each
├── NotDecided         requested orders that cannot be dismissed or reopened, with the reason for each
├── NotResolved        a person's finding about an order cannot be recorded, with the reason
├── FoundTwice         BigCommerce has an order more than once
├── PushedDifferently  BigCommerce has an order in another currency or with another total than it was sent
└── NotReconciled      the two sides differ, or a store could not be compared
"""

from __future__ import annotations

from collections.abc import Sequence

from include.errors import FixData
from include.plurals import count_of

MOST_NAMED = 3


class NeedsAttention(FixData):
    """A person has to correct something or decide; retrying does not help."""

    names_its_store = True


class SendsNoOrders(NeedsAttention):
    """The settings of the data source send no orders."""

    def __init__(self, store_hash: str) -> None:
        super().__init__(
            f"The data source of store {store_hash} sends no orders.",
            "Switch on initial orders or rebills in its settings.",
            command_line_step=f"Switch them on: python -m include.data_sources update {store_hash} "
            "--send-initial-orders --send-rebill-orders",
        )


class StorePaused(NeedsAttention):
    """The data source is paused, so its orders wait."""

    def __init__(self, store_hash: str) -> None:
        super().__init__(
            f"The data source of store {store_hash} is paused, so its orders wait.",
            "Resume it to send them.",
            command_line_step=f"Resume it to send them: python -m include.data_sources resume {store_hash}",
        )


class UnclearRequest(NeedsAttention):
    """The parameters contradict each other or cannot be read; the message says which would work.

    `field` is the one to correct, as forms name it.
    """

    http_status = 422

    def __init__(self, sentence: str, next_step: str = "", *, field: str = "") -> None:
        super().__init__(sentence, next_step)
        if field:
            self.problems_by_field = {field: str(self)}


class NoSuchOrder(NeedsAttention):
    """The CRM has no order with this id."""

    http_status = 404

    def __init__(self, order_id: int) -> None:
        super().__init__(f"There is no order {order_id} in the CRM.", "Check the number.")


class NotPushed(NeedsAttention):
    """Requested orders that cannot be pushed; the message gives the reason for each."""


class NotRetried(NeedsAttention):
    """Requested orders that cannot be retried; the message gives the reason for each."""


class NotDecided(NeedsAttention):
    """Requested orders that cannot be dismissed or reopened; the message gives the reason for each."""


class NotResolved(NeedsAttention):
    """A person's finding about an order cannot be recorded; the message gives the reason."""


class FoundTwice(NeedsAttention):
    """BigCommerce has an order more than once."""

    def __init__(self, summary: str) -> None:
        super().__init__(
            f"{summary}.",
            "Open each order that BigCommerce has more than once, and follow its next step.",
            command_line_step="List the orders that BigCommerce has more than once: "
            "python -m include.order_push list --state unclear",
        )


class PushedDifferently(NeedsAttention):
    """BigCommerce has orders that were just pushed in another currency, or with another total.

    `warnings` have a sentence for each of them. They are not sent again.
    """

    def __init__(self, summary: str, warnings: Sequence[str]) -> None:
        named, more = warnings[:MOST_NAMED], len(warnings) - MOST_NAMED
        of_others = [f"The log of this run names {count_of(more, 'more order')}."] if more > 0 else []
        super().__init__(f"{summary}.", " ".join([*named, *of_others]))


class NotReconciled(NeedsAttention):
    """The orders of the CRM and of BigCommerce differ."""
