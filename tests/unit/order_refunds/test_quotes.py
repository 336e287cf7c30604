"""By how much a quote of BigCommerce may differ from what the CRM refunded."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal

import pytest

from include.bigcommerce.money import Money
from include.bigcommerce.refunds import Override, PaymentOption, Quote
from include.crm.order_refunds import Refund, RefundedLine
from include.order_refunds.checks import override_for, payment_for
from include.order_refunds.errors import CannotFollow


def refund(amount: str, ordered: int = 0, currency: str = "USD", tax: str = "") -> Refund:
    lines = (RefundedLine(1, 1, "A", "Tea", ordered),) if ordered else ()
    now = datetime(2026, 11, 29, tzinfo=timezone.utc)
    return Refund(5, 7, Decimal(amount), None, Decimal(tax) if tax else None, "", now, currency, lines)


def quote(total: str, tax: str = "0", adjustment: str = "0", methods: int = 1) -> Quote:
    amounts = [Money(total)] if methods == 1 else [Money("1"), Money(Decimal(total) - 1)]
    paid = [PaymentOption("custom", amount, offline_provider=True) for amount in amounts]
    return Quote(Money(total), [paid], Money(adjustment), total_refund_tax_amount=Money(tax))


def test_quote_that_is_the_refund_needs_no_amounts_of_ours() -> None:
    assert override_for(refund("10.33", 3), quote("10.33", "0.33")) is None
    [paid] = payment_for(refund("10.33", 3), quote("10.33", "0.33"))
    assert paid.amount == Decimal("10.33")


@pytest.mark.parametrize(
    ("ours", "theirs", "override"),
    [
        (refund("10.34", 3), quote("10.33", "0.33"), Override(Decimal("10.34"), Decimal("0.34"))),
        (refund("10.32", 3), quote("10.33", "0.33"), Override(Decimal("10.32"), Decimal("0.32"))),
        (refund("10.16", 7), quote("10.13", "0.13"), Override(Decimal("10.16"), Decimal("0.16"))),
        (refund("10.33", 3), quote("10.33", "0.33", "-0.01"), Override(Decimal("10.33"), Decimal("0.33"))),
        (refund("10.00", 3), quote("10.01"), Override(Decimal("10.00"), Decimal(0))),
        # goods of 10.00 on both sides, and a tax that only the CRM knows
        (refund("10.80", 2, tax="0.80"), quote("11.00", "1.00"), Override(Decimal("10.80"), Decimal("0.80"))),
        (refund("10.00", 2, tax="0"), quote("11.00", "1.00"), Override(Decimal("10.00"), Decimal(0))),
        (refund("11.50", 2, tax="1.50"), quote("11.00", "1.00"), Override(Decimal("11.50"), Decimal("1.50"))),
        (refund("10.34", 3, tax="0.34"), quote("10.33", "0.33"), Override(Decimal("10.34"), Decimal("0.34"))),
        (refund("37", 3, "JPY"), quote("36.67", "26.67"), Override(Decimal("37"), Decimal("27.00"))),
    ],
)
def test_refund_of_pieces_that_differs_by_a_rounding_goes_with_our_amounts(
    ours: Refund, theirs: Quote, override: Override
) -> None:
    assert override_for(ours, theirs) == override
    assert [each.amount for each in payment_for(ours, theirs)] == [ours.amount]


@pytest.mark.parametrize(
    ("ours", "theirs", "why"),
    [
        (refund("10.35", 3), quote("10.33"), "would refund 10.33 USD for these pieces and this shipping"),
        (refund("10.34", 1), quote("10.33"), "would refund 10.33 USD for these pieces and this shipping"),
        (refund("10.80", 2, tax="0.50"), quote("11.00", "1.00"), "would refund 11.00 USD for these pieces"),
        (refund("10.80", 2, tax="-1"), quote("11.00", "1.00"), "would refund 11.00 USD for these pieces"),
        (refund("10.80", 2, tax="NaN"), quote("11.00", "1.00"), "would refund 11.00 USD for these pieces"),
        (refund("10.80", tax="0.80"), quote("11.00", "1.00"), "would refund 11.00 USD for this amount"),
        (refund("10.805", 2, "KWD", "0.805"), quote("11.00", "1.00"), "records refunds to two decimals"),
        (refund("10.34"), quote("10.33"), "would refund 10.33 USD for this amount"),
        (refund("0.10", 1_000), quote("0.12"), "would refund 0.12 USD"),
        (refund("10.33", 3), quote("10.30", "0", "-0.03"), "less than 10.33 USD of the order left"),
        (refund("10.33"), quote("10.33", "0", "-5"), "less than 10.33 USD of the order left"),
        (refund("10.335", 3, "KWD"), quote("10.34"), "records refunds to two decimals"),
        (refund("10.34", 3), quote("10.33", methods=2), "no way to record"),
    ],
)
def test_anything_more_is_for_people(ours: Refund, theirs: Quote, why: str) -> None:
    with pytest.raises(CannotFollow, match=why):
        payment_for(ours, theirs)
