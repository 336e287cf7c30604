"""The sentences of the command `resolve`, which orders and refunds share."""

from __future__ import annotations

from include.ledger.lease import LEASE_SECONDS

_MINUTES = round(LEASE_SECONDS / 60)
STILL_OPEN = f"was sent less than {_MINUTES} minutes ago, or is being looked up now."
REPEAT_LATER = f"Repeat the command in {_MINUTES} minutes."


def recorded(kind: str, number: int, in_bigcommerce: int | None) -> str:
    """What was recorded about an "Order" or a "Refund" (`kind`): its number in BigCommerce, or None."""
    if in_bigcommerce is None:
        return f"{kind} {number} is not in BigCommerce; the next run of the order push sends it again."
    return f"{kind} {number} is pushed, as BigCommerce {kind.lower()} {in_bigcommerce}."
