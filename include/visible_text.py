"""Text of a store or a file as a sentence can quote it: bounded, and without anything that nobody sees."""

from __future__ import annotations

LONGEST = 100  # characters


def visible(text: str) -> str:
    """The text, cut, with the code of each character that nobody would see: "T[U+200B]1"."""
    shown = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    return "".join(each if each.isprintable() else f"[U+{ord(each):04X}]" for each in shown)
