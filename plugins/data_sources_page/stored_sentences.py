"""Adapts stored sentences to the page.

Errors carry a next step for the page, without a command. But syncs and runs of earlier versions, and a few
next steps for administrators, are stored with a command at their end.
"""

from __future__ import annotations

import re

_COMMAND = re.compile(r": python -m [^\n]*")


def without_commands(sentence: str | None) -> str:
    """E.g. "Fix it, then retry: python -m … retry 5" without the command, because the page has a button."""
    return _COMMAND.sub(".", sentence or "")
