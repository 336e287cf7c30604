"""Text that people search for, as patterns of LIKE. No I/O."""

from __future__ import annotations

import re


def searched_text(text: str) -> str:
    """The text without spaces around it, and without NUL, which Postgres stores in no text."""
    return text.replace("\0", "").strip()


def containing(text: str) -> str | None:
    """The pattern of whatever contains the text; None for no text."""
    return f"%{_literal(text)}%" if searched_text(text) else None


def beginning_with(text: str) -> str | None:
    """The pattern of whatever begins with the text; None for no text."""
    return f"{_literal(text)}%" if searched_text(text) else None


def _literal(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", searched_text(text))
