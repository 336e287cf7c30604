"""Ids as the database keeps them."""

from __future__ import annotations

LARGEST_ID = 2**63 - 1  # of a bigint


def read_id(text: str) -> int | None:
    """The id that somebody typed; None if the text is not one."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_ID)) else 0
    return number if 1 <= number <= LARGEST_ID else None
