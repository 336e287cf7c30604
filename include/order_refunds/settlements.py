"""What an answer means for a refund or cancellation: its next state, with reason and next step. No I/O."""

from __future__ import annotations

from collections.abc import Sequence

from include.bigcommerce.errors import BigCommerceError, RequestRefused
from include.crm.order_ledger_rows import Action, Settlement
from include.crm.reversal_ledger_rows import Claim
from include.errors import ActionableError
from include.ledger.settlements import (
    LOOK_UPS_BEFORE_SENDING_AGAIN,
    NO_CLEAR_ANSWER,
    SETTLES_ITSELF,
    not_shown_yet,
    rejected,
    said,
    sent_again,
    until_accepted,
)
from include.order_refunds.errors import OR_BY_HAND, RETRY

# BigCommerce refuses a refund while it works on another one of the same order, which may be a merchant's.
SENDS_BEFORE_REJECTED = 2
# Statuses that refuse this very refund; 404: its order is gone. Others are about the store or the token.
CLEAR_NO = {400, 404, 409, 413, 422}


def resolve_step(refund_id: int | None) -> str:
    """What people do about a refund that look-ups do not settle."""
    return (
        f"Look at the refunds of the order in BigCommerce for the reason CRM refund {refund_id}. Your "
        f"administrator then records what you found: python -m include.order_refunds resolve {refund_id} "
        "--bigcommerce-refund NUMBER if it is there, or --not-in-bigcommerce to send it again."
    )


def status_set(status: str) -> Settlement:
    """The order has its new status."""
    return Settlement("pushed", "send", "pushed", detail=f"The order is now {status}.", attempts=1)


def nothing_to_set(status: str) -> Settlement:
    """The order has a status already that says as much."""
    return Settlement("pushed", "check", "adopted", detail=f"BigCommerce had the order as {status} already.")


def impossible(error: ActionableError, action: Action = "check") -> Settlement:
    """It cannot go as it is."""
    return rejected(action, error.sentence, error.next_step, detail=error.sentence)


def refused(held: Claim, error: RequestRefused, action: Action, delay_seconds: float) -> Settlement:
    """A clear no. One that follows an equal quote may be due to another refund of the order under way."""
    if action == "send" and held.attempts + 1 < SENDS_BEFORE_REJECTED:
        return _waits(held, action, error, delay_seconds, reason=_refused_it(error), next_step=SETTLES_ITSELF)
    return rejected(
        action,
        _refused_it(error),
        f"Correct it in the CRM or in BigCommerce, {RETRY} {OR_BY_HAND}",
        detail=error.detail,
        status=error.status,
    )


def not_done(held: Claim, error: BigCommerceError, action: Action, delay_seconds: float) -> Settlement:
    """BigCommerce certainly did nothing: it stays as it was, and is retried."""
    next_step = until_accepted(error, SETTLES_ITSELF)
    return _waits(held, action, error, delay_seconds, reason=error.sentence, next_step=next_step)


def not_looked_up(held: Claim, error: RequestRefused, delay_seconds: float) -> Settlement:
    """The look-up itself was refused, which proves nothing: it stays as it was, and is looked up again."""
    if held.state == "uncertain":
        return _waits(
            held,
            "look up",
            error,
            delay_seconds,
            reason=f"{NO_CLEAR_ANSWER}, and BigCommerce refused to look it up: {said(error)}",
            next_step=f"It is looked up again. If this persists: {resolve_step(held.refund_id)}",
        )
    return _waits(
        held,
        "look up",
        error,
        delay_seconds,
        reason=f"BigCommerce refused to look it up: {said(error)}",
        next_step="It is looked up again. If this persists, look at the order in BigCommerce.",
    )


def order_not_there(held: Claim, delay_seconds: float) -> Settlement:
    """Its order is not pushed any more: it is being looked up, or a person decides about it."""
    return Settlement(
        held.state,
        "check",
        "waits",
        delay_seconds=delay_seconds,
        reason="It is not certain that its order is in BigCommerce.",
        next_step="It follows once the order is pushed.",
    )


def cannot_be_listed(held: Claim, delay_seconds: float) -> Settlement:
    """The list of refunds cannot be trusted to show all of them."""
    return Settlement(
        held.state,
        "look up",
        "uncertain" if held.state == "uncertain" else "waits",
        delay_seconds=delay_seconds,
        reason="BigCommerce's list of the order's refunds cannot be read as a whole, so it proves nothing.",
        next_step=f"It is read again. If this persists: {resolve_step(held.refund_id)}",
        detail="The list is not whole.",
    )


def may_be_made_in_store(held: Claim, bigcommerce_refund_id: int) -> Settlement:
    """BigCommerce has a refund of the same amount that is none of ours: recording it again may be wrong."""
    return rejected(
        "look up",
        f"BigCommerce has a refund of the same amount, {bigcommerce_refund_id}, that did not come from the "
        "CRM.",
        "Find out whether somebody entered this refund there. Your administrator then records what you "
        f"found: python -m include.order_refunds resolve {held.refund_id} --bigcommerce-refund "
        f"{bigcommerce_refund_id} if it is the same, or --not-in-bigcommerce to send it as another one.",
        detail=f"It may be refund {bigcommerce_refund_id}.",
    )


def may_be_there(held: Claim, delay_seconds: float, bigcommerce_refund_id: int) -> Settlement:
    """A refund of the same amount and time carries no reason that would tell whose it is."""
    return Settlement(
        "uncertain",
        "look up",
        "uncertain",
        delay_seconds=delay_seconds,
        reason=f"{NO_CLEAR_ANSWER}. BigCommerce has a refund of the same amount, {bigcommerce_refund_id}, "
        "whose reason does not say whether it is this one.",
        next_step=resolve_step(held.refund_id),
        detail=f"It may be refund {bigcommerce_refund_id}.",
    )


def found_twice(bigcommerce_refund_ids: Sequence[int]) -> Settlement:
    """BigCommerce has the refund more than once, which nobody can undo there."""
    listed = ", ".join(map(str, sorted(bigcommerce_refund_ids)))
    return Settlement(
        "rejected",
        "look up",
        "found twice",
        reason=f"BigCommerce has this refund more than once: its refunds {listed}.",
        next_step="BigCommerce cannot delete a refund. Correct your books by the difference, and dismiss it "
        "here.",
        detail=f"Found as {listed}.",
    )


def not_found(held: Claim, delay_seconds: float) -> Settlement:
    """A look-up without a match: again later, and after that it is sent again."""
    if held.lookups + 1 < LOOK_UPS_BEFORE_SENDING_AGAIN:
        return not_shown_yet(delay_seconds)
    return sent_again(held.lookups + 1)


def _refused_it(error: RequestRefused) -> str:
    return f"BigCommerce refused it: {said(error)}"


def _waits(
    held: Claim,
    action: Action,
    error: BigCommerceError,
    delay_seconds: float,
    *,
    reason: str,
    next_step: str,
) -> Settlement:
    return Settlement(
        held.state,
        action,
        "uncertain" if held.state == "uncertain" else "waits",
        delay_seconds=delay_seconds,
        reason=reason,
        next_step=next_step,
        status=error.status,
        detail=error.detail,
    )
