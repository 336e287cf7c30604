"""Sentences that were written for a terminal."""

from __future__ import annotations

import pytest

from plugins.data_sources_page.stored_sentences import without_commands


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Correct it, then retry it: python -m include.order_push retry 5", "Correct it, then retry it."),
        ("Bring it back: python -m include.data_sources activate tea1", "Bring it back."),
        ("One: python -m a b\n\nTwo: python -m c", "One.\n\nTwo."),
        ("BigCommerce says: nothing.", "BigCommerce says: nothing."),
        ("", ""),
        (None, ""),
    ],
)
def test_a_page_shows_no_commands(written: str | None, shown: str) -> None:
    assert without_commands(written) == shown
