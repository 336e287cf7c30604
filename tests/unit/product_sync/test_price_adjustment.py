"""New prices by a percentage or an amount of the synced price."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.crm.currencies import decimals_of
from include.product_sync.errors import PriceRefused
from include.product_sync.price_adjustment import Action, Unit, read_price_rule

PRICES = st.decimals(min_value=0, max_value=10**6, places=4)
CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD"])


@given(
    PRICES, st.decimals(min_value=0, max_value=100, places=4), st.sampled_from(["raise", "lower"]), CURRENCIES
)
def test_a_percentage_is_exact_and_rounded_half_up_once(
    price: Decimal, percent: Decimal, action: Action, currency: str
) -> None:
    new = read_price_rule(action, f"{percent:f}%", "percent").new_price(price, currency)
    exact = Fraction(price) * (100 + (1 if action == "raise" else -1) * Fraction(percent)) / 100
    assert new is not None
    unit = Fraction(1, 10 ** decimals_of(currency))
    assert new == new.quantize(Decimal(1).scaleb(-decimals_of(currency)))
    assert -unit / 2 < Fraction(new) - exact <= unit / 2


@pytest.mark.parametrize(
    ("action", "by", "unit", "currency", "new"),
    [
        ("raise", "10", "percent", "EUR", "11.06"),  # 11.055
        ("lower", "12.5 %", "percent", "EUR", "8.79"),  # 8.79375
        ("raise", "0.5", "amount", "EUR", "10.55"),
        ("lower", "10.05", "amount", "EUR", "0"),
        ("raise", "10", "percent", "JPY", "11"),
        ("lower", "100", "percent", "EUR", "0"),
        ("reset", "", "percent", "EUR", None),
    ],
)
def test_a_rule_gives_the_new_price_of_10_05(
    action: Action, by: str, unit: Unit, currency: str, new: str | None
) -> None:
    price = read_price_rule(action, by, unit).new_price(Decimal("10.05"), currency)
    assert price == (None if new is None else Decimal(new))


def test_a_result_that_is_no_price_is_refused() -> None:
    with pytest.raises(ValueError, match="below zero"):
        read_price_rule("lower", "11", "amount").new_price(Decimal(10), "EUR")
    with pytest.raises(ValueError, match="above 1,000,000,000"):
        read_price_rule("raise", "1000", "percent").new_price(Decimal(10**9), "EUR")


@pytest.mark.parametrize(
    ("action", "by", "unit"),
    [
        ("raise", "", "percent"),
        ("raise", "-5", "percent"),
        ("raise", "1e2", "percent"),
        ("raise", "1,5", "percent"),
        ("raise", "1001", "percent"),
        ("lower", "100.1", "percent"),
        ("raise", "5%", "amount"),
        ("raise", "-5", "amount"),
    ],
)
def test_what_is_no_percentage_or_amount_is_refused_at_its_field(action: str, by: str, unit: str) -> None:
    with pytest.raises(PriceRefused) as refused:
        read_price_rule(cast("Action", action), by, cast("Unit", unit))
    assert refused.value.problems_by_field["by"].endswith(".")


def test_rounding_is_half_up() -> None:
    half = Decimal("0.005")
    new = read_price_rule("raise", "0.005", "amount").new_price(Decimal(0), "EUR")
    assert new == half.quantize(Decimal("0.01"), ROUND_HALF_UP) == Decimal("0.01")
