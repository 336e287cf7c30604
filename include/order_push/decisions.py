"""What people decide about many orders at once: retry, dismiss, reopen; and why some are left as they are.

Each decision is one statement on the ledger that looks at an order's state again, so an order that a worker
holds or has pushed meanwhile is left alone, and no order is sent twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from include.crm import order_decisions, order_ledger
from include.crm.database import Connection
from include.crm.order_ledger_rows import LedgerRow
from include.ledger.state_words import STATE_PHRASES
from include.order_push.errors import UnclearRequest

LONGEST_BECAUSE = 500


@dataclass(frozen=True)
class Decided:
    """Ids of the orders that were changed; `left` says for each of the others why it was not."""

    order_ids: list[int]
    left: dict[int, str]


def retry(
    crm: Connection, order_ids: Sequence[int], *, store_hash: str | None = None, person: str
) -> Decided:
    """Queue rejected orders, and those found twice, for the next push."""
    done = order_decisions.retry(crm, list(order_ids), store_hash=store_hash, worker=person)
    return _decided(crm, order_ids, done, store_hash)


def dismiss(
    crm: Connection, order_ids: Sequence[int], *, because: str, store_hash: str | None = None, person: str
) -> Decided:
    """Record that rejected orders are not to be sent. Raises UnclearRequest without a usable reason."""
    because = read_because(because)
    done = order_decisions.dismiss(
        crm, list(order_ids), because=because, store_hash=store_hash, person=person
    )
    return _decided(crm, order_ids, done, store_hash)


def reopen(
    crm: Connection, order_ids: Sequence[int], *, store_hash: str | None = None, person: str
) -> Decided:
    """Set dismissed orders back to rejected."""
    done = order_decisions.reopen(crm, list(order_ids), store_hash=store_hash, person=person)
    return _decided(crm, order_ids, done, store_hash)


def read_because(text: str) -> str:
    """Why a person dismisses orders, on one line. Raises UnclearRequest if it is empty or too long."""
    because = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    if not because:
        raise UnclearRequest("A dismissed order needs a reason.", "Say why the order is not to be sent.")
    if len(because) > LONGEST_BECAUSE:
        raise UnclearRequest(
            f"The reason has {len(because):,} characters.", f"Use at most {LONGEST_BECAUSE:,}."
        )
    return because


def _decided(crm: Connection, asked: Sequence[int], done: list[int], store_hash: str | None) -> Decided:
    missing = sorted({*asked} - {*done})
    found = order_ledger.find(crm, store_hash=store_hash, order_ids=missing) if missing else []
    rows = {row.order_id: row for row in found}
    return Decided(done, {each: _why_not(each, rows.get(each)) for each in missing})


def _why_not(order_id: int, row: LedgerRow | None) -> str:
    if row is None:
        return f"Order {order_id} is not in the ledger."
    return f"Order {order_id} is {STATE_PHRASES[row.state]}."
