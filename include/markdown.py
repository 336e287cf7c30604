"""Plain text where Airflow shows Markdown: what a store or a person wrote becomes no link and no picture."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r"[\\`\[\]<>*]|(?<=[A-Za-z]):(?=//)|(?<=www)\.|(?<=^)#", re.MULTILINE | re.IGNORECASE)
_ESCAPED = re.compile(r"\\([\\`\[\]<>*:.#])")


def escape(text: str) -> str:
    """The text as Markdown that is shown as it is; addresses stay text, too."""
    return _SPECIAL.sub(r"\\\g<0>", text)


def unescape(markdown: str) -> str:
    """What `escape` was given."""
    return _ESCAPED.sub(r"\1", markdown)
