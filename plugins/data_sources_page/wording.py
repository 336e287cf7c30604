"""Sentences that were written for a terminal, as a page shows them."""

from __future__ import annotations

import re

_COMMAND = re.compile(r": python -m [^\n]*")


def without_commands(sentence: str | None) -> str:
    """E.g. "Mend it, then try it again: python -m … retry 5" without the command: a page has a button."""
    return _COMMAND.sub(".", sentence or "")
