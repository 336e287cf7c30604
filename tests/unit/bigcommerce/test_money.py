"""Amounts: the digits that the store wrote, rounded once to the four decimals that it can state."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.bigcommerce.money import Money, read_money
from include.bigcommerce.product_records import Product, Unusable
from tests.support.catalogues import parse_products


def parsed(number: str) -> Product | Unusable:
    (item,) = parse_products(b'{"data":[{"id":1,"name":"Tea","price":%b}]}' % number.encode())
    return item


def price(number: str) -> Money:
    item = parsed(number)
    assert isinstance(item, Product)
    assert item.price is not None
    return item.price


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("12.989999999999998", "12.99"),
        ("12.990000000000002", "12.99"),
        ("0.30000000000000004", "0.3"),
        ("99.99999999999999", "100"),
        ("5.551115123125783e-17", "0"),
        ("12.00005", "12.0001"),
        ("12.00004999", "12"),
        ("12.50", "12.50"),
        ("12.3450", "12.3450"),
        ("1e2", "1E+2"),
        ("7", "7"),
        ("-0.0", "-0.0"),
        ("100.00000000000001", "100"),
    ],
)
def test_an_amount_is_rounded_once_where_it_is_read(sent: str, read: str) -> None:
    assert str(price(sent)) == read


@given(
    st.one_of(
        st.decimals(-(10**15), 10**15, allow_nan=False, allow_infinity=False).map(
            lambda number: f"{number:f}"
        ),
        st.integers(-(10**19), 10**19).map(str),
        st.from_regex(r"-?(0|[1-9][0-9]{0,15})\.[0-9]{1,20}", fullmatch=True),
    )
)
def test_every_amount_is_the_one_sent_to_four_decimals(text: str) -> None:
    item = parsed(text)
    exact = Decimal(text)
    if isinstance(item, Unusable):
        assert 0 < abs(exact) < Decimal("1e-20")
        return
    assert item.price is not None
    if exact == round(exact, 4):
        assert item.price == exact
    else:
        assert item.price == exact.quantize(Decimal("0.0001"), ROUND_HALF_UP)
        assert not str(item.price).endswith("0") or "." not in str(item.price)


@pytest.mark.parametrize(
    "sent", ["1e-20000", "1e-21", "1e21", "-1e300", "9" * 6_000, "1e99999999999999999999"]
)
def test_a_number_that_is_no_amount_is_refused_with_its_name(sent: str) -> None:
    item = parsed(sent)
    assert isinstance(item, Unusable)
    assert item.product_id == 1
    assert item.reason.startswith("The product's price is ")
    assert "too large" in item.reason


@pytest.mark.parametrize("value", ["1", 1.5, True, None, [], {}])
def test_only_a_number_is_an_amount(value: object) -> None:
    with pytest.raises(ValueError, match="Expected `number`"):
        read_money(value)
