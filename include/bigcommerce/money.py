"""An amount as the store states it: a decimal number, rounded once, where it is read."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from functools import lru_cache

# BigCommerce states amounts with four decimals. Further ones are noise of its own arithmetic.
DECIMALS = 4
_SMALLEST_STEP = Decimal(1).scaleb(-DECIMALS)
# Powers of ten. Beyond the first is no price; below the second is no noise of arithmetic around zero, which
# would make a product free.
_LARGEST_POWER, _SMALLEST_POWER = 20, -20
_ROUNDING = Context(prec=_LARGEST_POWER + DECIMALS + 2, rounding=ROUND_HALF_UP)
_NO_AMOUNT = object()


class Money(Decimal):
    """An amount with the digits that the store wrote, but four decimals at most."""

    __slots__ = ()


@lru_cache(maxsize=4096)  # a store's products share few prices
def read_number(text: str) -> object:
    """A JSON number with a point or an exponent as Money, 12.989999999999998 as 12.99; or _NO_AMOUNT."""
    decimals = text[text.find(".") + 1 :]
    if len(decimals) <= DECIMALS and decimals.isdecimal() and len(text) < _LARGEST_POWER:
        return Money(text)
    try:
        number = Decimal(text)
    except InvalidOperation:
        return _NO_AMOUNT
    if number and not _SMALLEST_POWER <= number.adjusted() <= _LARGEST_POWER:
        return _NO_AMOUNT
    if number == number.quantize(_SMALLEST_STEP, context=_ROUNDING):
        return Money(text)
    rounded = number.quantize(_SMALLEST_STEP, context=_ROUNDING).normalize(_ROUNDING)
    return Money(f"{rounded:f}")


def read_money(value: object) -> Money:
    """What a decoder made of an amount, with `read_number` for its numbers.

    Text is no amount: who takes it for one makes a number of it first. Raises ValueError, worded as msgspec
    words its own.
    """
    if isinstance(value, Money):
        return value
    if type(value) is int and abs(value) <= 10**_LARGEST_POWER:
        return Money(value)
    if type(value) is int or value is _NO_AMOUNT:
        raise ValueError("is a number that is too large or too small")
    raise ValueError(f"Expected `number`, got `{type(value).__name__}`")
