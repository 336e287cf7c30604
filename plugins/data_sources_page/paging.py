"""Lists in pages. Each page starts after a row of the page before, so that every page is equally fast.

page_of(read(limit=limit + 1), limit, lambda row: row.id)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")
Key = TypeVar("Key")


@dataclass(frozen=True)
class Page(Generic[Row, Key]):
    """The rows of one page; `next` is where the next page starts, None on the last."""

    rows: list[Row]
    next: Key | None


def page_of(rows: Sequence[Row], limit: int, key: Callable[[Row], Key]) -> Page[Row, Key]:
    """The first `limit` of the rows; one more row than that says that another page follows."""
    return Page(list(rows[:limit]), key(rows[limit - 1]) if len(rows) > limit else None)
