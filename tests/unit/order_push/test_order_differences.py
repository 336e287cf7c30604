"""What the reconciliation finds between an order of the CRM and the same order in BigCommerce."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from include.bigcommerce.order_answers import StoreOrder
from include.crm.order_reconciliations import ComparedOrder
from include.order_push.order_differences import difference

WAITING, SHIPPED, PARTLY_SHIPPED, REFUNDED, CANCELLED, PARTLY_REFUNDED = 11, 2, 3, 4, 5, 14


def ours(status: str = "COMPLETE", refunded: str = "0") -> ComparedOrder:
    """A pushed order of 10.00 USD in the CRM."""
    return ComparedOrder(7, status, "pushed", 107, None, None, Decimal(10), "USD", Decimal(refunded))


def theirs(status_id: int = WAITING, **columns: Any) -> StoreOrder:
    """The same order in BigCommerce."""
    return StoreOrder(107, "crm-7", status_id=status_id, **{"total": Decimal("10.0000"), **columns})


@pytest.mark.parametrize(
    ("here", "there", "kind"),
    [
        # the same on both sides
        (ours(), theirs(), None),
        (ours(), theirs(SHIPPED), None),
        (ours(refunded="4"), theirs(PARTLY_REFUNDED, refunded=Decimal(4)), None),
        (ours(refunded="4"), theirs(PARTLY_REFUNDED, refunded=Decimal(0)), None),  # the status is all it says
        (ours("REFUNDED", "10"), theirs(REFUNDED), None),
        (ours("REFUNDED"), theirs(CANCELLED), None),
        (ours("CANCELLED"), theirs(CANCELLED), None),
        (ours("CANCELLED"), theirs(is_deleted=True), None),
        (ours(), theirs(total=None), None),
        (ours(), theirs(total=Decimal("10.004")), None),
        (ours(), theirs(total=Decimal(9), currency_code="EUR"), None),
        # refunded on one side, or not alike
        (ours("REFUNDED"), theirs(), "refunded in the CRM"),
        (ours(refunded="4"), theirs(SHIPPED), "refunded in the CRM"),
        (ours(), theirs(REFUNDED), "refunded in BigCommerce"),
        (ours(), theirs(SHIPPED, refunded=Decimal(3)), "refunded in BigCommerce"),
        (ours(refunded="4"), theirs(PARTLY_REFUNDED, refunded=Decimal(3)), "refunds differ"),
        # cancelled on one side
        (ours("CANCELLED"), theirs(), "cancelled in the CRM"),
        (ours("CANCELLED"), theirs(PARTLY_SHIPPED), "cancelled in the CRM"),
        (ours("DECLINED"), theirs(), "cancelled in the CRM"),
        (ours(), theirs(CANCELLED), "cancelled in BigCommerce"),
        # changed
        (ours(), theirs(total=Decimal("10.01")), "total differs"),
    ],
)
def test_difference_is_named_by_its_kind(here: ComparedOrder, there: StoreOrder, kind: str | None) -> None:
    found = difference(here, there)
    assert (found.kind if found else None) == kind
    if found:
        assert (found.order_id, found.bigcommerce_order_ids) == (7, [107])
        assert found.sentence.startswith("Order 7 ")
        assert found.sentence.endswith(".")


def test_order_cancelled_here_and_shipped_there_says_to_stop_the_parcel() -> None:
    found = difference(ours("CANCELLED"), theirs(SHIPPED, status_name="Shipped"))
    assert found is not None
    assert found.sentence == (
        "Order 7 is CANCELLED in the CRM and Shipped in BigCommerce. Stop the parcel, or agree with the "
        "customer on its return."
    )
