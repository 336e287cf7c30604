"""Errors of refunds and cancellations. All of them ask a person to correct something or to decide.

NeedsAttention
├── CannotFollow       a refund or cancellation cannot be sent to BigCommerce, with the reason
├── NoSuchReversal     the ledger has no refund or cancellation with this id
├── NotRequeued        requested ones that cannot be retried or dismissed, with the reason for each
└── NotSettled         a person's finding about a refund cannot be recorded, with the reason
"""

from __future__ import annotations

from include.order_push.errors import NeedsAttention

RETRY = "then retry it."
BY_HAND = "Refund it in BigCommerce's control panel, and dismiss it here."
OR_BY_HAND = f"Or refund it{BY_HAND.removeprefix('Refund it')}"


class CannotFollow(NeedsAttention):
    """A refund or cancellation cannot be sent to BigCommerce; the others are still sent."""


class NoSuchReversal(NeedsAttention):
    """The ledger has no refund or cancellation with this id."""

    http_status = 404

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is not in the ledger.", "Check the number.")


class NotRequeued(NeedsAttention):
    """Requested refunds or cancellations that cannot be retried or dismissed."""


class NotSettled(NeedsAttention):
    """A person's finding about a refund cannot be recorded; the message gives the reason."""
