"""What BigCommerce knows of the refunds and the cancellation of a pushed order, in words. No I/O.

A person is asked to refund or cancel in BigCommerce only where nothing will do it automatically: repeating
what was mirrored, or is on its way, would refund the order twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from include.crm.data_sources import DataSource
from include.crm.reversal_ledger_rows import Reversal, ReversalRow

Progress = Literal["mirrored", "on its way", "stuck", "by hand"]
CHANGE_STORE_ORDER = "Refund or cancel the order in BigCommerce as well, if that is meant."
MARK_REFUNDED = (
    "Enter its refund in the CRM. If there will be none, choose Set to Refunded on the order's page, so that "
    "nobody ships it."
)
_BY_HAND = {
    "refund": "Refund it in BigCommerce as well, unless that was done there already.",
    "cancellation": "Cancel the order in BigCommerce as well, unless that was done there already.",
}
_SETTINGS = {"refund": "Mirror refunds", "cancellation": "Mirror cancellations"}


@dataclass(frozen=True)
class Mirrored:
    """How far a refund or cancellation has come; a `stuck` one is rejected, or waits until somebody acts."""

    reversal: Reversal
    progress: Progress
    sentence: str
    next_step: str | None = None

    @property
    def amount(self) -> Decimal:
        """What was refunded, in the currency of the order; 0 for a cancellation."""
        return self.reversal.refund.amount if self.reversal.refund else Decimal(0)


def mirrored(source: DataSource, reversals: Iterable[Reversal]) -> list[Mirrored]:
    """How far each has come on its way to this store; what goes to another store is skipped."""
    return [
        _mirrored(source, each)
        for each in reversals
        if each.row is None or each.row.data_source_id == source.data_source_id
    ]


def _why_not_mirrored(source: DataSource, reversal: Reversal) -> str | None:
    """Why a reversal that is not in the ledger is not added automatically; None if the next push adds it."""
    is_refund = reversal.kind == "refund"
    since = source.mirror_refunds_since if is_refund else source.mirror_cancellations_since
    if since is None:
        return f"The data source does not mirror {reversal.kind}s."
    if reversal.happened_at is None or reversal.happened_at < since:
        return "It happened before the mirroring was switched on."
    return None


def what_store_knows(order_status: str, known: Sequence[Mirrored]) -> tuple[str, str | None]:
    """What BigCommerce knows of an order that was refunded or is no longer COMPLETE, and the next step."""
    sentences = [each.sentence for each in known]
    steps = [each.next_step for each in known if each.next_step]
    if not _is_explained(order_status, known):
        sentences.insert(0, "BigCommerce does not know that.")
        steps.insert(0, MARK_REFUNDED if order_status == "REFUNDED" else CHANGE_STORE_ORDER)
    return " ".join(sentences), " ".join(dict.fromkeys(steps)) or None


def _is_explained(order_status: str, known: Sequence[Mirrored]) -> bool:
    """Whether the CRM wrote down what made the order what it is: for REFUNDED, a refund."""
    kinds = {each.reversal.kind for each in known}
    return "cancellation" in kinds or (order_status in ("COMPLETE", "REFUNDED") and "refund" in kinds)


def _mirrored(source: DataSource, reversal: Reversal) -> Mirrored:
    row = reversal.row
    about = f"Refund {reversal.refund.refund_id}" if reversal.refund else "The cancellation"
    if row is None:
        if why := _why_not_mirrored(source, reversal):
            return Mirrored(reversal, "by hand", f"{about} was not mirrored. {why}", _BY_HAND[reversal.kind])
    elif row.state == "pushed":
        number = f" as its refund {row.bigcommerce_refund_id}" if row.bigcommerce_refund_id else ""
        return Mirrored(reversal, "mirrored", f"{about} was mirrored to BigCommerce{number}.")
    elif row.state == "rejected":
        return Mirrored(reversal, "stuck", f"{about} was rejected. {row.reason}", row.next_step)
    elif row.state == "dismissed":
        why = f"{about} was dismissed by {row.dismissed_by}: {row.dismissed_because}"
        return Mirrored(reversal, "by hand", why, _BY_HAND[reversal.kind])
    if held_back := _why_held_back(source, reversal, row):
        why, next_step = held_back
        return Mirrored(reversal, "stuck", f"{about} waits. {why}", next_step)
    return Mirrored(reversal, "on its way", f"{about} is on its way to BigCommerce.")


def _why_held_back(source: DataSource, reversal: Reversal, row: ReversalRow | None) -> tuple[str, str] | None:
    """Why a waiting reversal is not sent, and the next step.

    One that was sent already is checked whatever the settings mirror by now.
    """
    if source.state != "active":
        return f"The data source is {source.state_in_words}.", "Activate the data source again."
    if source.is_paused:
        return "The data source is paused.", "Resume the data source."
    is_on = source.mirror_refunds != "off" if reversal.kind == "refund" else source.mirror_cancellations
    if row and row.state == "pending" and not is_on:
        setting = _SETTINGS[reversal.kind]
        return (
            f"The data source no longer mirrors {reversal.kind}s.",
            f"To send it, switch on {setting} in the settings.",
        )
    return None
