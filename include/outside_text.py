"""Makes text from outside safe to show, quote and store: bounded, and without invisible characters."""

from __future__ import annotations

import html
import unicodedata

LONGEST = 100  # characters
SHOWN_CHARACTERS = 60  # of a wrong value, where a sentence repeats it
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# Joiners hold emoji and some scripts together; the other format characters can turn a line around.
JOINERS = "\u200c\u200d"


def shorten(text: str, longest: int) -> str:
    """The text, cut to `longest` characters with an ellipsis at the end."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def visible(text: str) -> str:
    """The text as a sentence quotes it, with codes for invisible characters: "T[U+200B]1"."""
    quoted = shorten(text, LONGEST)
    return "".join(each if each.isprintable() else f"[U+{ord(each):04X}]" for each in quoted)


def clean_text(text: str, longest: int) -> str:
    """At most `longest` characters on one line; half an emoji becomes U+FFFD, a control character a space."""
    # No more than this is looked at: an answer may be megabytes long.
    text = text[: 4 * longest + 1_000]
    text = " ".join("".join(map(_clean_character, text)).split())
    return shorten(text, longest)


def clean_html_text(text: str, longest: int) -> str:
    """The same of text in which characters may be written as in HTML: "&amp;" becomes "&"."""
    return clean_text(html.unescape(text[: 10 * longest]), longest)


def shown(text: str) -> str:
    """A wrong value as a sentence repeats it: quoted, and not too long."""
    return repr(text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…")


def storable(text: str, longest: int) -> str:
    """The text as the store wrote it, but bounded, and without NUL, which Postgres stores in no text."""
    return text[:longest].replace("\0", REPLACEMENT)


def _clean_character(character: str) -> str:
    if character.isprintable() or character in JOINERS:
        return character
    return REPLACEMENT if unicodedata.category(character) == "Cs" else " "
