"""What people decide about refunds and cancellations: retry, dismiss; and why some are left as they are.

Each decision is one statement on the ledger that looks at a row's state again, so what a worker holds or has
carried over meanwhile is left alone, and nothing is sent twice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from include.crm import reversal_decisions, reversal_ledger
from include.crm.database import Connection
from include.crm.reversal_ledger_rows import ReversalRow
from include.ledger.state_words import STATE_PHRASES
from include.order_push import decisions
from include.order_refunds.errors import NotRequeued

PHRASES = {**STATE_PHRASES, "rejected": "rejected"}
RETRY_RULE = "Only what is rejected or dismissed can be retried."
DISMISS_RULE = "Only what is rejected can be dismissed."


@dataclass(frozen=True)
class Decided:
    """The rows that were changed, as they were before; `left` says for each other id why it was not."""

    done: list[ReversalRow]
    left: dict[int, str]


def name_of(row: ReversalRow) -> str:
    """E.g. "Refund 17" or "The cancellation of order 21"."""
    return f"Refund {row.refund_id}" if row.refund_id else f"The cancellation of order {row.order_id}"


def retry(
    crm: Connection, reversal_ids: Sequence[int], *, stores: Collection[str] | None = None, person: str
) -> Decided:
    """Queue what was rejected or dismissed for the next push; only of these stores, if any are given.

    The caller commits. Raises NotRequeued if none was.
    """

    def queue(ids: list[int]) -> list[int]:
        return reversal_decisions.retry(crm, ids, person=person)

    return _decide(crm, reversal_ids, stores, queue, RETRY_RULE)


def dismiss(
    crm: Connection,
    reversal_ids: Sequence[int],
    *,
    because: str,
    stores: Collection[str] | None = None,
    person: str,
) -> Decided:
    """Record that what was rejected is not to be sent; only of these stores, if any are given.

    The caller commits. Raises UnclearRequest without a usable reason, NotRequeued if none was.
    """
    because = decisions.read_because(because)

    def record(ids: list[int]) -> list[int]:
        return reversal_decisions.dismiss(crm, ids, because=because, person=person)

    return _decide(crm, reversal_ids, stores, record, DISMISS_RULE)


def _decide(
    crm: Connection,
    reversal_ids: Sequence[int],
    stores: Collection[str] | None,
    act: Callable[[list[int]], list[int]],
    rule: str,
) -> Decided:
    named = _rows(crm, reversal_ids, stores)
    done = act(list(named))
    left = {*reversal_ids} - {*done}
    now = _rows(crm, sorted(left), stores)
    sentences = {each: _why_not(now.get(each)) for each in sorted(left)}
    if sentences and not done:
        raise NotRequeued(" ".join(dict.fromkeys(sentences.values())), rule)
    return Decided([named[each] for each in done], sentences)


def _rows(
    crm: Connection, reversal_ids: Sequence[int], stores: Collection[str] | None
) -> dict[int, ReversalRow]:
    rows = reversal_ledger.find(crm, reversal_ids=reversal_ids)
    return {row.order_reversal_id: row for row in rows if stores is None or row.store_hash in stores}


def _why_not(row: ReversalRow | None) -> str:
    if row is None:
        return "There is no such refund or cancellation in the ledger."
    return f"{name_of(row)} is {PHRASES[row.state]}."
