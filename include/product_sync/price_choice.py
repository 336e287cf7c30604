"""The price choice: which of BigCommerce's prices a variant is sold at, and its compare-at price.

The price is what a shopper pays in BigCommerce, the variant's calculated_price; where the store leaves it
open, the variant's own price, else the product's. The compare-at price is the list price if it is higher,
else the retail price if that is. Prices are rounded where they are read (include/bigcommerce/money.py).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

# Columns of a frame of variants, in the order in which they are considered.
_PAID = ["calculated_price", "price", "product_calculated_price", "product_price"]
_LISTED = ["price", "product_price"]
_RETAIL = ["retail_price", "product_retail_price"]
_NOTHING = Decimal(0)
# No shop has a price above it; a slip of the keyboard would become a charge.
_HIGHEST_PRICE = Decimal(10) ** 12

NO_PRICE = "Neither the variant nor its product has a price; set one in BigCommerce and sync again."
BELOW_ZERO = "The price is below zero; correct it in BigCommerce and sync again."
TOO_HIGH = "The price is above a million million; correct it in BigCommerce and sync again."


def choose_prices(variants: pd.DataFrame) -> tuple[Any, Any]:
    """The price and the compare-at price of each row, as arrays of Decimal or None."""
    paid = _first_given(variants, _PAID)
    listed = _first_given(variants, _LISTED)
    retail = _first_given(variants, _RETAIL)
    compare_at = _where(_above(listed, paid), listed, _where(_above(retail, paid), retail, None))
    return paid, compare_at


def unusable_prices(paid: Any) -> list[tuple[Any, str]]:
    """What may be wrong with a price: for each reason, row by row whether it applies."""
    return [
        (pd.isna(paid), NO_PRICE),
        (_above(_NOTHING, paid), BELOW_ZERO),
        (_above(paid, _HIGHEST_PRICE), TOO_HIGH),
    ]


def _first_given(frame: pd.DataFrame, columns: list[str]) -> Any:
    """Row by row the first of the columns that is not null, else None."""
    values: Any = frame[columns[0]].to_numpy(dtype=object)
    for column in columns[1:]:
        missing = pd.isna(values)
        if not missing.any():
            break
        values = _where(missing, frame[column].to_numpy(dtype=object), values)
    return values


def _above(amounts: Any, others: Any) -> Any:
    """Row by row whether an amount is higher than the other; null counts as nothing."""
    amounts, others = (_where(pd.isna(values), _NOTHING, values) for values in (amounts, others))
    return (amounts > others).astype(bool)


def _where(condition: Any, yes: Any, no: Any) -> Any:
    """np.where, whose types know no columns of Python objects, such as Decimals."""
    return np.where(condition, yes, no)
