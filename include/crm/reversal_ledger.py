"""crm.order_reversal, the ledger of refunds and cancellations: how far each is on its way to BigCommerce.

pending ──claim──▶ (lease) ──mark_sending──▶ sending ──▶ pushed
   ▲                  │                         ├──────▶ rejected ──retry──▶ pending, ──dismiss──▶ dismissed
   │                  └─ refused by a check ────┤
   │                                            └──────▶ uncertain (no clear answer, or a crash)
   └────────────── not found, more than once ◀─────────────┘ └── found ──▶ pushed

The database makes sure that, of one order, only one row is held at a time, and only one is on its way or
uncertain. A row that only sets a status may be held while a refund is uncertain: it is urgent, and doing it
twice does no harm.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import fields

from psycopg.errors import UniqueViolation

from include.crm import order_refunds
from include.crm.database import Connection, execute, fetch_all, fetch_one
from include.crm.order_ledger_rows import Attempt, Settlement, State
from include.crm.reversal_ledger_rows import Claim, Kind, Reversal, ReversalRow

_ROW = [field.name for field in fields(ReversalRow)]


def select_new(crm: Connection, data_source_id: int) -> int:
    """Add every refund and cancellation that the settings ask for to the ledger; returns how many.

    A cancellation that was settled before its order was cancelled once more waits to be sent again.
    """
    return execute(crm, "order_reversals/select_new", data_source_id=data_source_id)


def is_due(crm: Connection, data_source_id: int) -> bool:
    """Whether a worker would have something to do now."""
    row = fetch_one(crm, "order_reversals/is_due", data_source_id=data_source_id)
    return bool(row and row["is_due"])


def claim(crm: Connection, data_source_id: int, worker: str, *, lease_seconds: float) -> Claim | None:
    """Claim the next row that is due, in a connection that commits each statement; None if none is."""
    execute(crm, "order_reversals/free", data_source_id=data_source_id)
    while True:
        try:
            row = fetch_one(
                crm,
                "order_reversals/claim",
                data_source_id=data_source_id,
                worker=worker,
                lease_seconds=lease_seconds,
            )
        except UniqueViolation:  # another worker claimed something of the same order at the same moment
            continue
        return Claim(**row) if row else None


def mark_sending(crm: Connection, held: Claim, worker: str, *, lease_seconds: float) -> bool:
    """Record that the refund is about to be sent, in a connection that commits each statement.

    False if the lease has ended, another refund of the order is on its way or uncertain, or the settings do
    not ask for it any more: do not send it.
    """
    try:
        row = fetch_one(
            crm,
            "order_reversals/mark_sending",
            order_reversal_id=held.order_reversal_id,
            worker=worker,
            lease_seconds=lease_seconds,
        )
    except UniqueViolation:
        return False
    return row is not None


def settle(crm: Connection, held: Claim, worker: str, settlement: Settlement) -> bool:
    """Record the outcome of a claim and its history; False if another worker holds it by now."""
    row = fetch_one(
        crm,
        "order_reversals/settle",
        order_reversal_id=held.order_reversal_id,
        worker=worker,
        bigcommerce_refund_id=settlement.bigcommerce_id,
        **vars(settlement),
    )
    return row is not None


def mark_found_twice(crm: Connection, held: Claim, worker: str, settlement: Settlement) -> None:
    """Record that BigCommerce has the refund more than once, in any state and with any worker."""
    execute(
        crm,
        "order_reversals/mark_found_twice",
        order_reversal_id=held.order_reversal_id,
        worker=worker,
        reason=settlement.reason,
        next_step=settlement.next_step,
        detail=settlement.detail,
    )


def refund_ids_in_store(crm: Connection, held: Claim) -> set[int]:
    """The ids in BigCommerce of the other refunds of the same order."""
    rows = fetch_all(
        crm,
        "order_reversals/refund_ids_in_store",
        order_id=held.order_id,
        order_reversal_id=held.order_reversal_id,
    )
    return {row["bigcommerce_refund_id"] for row in rows}


def release(crm: Connection, worker: str) -> None:
    """Give back what a worker claimed and did not work on."""
    execute(crm, "order_reversals/release", worker=worker)


def counts(crm: Connection, data_source_id: int) -> Counter[tuple[Kind, State]]:
    """How many refunds and cancellations of the store are in each state."""
    rows = fetch_all(crm, "order_reversals/counts", data_source_id=data_source_id)
    return Counter({(row["kind"], row["state"]): row["number"] for row in rows})


def find(
    crm: Connection,
    *,
    store_hash: str | None = None,
    kind: Kind | None = None,
    state: State | None = None,
    order_ids: Sequence[int] | None = None,
    refund_ids: Sequence[int] | None = None,
    reversal_ids: Sequence[int] | None = None,
    limit: int | None = None,
) -> list[ReversalRow]:
    """Rows of the ledger, newest first, at most `limit`."""
    rows = fetch_all(
        crm,
        "order_reversals/find",
        store_hash=store_hash,
        kind=kind,
        state=state,
        order_ids=None if order_ids is None else list(order_ids),
        refund_ids=None if refund_ids is None else list(refund_ids),
        reversal_ids=None if reversal_ids is None else list(reversal_ids),
        limit=limit,
    )
    return [ReversalRow(**{name: row[name] for name in _ROW}) for row in rows]


def of_order(crm: Connection, order_id: int) -> list[Reversal]:
    """The refunds and the cancellation of an order in the CRM, oldest first, in the ledger or not yet."""
    return of_orders(crm, [order_id])[order_id]


def of_orders(crm: Connection, order_ids: Sequence[int]) -> dict[int, list[Reversal]]:
    """The same for many orders, by order; an empty list for one without any."""
    refunds = {refund.refund_id: refund for refund in order_refunds.of_orders(crm, order_ids)}
    rows = {row.order_reversal_id: row for row in find(crm, order_ids=order_ids)}
    reversals: dict[int, list[Reversal]] = {order_id: [] for order_id in order_ids}
    for each in fetch_all(crm, "order_reversals/of_orders", order_ids=list(order_ids)):
        refund, row = refunds.get(each["refund_id"]), rows.get(each["order_reversal_id"])
        reversals[each["order_id"]].append(Reversal(each["kind"], each["happened_at"], refund, row))
    return reversals


def history(crm: Connection, order_reversal_id: int) -> list[Attempt]:
    """Every decision about one refund or cancellation, oldest first."""
    rows = fetch_all(crm, "order_reversals/history", order_reversal_id=order_reversal_id)
    return [Attempt(**row) for row in rows]
