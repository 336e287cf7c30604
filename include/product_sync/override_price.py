"""Reads an override price as a person types it; include/crm/override_prices.py saves it."""

from __future__ import annotations

import re
from decimal import Decimal

# BigCommerce's prices, and the lines of its orders, have at most four decimals.
DECIMALS = 4
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
    if not re.fullmatch(r"\d+(\.\d+)?|\.\d+", typed, re.ASCII):
        raise ValueError(f"{typed[:40]!r} is not a price. Enter digits only, e.g. 12.50.")
    price = Decimal(typed)
    if price > LARGEST:
        raise ValueError(f"{typed[:40]} is too high: a price is at most {LARGEST:,}.")
    # counted in the text: Decimal's own arithmetic rounds to 28 digits
    if len(typed.partition(".")[2].rstrip("0")) > DECIMALS:
        raise ValueError(f"{typed[:40]} has more than {DECIMALS} decimals. Round it.")
    return price
