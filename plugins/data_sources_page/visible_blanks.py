"""Shows text of a store, such as a SKU, with its blanks and marks made visible."""

from __future__ import annotations

import re

from markupsafe import Markup

from include.outside_text import JOINERS, clean_text

# Blanks at either end, two or more in a row, and all kinds of blanks but the plain one.
_BLANKS = r"^\s+|\s+$|\s{2,}|[^\S ]+"
# Control characters, and those that take no room or turn a line around; joiners hold emoji together.
_UNSEEN = (
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad"
    r"\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
_ODD = re.compile(f"{_BLANKS}|{_UNSEEN}")
_MARK = Markup('<span class="blank" title="{0}">{1}<span class="unseen"> ({0})</span></span>')


LONGEST_NAME = 1_000  # characters that the CRM keeps of a name


def name_or(name: str, otherwise: str) -> str:
    """A name in a store, without what nobody sees of it; `otherwise` where that is nothing at all."""
    seen = name if name.isprintable() else clean_text(name, LONGEST_NAME)
    return seen if seen.strip(f" {JOINERS}") else otherwise


def with_visible_blanks(text: str | None) -> Markup:
    """The text, escaped, with a sign for each blank that people could overlook, which screen readers read."""
    text = text or ""
    shown, end = Markup(), 0
    for odd in _ODD.finditer(text):
        shown += Markup.escape(text[end : odd.start()]) + _mark(odd.group())
        end = odd.end()
    return Markup('<span class="outside">{}</span>').format(shown + Markup.escape(text[end:]))


def _mark(odd: str) -> Markup:
    if not odd.isspace():
        return _MARK.format(f"U+{ord(odd):04X}", "\N{OPEN BOX}")
    number = len(odd)
    return _MARK.format("blank" if number == 1 else f"{number} blanks", "\N{OPEN BOX}" * min(number, 5))
