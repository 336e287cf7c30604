"""Finds a refund in BigCommerce's list of the order's refunds. No I/O."""

from __future__ import annotations

from collections.abc import Collection

from include.bigcommerce.refund_lists import Refunds, StoreRefund
from include.crm.order_ledger_rows import Settlement
from include.crm.order_refunds import Refund
from include.crm.reversal_ledger_rows import Claim
from include.ledger.settlements import adopted
from include.order_push.clock_tolerance import CLOCK_TOLERANCE
from include.order_refunds import settlements
from include.order_refunds.reason_text import refund_id_of


def matches(refund_id: int, refunds: Refunds) -> list[int]:
    """The ids in BigCommerce of the refunds that carry the CRM's id."""
    return [
        each.id for each in refunds.found if refund_id in {refund_id_of(reason) for reason in each.reasons}
    ]


def seen(refund: Refund, refunds: Refunds) -> Settlement | None:
    """Settles a refund that BigCommerce has; None if it is not in the list."""
    found = matches(refund.refund_id, refunds)
    if len(found) == 1:
        return adopted(found[0])
    return settlements.found_twice(found) if found else None


def made_in_store(refund: Refund, refunds: Refunds, known_ids: Collection[int]) -> int | None:
    """The id in BigCommerce of a refund of the same amount that is none of the CRM's; None if there is none.

    A merchant may have entered this very refund there. `known_ids` are those of the order's other refunds.
    """
    for each in refunds.found:
        is_ours = each.id in known_ids or any(map(refund_id_of, each.reasons))
        if each.total == refund.amount and not is_ours:
            return each.id
    return None


def settled(
    held: Claim, refund: Refund, refunds: Refunds, known_ids: Collection[int], delay_seconds: float
) -> Settlement:
    """The answer to the look-up of a refund whose outcome is not known.

    `known_ids` are the ids in BigCommerce of the order's other refunds.
    """
    if settlement := seen(refund, refunds):
        return settlement
    if not refunds.is_whole:
        return settlements.cannot_be_listed(held, delay_seconds)
    for each in refunds.found:
        if each.id not in known_ids and _may_be(held, refund, each):
            return settlements.may_be_there(held, delay_seconds, each.id)
    return settlements.not_found(held, delay_seconds)


def _may_be(held: Claim, refund: Refund, found: StoreRefund) -> bool:
    """A refund without any reason, of the same amount, from since it was sent: an old one is not this one."""
    if found.reasons or (found.total is not None and found.total != refund.amount):
        return False
    return not (found.created and held.sent_at and found.created < held.sent_at - CLOCK_TOLERANCE)
