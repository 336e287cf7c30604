"""Numbers of things as a sentence names them."""

from __future__ import annotations


def count_of(number: int, one: str, many: str = "") -> str:
    """E.g. "1 product", "1,204 products"; `many` where an s at the end is not enough: "2 stores have"."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
