"""The smallest unit of a currency, e.g. a cent, and amounts in whole units."""

from __future__ import annotations

from decimal import Decimal

from include.crm.currencies import decimals_of


def unit_of(currency_code: str) -> Decimal:
    """The smallest unit by ISO 4217: 0.01 for USD, 1 for JPY."""
    return Decimal(1).scaleb(-decimals_of(currency_code))


def in_units(amount: Decimal, unit: Decimal) -> Decimal:
    """The amount rounded to whole units."""
    return round(amount, -unit.adjusted())


def is_whole(amount: Decimal, unit: Decimal) -> bool:
    """Whether the amount has no more decimals than the unit."""
    return amount == in_units(amount, unit)
