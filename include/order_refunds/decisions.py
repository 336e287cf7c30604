"""What people decide about refunds and cancellations: retry, dismiss; and why not for some of them.

Each decision is one statement on the ledger that looks at a row's state again, so what a worker holds or has
carried over meanwhile is left alone, and nothing is sent twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

from include.crm import reversal_ledger
from include.crm.reversal_ledger_rows import ReversalRow
from include.order_push.decisions import read_because
from include.order_refunds.errors import NotRequeued

Connection = psycopg.Connection[Any]
STATE_WORDS = {
    "pending": "waiting to be sent",
    "sending": "being sent",
    "uncertain": "being checked in BigCommerce",
    "rejected": "rejected",
    "pushed": "in BigCommerce already",
    "dismissed": "dismissed",
}


def name_of(row: ReversalRow) -> str:
    """E.g. "Refund 17" or "The cancellation of order 21"."""
    return f"Refund {row.refund_id}" if row.refund_id else f"The cancellation of order {row.order_id}"


def retry(crm: Connection, rows: Sequence[ReversalRow], *, person: str) -> list[int]:
    """Queue what was rejected or dismissed for the next push; the ids of the ledger that were.

    Raises NotRequeued if none was.
    """
    done = reversal_ledger.retry(crm, [row.order_reversal_id for row in rows], person=person)
    _check(rows, done, "Only what is rejected or dismissed can be retried.")
    return done


def dismiss(crm: Connection, rows: Sequence[ReversalRow], *, because: str, person: str) -> list[int]:
    """Record that what was rejected is not to be sent; the ids of the ledger that were.

    Raises UnclearRequest without a usable reason, NotRequeued if none was.
    """
    because = read_because(because)
    ids = [row.order_reversal_id for row in rows]
    done = reversal_ledger.dismiss(crm, ids, because=because, person=person)
    _check(rows, done, "Only what is rejected can be dismissed.")
    return done


def _check(rows: Sequence[ReversalRow], done: Sequence[int], rule: str) -> None:
    left = [row for row in rows if row.order_reversal_id not in done]
    if left and not done:
        raise NotRequeued(" ".join(f"{name_of(row)} is {STATE_WORDS[row.state]}." for row in left), rule)
