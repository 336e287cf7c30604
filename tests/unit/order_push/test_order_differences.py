"""What the reconciliation finds between an order of the CRM and the same order in BigCommerce."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

import pytest

from include.bigcommerce.order_answers import StoreOrder
from include.crm.order_reconciliations import ComparedOrder
from include.crm.order_refunds import Refund
from include.crm.reversal_ledger_rows import Kind, Reversal
from include.order_push.mirroring import Mirrored, Progress
from include.order_push.order_differences import difference, is_to_be_shipped

WAITING, SHIPPED, PARTLY_SHIPPED, REFUNDED, CANCELLED, PARTLY_REFUNDED = 11, 2, 3, 4, 5, 14


def ours(status: str = "COMPLETE", refunded: str = "0") -> ComparedOrder:
    """A pushed order of 10.00 USD in the CRM."""
    return ComparedOrder(7, status, "pushed", 107, None, None, Decimal(10), "USD", Decimal(refunded))


def theirs(status_id: int | None = WAITING, **columns: Any) -> StoreOrder:
    """The same order in BigCommerce."""
    return StoreOrder(107, "crm-7", status_id=status_id, **{"total": Decimal("10.0000"), **columns})


def known(progress: Progress, kind: Kind = "refund", amount: str = "4", step: str | None = None) -> Mirrored:
    """A refund of 4.00 USD, or a cancellation, that has come so far."""
    now = datetime(2026, 11, 28, tzinfo=timezone.utc)
    refund = Refund(5, 7, Decimal(amount), None, None, "", now, "USD", ())
    reversal = Reversal(kind, now, refund if kind == "refund" else None, None)
    return Mirrored(reversal, progress, f"It is {progress}.", step)


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
        (ours(), theirs(total=Decimal(10), currency_code="EUR"), "total differs"),
        (
            ours(refunded="4"),
            theirs(PARTLY_REFUNDED, refunded=Decimal(3), currency_code="EUR"),
            "total differs",
        ),
        (ours(), theirs(total=Decimal("10.01"), currency_code="usd"), "total differs"),
        (replace(ours(), currency_code="KWD"), theirs(total=Decimal("10.001")), "total differs"),
        (replace(ours(), currency_code="JPY"), theirs(total=Decimal("10.4")), None),
        # refunded on one side, or not alike
        (ours("REFUNDED"), theirs(), "refunded in the CRM"),
        (ours(refunded="4"), theirs(SHIPPED), "refunded in the CRM"),
        (ours(), theirs(REFUNDED), "refunded in BigCommerce"),
        (ours(), theirs(SHIPPED, refunded=Decimal(3)), "refunded in BigCommerce"),
        (ours(refunded="4"), theirs(PARTLY_REFUNDED, refunded=Decimal(3)), "refunds differ"),
        # BigCommerce records them to two decimals
        (
            replace(ours(refunded="4.005"), currency_code="KWD"),
            theirs(PARTLY_REFUNDED, refunded=Decimal(4)),
            None,
        ),
        (
            replace(ours(refunded="4.006"), currency_code="KWD"),
            theirs(PARTLY_REFUNDED, refunded=Decimal(4)),
            "refunds differ",
        ),
        # amounts of the CRM that are no numbers
        (replace(ours(), total_amount=Decimal("NaN")), theirs(), "total differs"),
        (ours(refunded="NaN"), theirs(REFUNDED), "total differs"),
        (ours("CANCELLED", refunded="Infinity"), theirs(CANCELLED), "total differs"),
        # cancelled on one side
        (ours("CANCELLED"), theirs(), "cancelled in the CRM"),
        (ours("CANCELLED"), theirs(PARTLY_SHIPPED), "cancelled in the CRM"),
        (ours("DECLINED"), theirs(), "cancelled in the CRM"),
        # a partial refund says nothing about the goods that are left
        (ours("CANCELLED"), theirs(PARTLY_REFUNDED), None),
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


@pytest.mark.parametrize(("items_left", "is_found"), [(None, False), (0, False), (1, True)])
def test_order_cancelled_here_and_partly_refunded_there_is_found_while_items_are_left(
    items_left: int | None, is_found: bool
) -> None:
    found = difference(ours("CANCELLED"), theirs(PARTLY_REFUNDED), items_left=items_left)
    assert (found.kind if found else None) == ("cancelled in the CRM" if is_found else None)
    assert found is None or "It may still be shipped." in found.sentence


@pytest.mark.parametrize(
    ("there", "items_left", "is_left"),
    [
        (theirs(WAITING), None, True),
        (theirs(None), None, True),
        (theirs(PARTLY_SHIPPED), 1, True),
        (theirs(PARTLY_SHIPPED), 0, False),
        (theirs(PARTLY_REFUNDED), 1, True),
        (theirs(PARTLY_REFUNDED), 0, False),
        (theirs(SHIPPED), None, False),
        (theirs(REFUNDED), None, False),
        (theirs(CANCELLED), None, False),
        (theirs(WAITING, is_deleted=True), None, False),
    ],
)
def test_what_is_left_to_ship_goes_by_the_status_and_the_lines(
    there: StoreOrder, items_left: int | None, is_left: bool
) -> None:
    assert is_to_be_shipped(there, items_left) is is_left


def test_order_cancelled_here_and_shipped_there_says_to_stop_the_parcel() -> None:
    found = difference(ours("CANCELLED"), theirs(SHIPPED, status_name="Shipped"))
    assert found is not None
    assert found.sentence == (
        "Order 7 is CANCELLED in the CRM and Shipped in BigCommerce. Stop the parcel, or agree with the "
        "customer on its return."
    )


@pytest.mark.parametrize(
    ("here", "there", "waits"),
    [
        (ours(refunded="4"), theirs(), known("on its way")),
        (ours("REFUNDED", "10"), theirs(), known("on its way", amount="10")),
        (ours(refunded="7"), theirs(PARTLY_REFUNDED, refunded=Decimal(3)), known("on its way")),
        (ours(refunded="7"), theirs(PARTLY_REFUNDED, refunded=Decimal(7)), known("on its way")),
        (ours("CANCELLED"), theirs(), known("on its way", "cancellation")),
    ],
)
def test_refund_or_cancellation_that_is_on_its_way_is_no_difference(
    here: ComparedOrder, there: StoreOrder, waits: Mirrored
) -> None:
    assert difference(here, there, [waits]) is None


def test_refund_that_waits_does_not_hide_one_that_was_rejected() -> None:
    rejected = known("stuck", amount="3", step="Correct it.")
    found = difference(ours(refunded="7"), theirs(), [known("on its way"), rejected])
    assert found is not None
    assert found.sentence == (
        "Order 7 differs: 7.00 USD of it were refunded in the CRM, and it is in status 11 in BigCommerce. "
        "It is on its way. It is stuck. Correct it."
    )


@pytest.mark.parametrize(
    ("here", "kind"), [(ours("REFUNDED", "4"), "refund"), (ours("CANCELLED"), "cancellation")]
)
def test_nobody_is_asked_to_repeat_what_was_mirrored(here: ComparedOrder, kind: Kind) -> None:
    found = difference(here, theirs(), [known("mirrored", kind)])
    assert found is not None
    assert found.sentence.endswith("It is mirrored. Find out who changed it in BigCommerce.")
