"""How an order differs between the CRM and BigCommerce: its status, its refunds, its total. No I/O."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from include.bigcommerce.order_answers import StoreOrder
from include.bigcommerce.order_statuses import (
    BEFORE_SHIPPING,
    CALLED_OFF,
    PARTIALLY_REFUNDED,
    REFUNDED,
    WITH_SHIPMENTS,
)
from include.crm.currencies import money_in_words
from include.crm.order_deliveries import LateOrder
from include.crm.order_reconciliations import ComparedOrder, Finding, FindingKind
from include.order_push.mirroring import Mirrored, what_store_knows
from include.order_push.same_amounts import is_in_currency, is_same, total_differs

_HALF_A_CENT = Decimal("0.005")


def difference(
    ours: ComparedOrder,
    theirs: StoreOrder,
    known: Sequence[Mirrored] = (),
    *,
    items_left: int | None = None,
) -> Finding | None:
    """The most important difference between an order of the CRM and the same order in BigCommerce.

    `known` says how far the order's refunds and its cancellation have come: what is still on its way to
    BigCommerce is no difference. `items_left` are still to be shipped, of one that is called off in the CRM;
    None where its status says whether any are.
    """
    if not (ours.total_amount.is_finite() and ours.refunded_amount.is_finite()):
        return _finding(
            "total differs",
            ours,
            theirs,
            f"Order {ours.order_id} has an amount in the CRM that is not a number. Correct its total or its "
            "refunds there.",
        )
    if ours.is_called_off:
        return _cancelled_here(ours, theirs, known, items_left)
    refund = _refund(ours, theirs, known)
    if refund or ours.order_status != "COMPLETE":
        return refund
    if theirs.is_deleted:
        return None
    if theirs.status_id in CALLED_OFF:
        return _finding(
            "cancelled in BigCommerce",
            ours,
            theirs,
            f"Order {ours.order_id} is COMPLETE in the CRM and {_status(theirs)} in BigCommerce: refund it "
            "in the CRM, or ship it.",
        )
    if not is_in_currency(theirs, ours.currency_code):
        return _finding(
            "total differs",
            ours,
            theirs,
            f"Order {ours.order_id} totals {_money(ours.total_amount, ours)} in the CRM, and its amounts in "
            f"BigCommerce are in {theirs.currency_code}: compare them there, and the store's default "
            "currency.",
        )
    if theirs.total is not None and total_differs(theirs, ours.total_amount, ours.currency_code):
        return _finding(
            "total differs",
            ours,
            theirs,
            f"Order {ours.order_id} totals {_money(ours.total_amount, ours)} in the CRM and "
            f"{_money(theirs.total, ours)} in BigCommerce: find out who changed it there.",
        )
    return None


def is_to_be_shipped(theirs: StoreOrder, items_left: int | None) -> bool:
    """Whether the store still has to ship something; `items_left` as for `difference`."""
    is_whole = theirs.status_id is None or theirs.status_id in BEFORE_SHIPPING
    return not theirs.is_deleted and (is_whole or bool(items_left))


def not_shipped(late: LateOrder) -> Finding:
    """The finding for an order that its store still has to ship."""
    return Finding(
        "not shipped",
        late.order_id,
        [late.bigcommerce_order_id],
        f"Order {late.order_id} is paid, was sent on {late.sent_at:%Y-%m-%d}, and is still "
        f"{late.status_name or 'unshipped'} in BigCommerce: ask the people who ship for the store.",
    )


def _cancelled_here(
    ours: ComparedOrder, theirs: StoreOrder, known: Sequence[Mirrored], items_left: int | None
) -> Finding | None:
    if theirs.is_deleted or theirs.status_id in (*CALLED_OFF, REFUNDED):
        return None
    if theirs.status_id == PARTIALLY_REFUNDED and not items_left:
        return None
    cancellations = [each for each in known if each.reversal.kind == "cancellation"]
    if any(each.progress == "on its way" for each in cancellations):
        return None
    step = (
        "Stop the parcel, or agree with the customer on its return."
        if theirs.status_id in WITH_SHIPMENTS
        else f"It may still be shipped. {_explanation(ours, cancellations)}"
    )
    return _finding(
        "cancelled in the CRM",
        ours,
        theirs,
        f"Order {ours.order_id} is {ours.order_status} in the CRM and {_status(theirs)} in BigCommerce. "
        f"{step}",
    )


def _refund(ours: ComparedOrder, theirs: StoreOrder, known: Sequence[Mirrored]) -> Finding | None:
    """BigCommerce may say that 0 was refunded although its status says otherwise; then the status counts."""
    is_undone_here = ours.order_status != "COMPLETE"
    here = ours.refunded_amount
    there = theirs.refunded or Decimal(0)
    is_there = there > 0 or theirs.status_id in (REFUNDED, PARTIALLY_REFUNDED)
    if not is_in_currency(theirs, ours.currency_code):
        there = Decimal(0)
    refunds = [each for each in known if each.reversal.kind == "refund"]
    waiting = sum((each.amount for each in refunds if each.progress == "on its way"), Decimal(0))
    if waiting and _is_between(here - waiting, there, here, ours):
        return None
    if (here > 0 or is_undone_here) and not is_there:
        if theirs.is_deleted or theirs.status_id in CALLED_OFF:
            return None
        what = f"{_money(here, ours)} of it were refunded in the CRM" if here else _undone(ours)
        return _finding(
            "refunded in the CRM",
            ours,
            theirs,
            f"Order {ours.order_id} differs: {what}, and it is {_status(theirs)} in BigCommerce. "
            f"{_explanation(ours, refunds)}",
        )
    if is_there and here == 0 and not is_undone_here:
        amount = f"{_money(there, ours)} of it were" if there > 0 else "it was"
        return _finding(
            "refunded in BigCommerce",
            ours,
            theirs,
            f"Order {ours.order_id} differs: {amount} refunded in BigCommerce, and not in the CRM. Refund it "
            "in the CRM, too.",
        )
    if here > 0 and there > 0 and not _is_same_refund(here, there, ours):
        step = (
            _explanation(ours, refunds) if here > there else "Refund the rest in the CRM, if that is meant."
        )
        return _finding(
            "refunds differ",
            ours,
            theirs,
            f"Order {ours.order_id} differs: {_money(here, ours)} were refunded in the CRM and "
            f"{_money(there, ours)} in BigCommerce. {step}",
        )
    return None


def _is_between(least: Decimal, amount: Decimal, most: Decimal, ours: ComparedOrder) -> bool:
    return any(_is_same_refund(amount, bound, ours) for bound in (least, most)) or least < amount < most


def _is_same_refund(amount: Decimal, other: Decimal, ours: ComparedOrder) -> bool:
    """BigCommerce records refunds to two decimals, also where the currency has three."""
    return is_same(amount, other, ours.currency_code) or abs(amount - other) <= _HALF_A_CENT


def _explanation(ours: ComparedOrder, known: Sequence[Mirrored]) -> str:
    """What was sent to BigCommerce, and what to do because BigCommerce does not show it."""
    sentence, next_step = what_store_knows(ours.order_status, known)
    return f"{sentence} {next_step or 'Find out who changed it in BigCommerce.'}"


def _undone(ours: ComparedOrder) -> str:
    return f"it is {ours.order_status} in the CRM since it was pushed"


def _finding(kind: FindingKind, ours: ComparedOrder, theirs: StoreOrder, sentence: str) -> Finding:
    return Finding(kind, ours.order_id, [theirs.id], sentence)


def _status(theirs: StoreOrder) -> str:
    return theirs.status_name or f"in status {theirs.status_id}"


def _money(amount: Decimal, ours: ComparedOrder) -> str:
    return money_in_words(amount, ours.currency_code)
