"""Text as a sentence can quote it: bounded, and without anything that nobody sees."""

from __future__ import annotations

LONGEST = 100  # characters


def shorten(text: str, longest: int) -> str:
    """The text, cut to `longest` characters with an ellipsis at the end."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def visible(text: str) -> str:
    """The text, cut, with the code of each character that nobody would see: "T[U+200B]1"."""
    return "".join(each if each.isprintable() else f"[U+{ord(each):04X}]" for each in shorten(text, LONGEST))
