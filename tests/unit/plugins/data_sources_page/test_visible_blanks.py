"""Blanks and marks that nobody would see are shown, and text of a store stays text."""

from __future__ import annotations

import pytest

from plugins.data_sources_page.visible_blanks import name_or, with_visible_blanks
from tests.support.page_visitors import words


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("TEA-1", "TEA-1"),
        ("Green tea", "Green tea"),
        (" TEA", "␣ (blank) TEA"),
        ("TEA  ", "TEA ␣␣ (2 blanks)"),
        ("A  B", "A ␣␣ (2 blanks) B"),
        ("A\tB", "A ␣ (blank) B"),
        ("A\N{NO-BREAK SPACE}B", "A ␣ (blank) B"),
        ("A\u200bB", "A ␣ (U+200B) B"),
        ("A\u202eB\x01", "A ␣ (U+202E) B ␣ (U+0001)"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("<b>&", "<b>&"),
        (None, ""),
    ],
)
def test_blanks_that_could_be_overlooked_are_marked(text: str | None, read: str) -> None:
    assert words(with_visible_blanks(text)) == read


def test_text_of_a_store_is_never_markup() -> None:
    assert "<img" not in with_visible_blanks(" <img src=x> ")


@pytest.mark.parametrize(
    "name", ["", "  ", "\u200b", "\u202e \u2066", "\N{NO-BREAK SPACE}", "\u200d", "\x07\x00"]
)
def test_name_of_which_nobody_sees_anything_is_none(name: str) -> None:
    assert name_or(name, "Product without a name") == "Product without a name"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Green tea", "Green tea"),
        ("\u202eaet\x07 neerG", "aet neerG"),
        ("\u05ea\u05d4", "\u05ea\u05d4"),
        ("\N{WOMAN}\u200d\N{ROCKET}", "\N{WOMAN}\u200d\N{ROCKET}"),
        ("<b>&amp;", "<b>&amp;"),
    ],
)
def test_name_is_shown_without_what_turns_a_line_around(name: str, shown: str) -> None:
    assert name_or(name, "none") == shown
