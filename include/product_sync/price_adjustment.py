"""A change of many prices at once: by a percentage or an amount of the synced price, or back to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Literal

from include.bigcommerce.money import DECIMALS
from include.crm.currencies import rounded
from include.product_sync.errors import PriceRefused
from include.product_sync.typed_price import LARGEST, read_override_price

Action = Literal["raise", "lower", "reset"]
Unit = Literal["percent", "amount"]
MOST_PERCENT = 1_000
_PRECISION = 60  # digits, so that no multiplication rounds


@dataclass(frozen=True)
class PriceRule:
    """What to do with the synced price; `by` is 0 for a reset."""

    action: Action
    by: Decimal
    unit: Unit

    def new_price(self, synced_price: Decimal, currency_code: str) -> Decimal | None:
        """The override price, rounded half up to the currency's decimals; None: reset.

        Raises ValueError with a sentence if the result is no price.
        """
        if self.action == "reset":
            return None
        with localcontext() as context:
            context.prec = _PRECISION
            step = synced_price * self.by / 100 if self.unit == "percent" else self.by
            exact = synced_price + step if self.action == "raise" else synced_price - step
        price = rounded(exact, currency_code)
        if price < 0:
            raise ValueError(f"The new price would be {price:f}, which is below zero.")
        if price > LARGEST:
            raise ValueError(f"The new price would be above {LARGEST:,}.")
        return price

    def describe(self, currency_code: str) -> str:
        """E.g. "Raise by 10%"."""
        if self.action == "reset":
            return "Reset to synced price"
        unit = "%" if self.unit == "percent" else f" {currency_code}"
        return f"{self.action.capitalize()} by {self.by:f}{unit}"


def read_price_rule(action: Action, by: str, unit: Unit) -> PriceRule:
    """A rule as a person types it. Raises PriceRefused."""
    if action == "reset":
        return PriceRule(action, Decimal(0), unit)
    typed = by.strip().removesuffix("%").strip() if unit == "percent" else by.strip()
    if not typed:
        raise PriceRefused({"by": "Enter by how much, e.g. 10."})
    if unit == "amount":
        try:
            amount = read_override_price(typed)
        except ValueError as problem:
            raise PriceRefused({"by": str(problem)}) from None
        return PriceRule(action, amount, unit)
    if not re.fullmatch(rf"\d{{1,5}}(\.\d{{1,{DECIMALS}}})?", typed, re.ASCII):
        raise PriceRefused({"by": f"{typed[:40]!r} is not a percentage. Enter digits only, e.g. 12.5."})
    percent = Decimal(typed)
    most = 100 if action == "lower" else MOST_PERCENT
    if percent > most:
        raise PriceRefused({"by": f"Enter at most {most:,} percent."})
    return PriceRule(action, percent, unit)
