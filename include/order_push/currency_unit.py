"""The smallest unit of a currency, e.g. a cent, and amounts in whole units."""

from __future__ import annotations

from decimal import Decimal

_WITHOUT_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_NO_DECIMALS = frozenset(_WITHOUT_DECIMALS.split())
_THREE_DECIMALS = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])
_FOUR_DECIMALS = frozenset({"CLF", "UYW"})


def unit_of(currency_code: str) -> Decimal:
    """The smallest unit by ISO 4217: 0.01 for USD, 1 for JPY."""
    code = currency_code.strip().upper()
    if code in _NO_DECIMALS:
        return Decimal(1)
    return Decimal(1).scaleb(-3 if code in _THREE_DECIMALS else -4 if code in _FOUR_DECIMALS else -2)


def in_units(amount: Decimal, unit: Decimal) -> Decimal:
    """The amount rounded to whole units."""
    return round(amount, -unit.adjusted())


def is_whole(amount: Decimal, unit: Decimal) -> bool:
    """Whether the amount has no more decimals than the unit."""
    return amount == in_units(amount, unit)
