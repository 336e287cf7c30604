"""Checks a refund before BigCommerce is asked, and checks BigCommerce's quote. No I/O."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from msgspec import structs

from include.bigcommerce.money import Money
from include.bigcommerce.refund_lists import StoreRefund
from include.bigcommerce.refunds import STORE_CREDIT, Override, PaymentOption, Quote
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
    """The method of a quote that records the refund without moving money; together the refund's amount.

    Raises CannotFollow if the quote is not what the CRM refunded, up to a rounding.
    """
    _check_quote(refund, quote)
    paid = [_with_rounding(method, refund, quote) for method in quote.refund_methods]
    usable = [
        method
        for method in paid
        if sum((option.amount for option in method), NOTHING) == refund.amount
        and all(option.provider_id != STORE_CREDIT for option in method)
    ]
    if not usable:
        raise CannotFollow("BigCommerce offers no way to record this refund.", BY_HAND)
    return min(usable, key=_preference)


def override_for(refund: Refund, quote: Quote) -> Override | None:
    """The CRM's amounts, where a quote differs from them but not too much; None where it does not differ."""
    if quote.paid_back == refund.amount and not _is_short(quote):
        return None
    tax = _stated_tax(refund)
    if tax is None:
        tax = max(NOTHING, quote.tax + refund.amount - quote.paid_back)
    return Override(refund.amount, tax)


def _check_quote(refund: Refund, quote: Quote) -> None:
    if _is_as_refunded(refund, quote) and (refund.lines or not _is_short(quote)):
        return
    refunded = money_in_words(refund.amount, refund.currency_code)
    in_store = money_in_words(quote.paid_back, refund.currency_code)
    if _is_short(quote):
        raise CannotFollow(
            f"BigCommerce has less than {refunded} of the order left to refund; it would refund {in_store}.",
            f"Compare the order's refunds in the CRM with those in BigCommerce. {OR_BY_HAND}",
        )
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


def _is_as_refunded(refund: Refund, quote: Quote) -> bool:
    """Whether a quote differs from the CRM's refund by a rounding, in total or without the tax.

    BigCommerce works out the tax of pieces from the order, which has all its tax on the goods, also that of
    the shipping. The CRM knows better, if it says how much of the refund is tax.
    """
    leeway, tax = _leeway(refund), _stated_tax(refund)
    if abs(quote.paid_back - refund.amount) <= leeway:
        return True
    goods = quote.paid_back - quote.tax
    return leeway > 0 and tax is not None and abs(goods - (refund.amount - tax)) <= leeway


def _stated_tax(refund: Refund) -> Decimal | None:
    """The tax in a refund; None if the CRM does not say, or says what is impossible."""
    tax = refund.tax
    return tax if tax is not None and tax.is_finite() and 0 <= tax <= refund.amount else None


def _leeway(refund: Refund) -> Decimal:
    """By how much rounding may set a quote apart: tax and discount of an order seldom divide by its pieces.

    Of three pieces with a tax of 1.00, two are refunded with 0.33 and the last with 0.34: each by less than
    half a unit off, and the last by as much as the others together. An amount without pieces is not divided.
    """
    pieces = sum(line.ordered or 0 for line in refund.lines)
    unit = max(unit_of(refund.currency_code), _CENT)
    return min(pieces * unit / 2, refund.amount / 10) if is_whole(refund.amount, _CENT) else NOTHING


def _with_rounding(method: list[PaymentOption], refund: Refund, quote: Quote) -> list[PaymentOption]:
    """A method that pays a quote back in one amount, with the CRM's; any other as it is."""
    if len(method) == 1 and method[0].amount == quote.paid_back:
        return [structs.replace(method[0], amount=Money(refund.amount))]
    return method


def _is_short(quote: Quote) -> bool:
    """Whether less of the order is left than the items come to."""
    return quote.adjustment is not None and quote.adjustment < 0


def _preference(method: Sequence[PaymentOption]) -> tuple[bool, bool, int]:
    """What records without a payment provider comes first, and what is not split."""
    providers = {option.provider_id for option in method}
    return providers != {OUTSIDE}, not all(option.offline_provider for option in method), len(method)


def _money(amount: Decimal, order: PushedOrder) -> str:
    return money_in_words(in_units(amount, unit_of(order.currency_code)), order.currency_code)
