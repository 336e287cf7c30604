"""Numbers of things in sentences."""

from __future__ import annotations

import pytest

from include.plurals import count_of


@pytest.mark.parametrize(
    ("number", "words", "text"),
    [
        (0, ("order",), "0 orders"),
        (1, ("order",), "1 order"),
        (1204, ("new shipment",), "1,204 new shipments"),
        (1, ("store has", "stores have"), "1 store has"),
        (2, ("store has", "stores have"), "2 stores have"),
    ],
)
def test_number_and_its_words_agree(number: int, words: tuple[str, ...], text: str) -> None:
    assert count_of(number, *words) == text
