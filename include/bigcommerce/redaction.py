"""Hides a customer's texts in a store's message, in whatever form the message quotes them."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote

_SHORTEST_HIDDEN = 2  # characters; a single one says nothing about a person
_SHORTEST_CUT = 3
# At the edge of a word, also after a percent-encoded sign such as %20.
_BEGINS = r"(?:(?<!\w)|(?<=%[0-9A-F]{2}))"
_ENDS = r"(?!\w)"


def redacted(message: str, personal: Iterable[str]) -> str:
    """The message with an ellipsis for each of the texts: as whole words, never within other words."""
    longest_first = sorted(
        {each.strip() for each in personal if len(each.strip()) >= _SHORTEST_HIDDEN}, key=len, reverse=True
    )
    if not (message and longest_first):
        return message
    words = "|".join(map(_pattern, longest_first))
    message = re.sub(f"{_BEGINS}(?:{words}){_ENDS}", "…", message, flags=re.IGNORECASE)
    # The message may have been cut within such a text.
    for each in longest_first:
        for length in range(len(each) - 1, _SHORTEST_CUT - 1, -1):
            if message.casefold().endswith((each[:length] + "…").casefold()):
                return message[: -length - 1] + "…"
    return message


def _pattern(text: str) -> str:
    return r"(?:\s+|\+|%20)".join(
        "".join(map(_forms, word)) for word in unicodedata.normalize("NFC", text).split()
    )


@lru_cache(maxsize=1024)
def _forms(sign: str) -> str:
    """A sign as it is, with its accent apart, and as JSON, SQL and addresses of the web quote it."""
    if sign.isascii() and sign.isalnum():
        return sign
    escaped = {json.dumps(sign)[1:-1], f"\\u{ord(sign):04x}", f"\\{sign}", quote(sign, safe="")}
    forms = {sign, unicodedata.normalize("NFD", sign), *escaped}
    return f"(?:{'|'.join(map(re.escape, sorted(forms, key=len, reverse=True)))})"
