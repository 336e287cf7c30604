"""Numbers of things, and lists of ids, as a sentence names them."""

from __future__ import annotations

from collections.abc import Sequence

MOST_LISTED = 20


def count_of(number: int, one: str, many: str = "") -> str:
    """E.g. "1 product", "1,204 products"; `many` where an s at the end is not enough: "2 stores have"."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def listed(ids: Sequence[int]) -> str:
    """E.g. "7, 8, 9", or the first MOST_LISTED of very many and "…"."""
    return ", ".join(map(str, ids[:MOST_LISTED])) + (", …" if len(ids) > MOST_LISTED else "")
