"""Whether BigCommerce has an order in the currency and with the total that the customer paid. No I/O.

What the store does not say counts as the same. Amounts in different currencies cannot be compared.
"""

from __future__ import annotations

from decimal import Decimal

from include.bigcommerce.order_answers import StoreOrder
from include.crm.currencies import money_in_words
from include.crm.order_ledger_rows import Claim
from include.crm.orders import OrderFacts
from include.order_push.currency_unit import unit_of


def is_in_currency(theirs: StoreOrder, currency_code: str) -> bool:
    """Whether the amounts of an order in BigCommerce are in this currency."""
    return theirs.currency_code.upper() in ("", currency_code.strip().upper())


def is_same(amount: Decimal, other: Decimal, currency_code: str) -> bool:
    """Whether nobody could pay the difference: amounts of V2 have four decimals."""
    return abs(amount - other) <= unit_of(currency_code) / 2


def total_differs(theirs: StoreOrder, total: Decimal | None, currency_code: str) -> bool:
    """Whether the total of an order in BigCommerce is another one."""
    if theirs.total is None or total is None or not total.is_finite():
        return False
    return is_in_currency(theirs, currency_code) and not is_same(theirs.total, total, currency_code)


def what_differs(held: Claim | OrderFacts, theirs: StoreOrder) -> str:
    """What a person has to know and do about an order that is in BigCommerce; empty if nothing differs."""
    paid = held.total_amount and money_in_words(held.total_amount, held.currency_code)
    if not is_in_currency(theirs, held.currency_code):
        return (
            f"BigCommerce has order {held.order_id} with amounts in {theirs.currency_code}, as its order "
            f"{theirs.id}; the customer paid {paid or held.currency_code}. Correct its amounts there, and "
            f"for the next orders allow {held.currency_code} (Settings > Currencies)."
        )
    if theirs.total is not None and total_differs(theirs, held.total_amount, held.currency_code):
        return (
            f"BigCommerce has order {held.order_id} with a total of "
            f"{money_in_words(theirs.total, held.currency_code)}, as its order {theirs.id}; the customer "
            f"paid {paid}. Correct it there, and find out what changes totals, such as an app."
        )
    return ""
