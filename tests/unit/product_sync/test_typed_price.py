"""What a person may type as an override price."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.product_sync.typed_price import DECIMALS, LARGEST, read_override_price


@given(st.decimals(min_value=0, max_value=LARGEST, places=DECIMALS))
def test_every_price_of_four_decimals_is_taken_digit_by_digit(price: Decimal) -> None:
    assert read_override_price(f" {price:f} ") == price


def test_zeros_at_the_end_are_no_decimals_however_many() -> None:
    assert str(read_override_price("12.5" + "0" * 40)) == "12.5000"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Enter the price"),
        ("  ", "Enter the price"),
        ("-1", "below zero"),
        ("12.50 EUR", "is not a price"),
        ("NaN", "is not a price"),
        ("Infinity", "is not a price"),
        ("1e3", "is not a price"),
        ("٣", "is not a price"),
        ("12,50", "without commas"),
        ("1,200.50", "without commas"),
        ("1.23456", "more than 4 decimals"),
        ("1." + "0" * 30 + "1", "more than 4 decimals"),
        ("1000000001", "too high"),
    ],
)
def test_anything_else_is_refused_with_a_sentence(typed: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_override_price(typed)
