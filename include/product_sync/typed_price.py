"""Reads an override price as a person types it; include/crm/override_prices.py saves it."""

from __future__ import annotations

import re
from decimal import Decimal

from include.bigcommerce.money import DECIMALS
from include.crm.currencies import decimals_of

LARGEST = Decimal(1_000_000_000)


def read_override_price(text: str) -> Decimal:
    """A price as a person types it, e.g. "12.50", in the campaign's currency.

    Raises ValueError with a sentence.
    """
    typed = text.strip()
    if not typed:
        raise ValueError("Enter the price to charge, e.g. 12.50, or reset it to the synced price.")
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?|\d+,\d+", typed):
        raise ValueError(f"Write {typed[:40]!r} without commas, and with a point before cents, e.g. 1200.50.")
    if re.fullmatch(r"-[\d.]+", typed, re.ASCII):
        raise ValueError(f"{typed[:40]!r} is below zero. A price is 0 or more.")
    if not re.fullmatch(r"\d+(\.\d+)?|\.\d+", typed, re.ASCII):
        raise ValueError(f"{typed[:40]!r} is not a price. Enter digits only, e.g. 12.50.")
    price = Decimal(typed)
    if price > LARGEST:
        raise ValueError(f"{typed[:40]} is too high: a price is at most {LARGEST:,}.")
    # counted in the text: Decimal's own arithmetic rounds to 28 digits
    whole, _, decimals = typed.partition(".")
    if len(decimals.rstrip("0")) > DECIMALS:
        raise ValueError(f"{typed[:40]} has more than {DECIMALS} decimals. Round it.")
    return Decimal(f"{whole}.{decimals[:DECIMALS]}")


def consequence(price: Decimal, currency_code: str) -> str:
    """What an unusual price leads to, in a sentence that asks for a confirmation; empty for a usual one."""
    decimals = decimals_of(currency_code)
    if price == 0:
        return f"Charge 0 {currency_code}: customers get this variant for free."
    if price != round(price, decimals):
        return (
            f"Charge {price:f} {currency_code}, although {currency_code} has {decimals or 'no'} decimals: "
            "totals are rounded, so customers may pay a different amount."
        )
    return ""
