"""Adapts sentences that were written for a terminal to the page."""

from __future__ import annotations

import re

_COMMAND = re.compile(r": python -m [^\n]*")


def without_commands(sentence: str | None) -> str:
    """E.g. "Fix it, then retry: python -m … retry 5" without the command, because the page has a button."""
    return _COMMAND.sub(".", sentence or "")
