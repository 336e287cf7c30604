"""What an answer means for an order: its next state, and the sentence for people. No I/O."""

from __future__ import annotations

from include.bigcommerce.errors import BigCommerceError, OutcomeUnknown, RequestRefused
from include.bigcommerce.orders import Found
from include.crm.order_ledger import Claim, Settlement
from include.order_push.translation_errors import RETRY, CannotTranslate

# A new order may not be findable at once, so one look-up in vain proves nothing.
LOOK_UPS_BEFORE_SENDING_AGAIN = 2
# An order that BigCommerce fails on each time is for people to look at.
MOST_SENDS = 5
# Statuses that say no to this very order. Others (402, 404, 423, …) are about the store or the address of the
# API: all its orders wait.
CLEAR_NO = {400, 409, 413, 422}


def pushed(bigcommerce_order_id: int) -> Settlement:
    """A clear yes."""
    return Settlement(
        "pushed",
        "send",
        "pushed",
        delay_seconds=None,
        bigcommerce_order_id=bigcommerce_order_id,
        detail=f"BigCommerce took it as {bigcommerce_order_id}.",
    )


def untranslatable(error: CannotTranslate) -> Settlement:
    """The order cannot be said in BigCommerce's terms."""
    return Settlement(
        "rejected",
        "translate",
        "rejected",
        delay_seconds=None,
        reason=error.sentence,
        next_step=error.next_step,
        detail=error.sentence,
    )


def refused(error: RequestRefused) -> Settlement:
    """A clear no: the same order would be refused again."""
    return Settlement(
        "rejected",
        "send",
        "rejected",
        delay_seconds=None,
        reason=f"BigCommerce refused the order: {error.detail or 'it does not say why'}",
        next_step=_next_step(error),
        status=error.status,
        detail=error.detail,
    )


def unknown(error: OutcomeUnknown, delay_seconds: int) -> Settlement:
    """No clear answer: it must be looked up before anything else."""
    return Settlement(
        "uncertain",
        "send",
        "uncertain",
        delay_seconds=delay_seconds,
        reason="It was sent, but no clear answer came; BigCommerce is being asked whether it has the order.",
        next_step="Nothing: it settles itself.",
        status=error.status,
        detail=error.detail,
    )


def not_processed(error: BigCommerceError) -> Settlement:
    """The store certainly did nothing: the order waits as if it had never been sent."""
    return Settlement(
        "pending",
        "send",
        "waits",
        reason=error.sentence,
        next_step="It is sent when the store lets it through.",
        status=error.status,
        detail=error.detail,
    )


def looked_up(held: Claim, found: Found, delay_seconds: int) -> Settlement:
    """What BigCommerce says of an uncertain order: one match is ours, none twice means it has none.

    An archived order counts only where there is no other: archiving all but one is how people mend a double.
    """
    matches = [order.id for order in found.matches if not order.is_deleted] or [
        order.id for order in found.matches
    ]
    if len(matches) == 1:
        return Settlement(
            "pushed",
            "look up",
            "adopted",
            delay_seconds=None,
            bigcommerce_order_id=matches[0],
            detail=f"BigCommerce had it as {matches[0]}.",
        )
    if matches:
        listed = ", ".join(map(str, sorted(matches)))
        return Settlement(
            "uncertain",
            "look up",
            "found twice",
            delay_seconds=None,
            reason=f"BigCommerce has this order more than once: its orders {listed}.",
            next_step=f"Cancel and archive all but one of them in BigCommerce, {RETRY}",
            detail=f"Found as {listed}.",
        )
    if held.lookups + 1 < LOOK_UPS_BEFORE_SENDING_AGAIN:
        return Settlement(
            "uncertain",
            "look up",
            "not found",
            delay_seconds=delay_seconds,
            reason="It was sent, but no clear answer came, and BigCommerce does not show it yet.",
            next_step="Nothing: it settles itself.",
            detail="Not found; it is looked up again.",
            lookups=1,
        )
    if held.attempts >= MOST_SENDS:
        return Settlement(
            "rejected",
            "look up",
            "rejected",
            delay_seconds=None,
            reason=f"It was sent {held.attempts} times without a clear answer, and BigCommerce never had it.",
            next_step=f"Ask BigCommerce's support why its API fails on this order, {RETRY}",
            detail="Not found; given up.",
            lookups=1,
        )
    return Settlement(
        "pending",
        "look up",
        "not found",
        reason="BigCommerce does not have it, so it is sent again.",
        next_step="Nothing: it settles itself.",
        detail=f"Not found {held.lookups + 1} times; it is sent again.",
        lookups=1,
    )


def not_looked_up(error: BigCommerceError, delay_seconds: int) -> Settlement:
    """The look-up itself failed in a way that is about this order alone."""
    return Settlement(
        "uncertain",
        "look up",
        "uncertain",
        delay_seconds=delay_seconds,
        reason=f"It was sent, but no clear answer came, and looking it up failed: {error.detail}",
        next_step="It is looked up again; if that goes on, look in BigCommerce whether it has the order.",
        status=error.status,
        detail=error.detail,
    )


def _next_step(error: RequestRefused) -> str:
    said = error.detail.lower()
    if error.status == 409 or "stock" in said:
        return f"Restock the product in BigCommerce, or cancel the order in the CRM, {RETRY}"
    if "option" in said or "product" in said:
        return f"Sync the store's products, {RETRY}"
    if "invalid" in said:
        return f"Correct what it names in the CRM's order, {RETRY}"
    return f"Mend what it names in the CRM or in BigCommerce, {RETRY}"
