"""The states and outcomes of both ledgers as people read them."""

from __future__ import annotations

# As in "Order 5 is rejected, not dismissed." where that state is in the way of what a person wanted.
STATE_PHRASES = {
    "pending": "waiting to be sent",
    "sending": "being sent",
    "uncertain": "being checked in BigCommerce",
    "rejected": "rejected, not dismissed",
    "pushed": "in BigCommerce already",
    "dismissed": "dismissed",
}


def in_words(state: str) -> str:
    """The word for a state or an outcome of the ledger: only `uncertain` has another one."""
    return "unclear" if state == "uncertain" else state


def state_of(word: str) -> str:
    """The ledger's name of a state; the ledger's own names are understood, too."""
    return "uncertain" if word == "unclear" else word
