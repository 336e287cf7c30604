"""Shows text of a store, such as a SKU, with the blanks that nobody would see otherwise."""

from __future__ import annotations

import re

from markupsafe import Markup

# Blanks at either end, two or more in a row, and all kinds of blanks but the plain one.
_ODD_BLANKS = re.compile(r"^\s+|\s+$|\s{2,}|[^\S ]+")
_MARK = Markup('<span class="blank" title="{0}">{1}<span class="unseen"> ({0})</span></span>')


def with_visible_blanks(text: str | None) -> Markup:
    """The text, escaped, with a mark for each blank that could be overlooked; screen readers hear of them."""
    text = text or ""
    shown, end = Markup(), 0
    for blanks in _ODD_BLANKS.finditer(text):
        shown += Markup.escape(text[end : blanks.start()]) + _mark(len(blanks.group()))
        end = blanks.end()
    return Markup('<span class="outside">{}</span>').format(shown + Markup.escape(text[end:]))


def _mark(number: int) -> Markup:
    return _MARK.format("blank" if number == 1 else f"{number} blanks", "\N{OPEN BOX}" * min(number, 5))
