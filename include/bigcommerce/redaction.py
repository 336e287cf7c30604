"""Hides personal texts, such as a customer's name, in messages of a store."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SHORTEST_HIDDEN = 2  # characters; a single one says nothing about a person
_SHORTEST_CUT = 3


def redacted(text: str, personal: Iterable[str]) -> str:
    """The text with … in place of each personal text: of whole words, never of a part of another word."""
    longest_first = sorted(
        {each.strip() for each in personal if len(each.strip()) >= _SHORTEST_HIDDEN}, key=len, reverse=True
    )
    if not longest_first:
        return text
    words = "|".join(r"\s+".join(map(re.escape, each.split())) for each in longest_first)
    text = re.sub(rf"(?<!\w)(?:{words})(?!\w)", "…", text, flags=re.IGNORECASE)
    # The message may have been cut within such a text.
    for each in longest_first:
        for length in range(len(each) - 1, _SHORTEST_CUT - 1, -1):
            if text.casefold().endswith((each[:length] + "…").casefold()):
                return text[: -length - 1] + "…"
    return text
