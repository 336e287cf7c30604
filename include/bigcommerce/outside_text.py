"""Makes text from outside safe to show and to store: bounded, on one line, without control characters."""

from __future__ import annotations

import unicodedata

from include.visible_text import shorten

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# Joiners hold emoji and some scripts together; the other format characters can turn a line around.
_JOINERS = "\u200c\u200d"


def clean_text(text: str, longest: int) -> str:
    """At most `longest` characters on one line; half an emoji becomes U+FFFD, a control character a space."""
    # No more than this is looked at: an answer may be megabytes long.
    text = text[: 4 * longest + 1_000]
    text = " ".join("".join(map(_clean_character, text)).split())
    return shorten(text, longest)


def storable(text: str, longest: int) -> str:
    """The text as the store wrote it, but bounded, and without NUL, which Postgres stores in no text."""
    return text[:longest].replace("\0", REPLACEMENT)


def _clean_character(character: str) -> str:
    if character.isprintable() or character in _JOINERS:
        return character
    return REPLACEMENT if unicodedata.category(character) == "Cs" else " "
