"""Amounts as people read them: with the decimals of their currency."""

from __future__ import annotations

from decimal import Decimal

import pytest

from include.crm.currencies import money_in_words


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        ("1204.5000", "USD", "1,204.50 USD"),
        ("1204.0000", "JPY", "1,204 JPY"),
        ("1.0050", "KWD", "1.005 KWD"),
        ("30.6667", "usd", "30.6667 usd"),
        ("1E+3", "EUR", "1,000.00 EUR"),
        ("0", "", "0.00"),
        ("-4", "EUR", "-4.00 EUR"),
        ("1E-400", "USD", "0.0000000000 USD"),
        ("NaN", "USD", "no amount USD"),
        ("-Infinity", "USD", "no amount USD"),
    ],
)
def test_amount_has_the_decimals_of_its_currency_and_never_fewer_than_it_has(
    amount: str, currency: str, words: str
) -> None:
    assert money_in_words(Decimal(amount), currency) == words
