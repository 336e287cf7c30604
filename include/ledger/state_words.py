"""The states and outcomes of orders as people read them."""

from __future__ import annotations


def in_words(state: str) -> str:
    """The word for a state or an outcome of the ledger: only `uncertain` has another one."""
    return "unclear" if state == "uncertain" else state


def state_of(word: str) -> str:
    """The ledger's name of a state; the ledger's own names are understood, too."""
    return "uncertain" if word == "unclear" else word
