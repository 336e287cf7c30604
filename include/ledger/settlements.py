"""What an answer of BigCommerce means for an order and for a refund alike. No I/O."""

from __future__ import annotations

from include.bigcommerce.errors import BigCommerceError, CredentialsError, OutcomeUnknown, RequestRefused
from include.crm.order_ledger_rows import Action, Settlement

# What was just sent may not be findable at once, so a single look-up without a match proves nothing.
LOOK_UPS_BEFORE_SENDING_AGAIN = 2
SETTLES_ITSELF = "Nothing to do: it settles itself."
NO_CLEAR_ANSWER = "It was sent, but no clear answer came"


def said(error: BigCommerceError) -> str:
    """The store's own words, or that there are none."""
    return error.detail or f"it gave no reason (status {error.status})"


def until_accepted(error: BigCommerceError, otherwise: str) -> str:
    """The next step for what waits while the store accepts nothing: a person's, where only one can help."""
    is_for_people = isinstance(error, CredentialsError | RequestRefused)
    if is_for_people and error.next_step != error.default_next_step:
        return f"{error.next_step} It is then retried automatically."
    return otherwise


def pushed(bigcommerce_id: int) -> Settlement:
    """A clear yes."""
    return Settlement(
        "pushed",
        "send",
        "pushed",
        bigcommerce_id=bigcommerce_id,
        detail=f"BigCommerce created it as {bigcommerce_id}.",
    )


def adopted(bigcommerce_id: int) -> Settlement:
    """BigCommerce has it already."""
    return Settlement(
        "pushed",
        "look up",
        "adopted",
        bigcommerce_id=bigcommerce_id,
        detail=f"BigCommerce had it as {bigcommerce_id}.",
    )


def unclear(error: OutcomeUnknown, delay_seconds: float) -> Settlement:
    """No clear answer: it must be looked up before anything else."""
    return Settlement(
        "uncertain",
        "send",
        "uncertain",
        delay_seconds=delay_seconds,
        reason=f"{NO_CLEAR_ANSWER}; it is being looked up in BigCommerce.",
        next_step=SETTLES_ITSELF,
        status=error.status,
        detail=error.detail,
    )


def not_shown_yet(delay_seconds: float) -> Settlement:
    """A look-up without a match, after which it may still appear."""
    return Settlement(
        "uncertain",
        "look up",
        "not found",
        delay_seconds=delay_seconds,
        reason=f"{NO_CLEAR_ANSWER}, and BigCommerce does not show it yet.",
        next_step=SETTLES_ITSELF,
        detail="Not found; it is looked up again.",
        lookups=1,
    )


def sent_again(look_ups: int) -> Settlement:
    """So many look-ups without a match: BigCommerce does not have it."""
    return Settlement(
        "pending",
        "look up",
        "not found",
        delay_seconds=0.0,
        reason="BigCommerce does not have it, so it is sent again.",
        next_step=SETTLES_ITSELF,
        detail=f"Not found {look_ups} times; it is sent again.",
        lookups=1,
    )


def rejected(
    action: Action, reason: str, next_step: str, *, detail: str, status: int | None = None, lookups: int = 0
) -> Settlement:
    """It cannot go as it is: it waits until a person retries or dismisses it."""
    return Settlement(
        "rejected",
        action,
        "rejected",
        reason=reason,
        next_step=next_step,
        status=status,
        detail=detail,
        lookups=lookups,
    )
