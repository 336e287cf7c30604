"""How much of an order is left to refund, however odd its total in the CRM is."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal

import pytest

from include.crm.order_refunds import PushedOrder, Refund
from include.order_refunds.checks import check_left
from include.order_refunds.errors import CannotFollow


def refund(amount: str) -> Refund:
    now = datetime(2026, 11, 29, tzinfo=timezone.utc)
    return Refund(5, 7, Decimal(amount), None, None, "", now, "USD", ())


def order(total: str, mirrored: str = "0") -> PushedOrder:
    return PushedOrder(7, "COMPLETE", Decimal(total), "USD", 107, Decimal(mirrored))


@pytest.mark.parametrize("total", ["NaN", "Infinity", "-Infinity"])
def test_total_that_is_no_number_stops_its_own_refund_only(total: str) -> None:
    with pytest.raises(CannotFollow, match="The total of the order is not a number") as stopped:
        check_left(refund("4"), order(total))
    assert stopped.value.next_step == "Correct the order in the CRM, then retry it."


def test_refund_may_take_all_that_is_left_and_no_cent_more() -> None:
    check_left(refund("6"), order("10.00", "4"))
    with pytest.raises(CannotFollow, match=r"of 6.01 USD is more than what is left of the order: 6.00 USD"):
        check_left(refund("6.01"), order("10.00", "4"))
