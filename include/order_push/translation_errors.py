"""What is said of an order that cannot be put in BigCommerce's terms."""

from __future__ import annotations

TRY_AGAIN = "then try it again: python -m include.order_push retry ORDER_ID"


class CannotTranslate(Exception):
    """The CRM has to mend the order first; the other orders go on.

    `reason` and `next_step` are plain sentences for people. They name fields and amounts, never what stands
    in an address, an e-mail or a name.
    """

    def __init__(self, reason: str, next_step: str = f"Correct the order in the CRM, {TRY_AGAIN}") -> None:
        super().__init__(f"{reason} {next_step}")
        self.reason = reason
        self.next_step = next_step
