"""The errors for an order that cannot be expressed as a BigCommerce order, or must not be."""

from __future__ import annotations

from include.errors import FixData

RETRY = "then retry the order."


class CannotTranslate(FixData):
    """The order has to be corrected in the CRM first; the other orders are still sent.

    The sentence and the next step name fields and amounts, never anything of an address, an e-mail or a name.
    """

    def __init__(self, sentence: str, next_step: str = f"Correct the order in the CRM, {RETRY}") -> None:
        super().__init__(sentence, next_step)


class Withheld(CannotTranslate):
    """The CRM holds the order back; once it no longer does, the next push sends it."""
