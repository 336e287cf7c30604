"""What an answer means for an order: its next state, with a reason and a next step for people. No I/O."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from include.bigcommerce.errors import BigCommerceError, RequestRefused
from include.bigcommerce.order_answers import StoreOrder
from include.bigcommerce.orders import Found
from include.crm.order_ledger_rows import Claim, Settlement
from include.ledger.settlements import (
    LOOK_UPS_BEFORE_SENDING_AGAIN,
    NO_CLEAR_ANSWER,
    adopted,
    not_shown_yet,
    pushed,
    rejected,
    said,
    sent_again,
    until_accepted,
)
from include.order_push.ownership import is_another
from include.order_push.rejection_messages import rejection
from include.order_push.same_amounts import what_differs
from include.order_push.translate import external_order_id
from include.order_push.translation_errors import RETRY, CannotTranslate, Withheld

# An order that BigCommerce fails on every time, while it takes others, is for people to look at.
MOST_SENDS = 5
# Statuses that refuse this very order. Others (402, 404, 423, …) are about the store or the address of the
# API: all its orders wait.
CLEAR_NO = {400, 409, 413, 422}
# Payment Required, Not Found, Locked, Unavailable For Legal Reasons: never about a single order.
ABOUT_THE_STORE = {402, 404, 423, 451}


def may_be_in_store(held: Claim) -> bool:
    """Whether an order that is due to be sent was sent before without a clear answer."""
    return not held.is_known_absent and (held.lookups > 0 or held.attempts >= MOST_SENDS)


def resolve_step(order_id: int) -> str:
    """What people do about an order that look-ups do not settle."""
    return (
        f"Search BigCommerce's orders, archived ones too, for {external_order_id(order_id)}. "
        "Your administrator then records what you found: python -m include.order_push resolve "
        f"{order_id} --bigcommerce-order NUMBER if it is there, or --not-in-bigcommerce to send it again."
    )


def untranslatable(error: CannotTranslate) -> Settlement:
    """The order cannot be translated into a BigCommerce order."""
    why = rejected("translate", error.sentence, error.next_step, detail=error.sentence)
    return replace(why, is_withheld=isinstance(error, Withheld))


def created(held: Claim, order: StoreOrder) -> Settlement:
    """A clear yes; the store answered how it has the order."""
    return _compared(pushed(order.id), held, order)


def refused(held: Claim, error: RequestRefused) -> Settlement:
    """A clear no: the same order would be refused again."""
    reason, next_step = rejection(error, held.currency_code)
    return rejected("send", reason, next_step, status=error.status, detail=error.detail)


def refused_alone(error: BigCommerceError) -> Settlement:
    """The store refuses this order again, with a status that would be about all, and takes others."""
    return rejected(
        "send",
        f"BigCommerce refused the order, although it takes others: {said(error)}",
        "A firewall may take something in the order for an attack, such as quotation marks in a name or an "
        f"address. Correct that in the CRM, {RETRY} Or ask BigCommerce's support.",
        status=error.status,
        detail=error.detail,
    )


def not_processed(error: BigCommerceError) -> Settlement:
    """The store certainly did nothing: the order waits as if it had never been sent."""
    return Settlement(
        "pending",
        "send",
        "waits",
        delay_seconds=0.0,
        reason=error.sentence,
        next_step=until_accepted(error, "It is sent as soon as the store accepts requests."),
        status=error.status,
        detail=error.detail,
    )


def looked_up(held: Claim, found: Found, delay_seconds: int, *, is_at_fault: bool) -> Settlement:
    """The answer to a look-up: one match is ours; none, repeatedly, means that the store does not have it.

    An archived order counts only if there is no other: people resolve a duplicate by archiving all but one.
    Orders of other systems under the same id do not count beside ours.
    `is_at_fault`: whether the store fails on this order again and again while it takes others.
    """
    if in_store := _in_store(held, found.matches):
        return in_store
    if not found.proves_absence:
        return Settlement(
            "uncertain",
            "look up",
            "uncertain",
            delay_seconds=delay_seconds,
            reason=f"{_so_far(held)}, and BigCommerce answered the look-up with other orders, which proves "
            "nothing about this one.",
            next_step=f"It is looked up again. If this persists: {resolve_step(held.order_id)}",
            detail="The answer holds other orders: the filter was ignored.",
        )
    if held.lookups + 1 < LOOK_UPS_BEFORE_SENDING_AGAIN:
        return not_shown_yet(delay_seconds)
    if is_at_fault:
        return rejected(
            "look up",
            f"It was sent {held.attempts} times without a clear answer, and BigCommerce never had it.",
            f"Ask BigCommerce's support why its API fails on this order, {RETRY}",
            detail="Not found; given up.",
            lookups=1,
        )
    return sent_again(held.lookups + 1)


def found_twice(bigcommerce_order_ids: Sequence[int]) -> Settlement:
    """BigCommerce has the order more than once: a person decides which one stays."""
    listed = ", ".join(map(str, sorted(bigcommerce_order_ids)))
    return Settlement(
        "uncertain",
        "look up",
        "found twice",
        reason=f"BigCommerce has this order more than once: its orders {listed}.",
        next_step=f"Cancel and archive all but one of them in BigCommerce, {RETRY}",
        detail=f"Found as {listed}.",
    )


def not_sent_again(held: Claim, found: Sequence[StoreOrder]) -> Settlement:
    """The check before a second send: the order is there after all, or the store is not fully readable."""
    if in_store := _in_store(held, found):
        return in_store
    return rejected(
        "look up",
        f"{NO_CLEAR_ANSWER}. BigCommerce does not show it, but does not list archived orders either.",
        resolve_step(held.order_id),
        detail="Not found; archived orders cannot be listed.",
    )


def not_looked_up(held: Claim, error: BigCommerceError, delay_seconds: int) -> Settlement:
    """The look-up itself failed in a way that concerns this order alone."""
    return Settlement(
        "uncertain",
        "look up",
        "uncertain",
        delay_seconds=delay_seconds,
        reason=f"{_so_far(held)}, and looking it up in BigCommerce failed: {said(error)}",
        next_step=f"It is looked up again. If this persists: {resolve_step(held.order_id)}",
        status=error.status,
        detail=error.detail,
    )


def another(held: Claim, bigcommerce_order_ids: Sequence[int]) -> Settlement:
    """What BigCommerce has under this id cannot be this order: adopting it would lose this one."""
    first, *more = sorted(bigcommerce_order_ids)
    listed = ", ".join(map(str, (first, *more)))
    return rejected(
        "look up",
        f"BigCommerce has another order under this id, its order {listed}: another system sends orders under "
        "the same ids, or the CRM gave the id out again, or changed the order after it was sent.",
        "Compare the two orders. If they are different, place this one in the CRM again under an id never "
        "used before, and dismiss it here. If they are the same, your administrator records that: "
        f"python -m include.order_push resolve {held.order_id} --bigcommerce-order {first}",
        detail=f"Found as {listed}, with another date, total, customer or source.",
        lookups=1,
    )


def _so_far(held: Claim) -> str:
    return "BigCommerce refused it, but may have made it" if held.was_refused else NO_CLEAR_ANSWER


def _in_store(held: Claim, matches: Sequence[StoreOrder]) -> Settlement | None:
    """What it means that BigCommerce has orders under this order's id; None if it has none."""
    ours = _present([order for order in matches if not is_another(held, order)])
    if len(ours) > 1:
        return found_twice([order.id for order in ours])
    if ours:
        return _compared(adopted(ours[0].id), held, ours[0])
    return another(held, [order.id for order in _present(matches)]) if matches else None


def _compared(settlement: Settlement, held: Claim, order: StoreOrder) -> Settlement:
    """It is in BigCommerce, and is not sent again, however it is there."""
    warning = what_differs(held, order)
    return replace(settlement, warning=warning, detail=f"{settlement.detail} {warning}".rstrip())


def _present(orders: Sequence[StoreOrder]) -> list[StoreOrder]:
    return [order for order in orders if not order.is_deleted] or list(orders)
