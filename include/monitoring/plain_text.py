"""Makes text from outside harmless in messages that a chat or mail program may render as Markdown or HTML.

Apprise converts our plain text for channels that declare a format, but some (Discord, Mattermost) render
Markdown in plain text as well. A store must not be able to put a link, an image or a mention into an alert.
"""

from __future__ import annotations

import re

from include.outside_text import shorten

# Each is changed visibly but stays readable, because no way of escaping works in every program.
_REPLACEMENTS = (
    (re.compile(r"\]\s*(?=[(\[:])"), "] "),  # [text](address), ![image](address), [text][1], [1]: address
    (re.compile(r"(?i)\b([a-z][a-z0-9+.-]*)://"), r"\1: //"),  # a bare address, which most programs link
    (re.compile(r"(?i)\bwww\."), "www ."),
    (re.compile(r"(?i)@(?=everyone|here|channel|all)"), "@ "),
)
# HTML tags, <https://…>, Slack's <!channel>; these look nearly the same
_ANGLE_BRACKETS = str.maketrans(
    {
        "<": "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}",
        ">": "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}",
    }
)


def plain(text: str, longest: int) -> str:
    """Text from outside as one line of at most `longest` characters, without live links, tags or mentions."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    for pattern, replacement in _REPLACEMENTS:
        line = pattern.sub(replacement, line)
    return shorten(line.translate(_ANGLE_BRACKETS), longest)
