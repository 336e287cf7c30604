"""What can be said about a refund before BigCommerce is asked, and whether its quote is right. No I/O."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from include.bigcommerce.refund_lists import StoreRefund
from include.bigcommerce.refunds import STORE_CREDIT, PaymentOption, Quote
from include.crm.currencies import money_in_words
from include.crm.order_refunds import PushedOrder, Refund
from include.order_push.currency_unit import in_units, is_whole, unit_of
from include.order_refunds.errors import BY_HAND, OR_BY_HAND, RETRY, CannotFollow

# The provider for money that was paid back outside of BigCommerce.
OUTSIDE = "custom"
_CORRECT = f"Correct the refund in the CRM, {RETRY}"
NOTHING = Decimal(0)
_CENT = Decimal("0.01")


def check_amounts(refund: Refund) -> None:
    """Raises CannotFollow for amounts that nobody can pay back."""
    unit = unit_of(refund.currency_code)
    for name, amount in (("amount", refund.amount), ("shipping", refund.shipping or NOTHING)):
        if not amount.is_finite() or amount < 0:
            raise CannotFollow(f"The {name} of the refund is not an amount that can be paid back.", _CORRECT)
        if not is_whole(amount, unit):
            raise CannotFollow(
                f"The {name} of the refund, {amount}, has more decimals than {refund.currency_code} has.",
                _CORRECT,
            )
    if not refund.amount:
        raise CannotFollow(
            "The amount of the refund is 0.", f"Dismiss it here. Or correct it in the CRM, {RETRY}"
        )
    if (refund.shipping or NOTHING) > refund.amount:
        raise CannotFollow("The shipping in the refund is more than its amount.", _CORRECT)


def check_left(refund: Refund, order: PushedOrder, in_store: Sequence[StoreRefund] = ()) -> None:
    """Raises CannotFollow if less of the order is left than this refund, here or in the store.

    `in_store` are the refunds that BigCommerce has of the order: ours and those of others.
    """
    if not order.total_amount.is_finite():
        raise CannotFollow(
            "The total of the order is not a number.", f"Correct the order in the CRM, {RETRY}"
        )
    there = sum((each.total for each in in_store if each.total is not None), NOTHING)
    refunded = max(order.mirrored, there)
    unit = unit_of(order.currency_code)
    left = in_units(order.total_amount, unit) - refunded
    if refund.amount > left:
        raise CannotFollow(
            f"The refund of {_money(refund.amount, order)} is more than what is left of the order: "
            f"{_money(max(left, NOTHING), order)} of {_money(order.total_amount, order)}.",
            f"Compare the order's refunds in the CRM with those in BigCommerce. {_CORRECT} "
            "If BigCommerce has it already, dismiss it here.",
        )


def payment_for(refund: Refund, quote: Quote) -> list[PaymentOption]:
    """The method of a quote that records the refund without moving money.

    Raises CannotFollow if the quote is not what the CRM refunded, to the smallest unit of the currency.
    """
    refunded = money_in_words(refund.amount, refund.currency_code)
    in_store = money_in_words(quote.paid_back, refund.currency_code)
    if quote.adjustment is not None and quote.adjustment < 0:
        raise CannotFollow(
            f"BigCommerce has less than {refunded} of the order left to refund; it would refund {in_store}.",
            f"Compare the order's refunds in the CRM with those in BigCommerce. {OR_BY_HAND}",
        )
    if quote.paid_back != refund.amount:
        if not is_whole(refund.amount, _CENT):
            raise CannotFollow(
                f"BigCommerce records refunds to two decimals, so it cannot record {refunded}.",
                f"Mirror refunds as a status only, {RETRY} Or refund the nearest amount in BigCommerce's "
                "control panel, and dismiss it here.",
            )
        what = "for these pieces and this shipping" if refund.lines else "for this amount"
        raise CannotFollow(
            f"BigCommerce would refund {in_store} {what}; the CRM refunded {refunded}.",
            f"{_CORRECT} {OR_BY_HAND}",
        )
    usable = [
        method
        for method in quote.refund_methods
        if sum((option.amount for option in method), NOTHING) == refund.amount
        and all(option.provider_id != STORE_CREDIT for option in method)
    ]
    if not usable:
        raise CannotFollow("BigCommerce offers no way to record this refund.", BY_HAND)
    return min(usable, key=_preference)


def _preference(method: Sequence[PaymentOption]) -> tuple[bool, bool, int]:
    """What records without a payment provider comes first, and what is not split."""
    providers = {option.provider_id for option in method}
    return providers != {OUTSIDE}, not all(option.offline_provider for option in method), len(method)


def _money(amount: Decimal, order: PushedOrder) -> str:
    return money_in_words(in_units(amount, unit_of(order.currency_code)), order.currency_code)
