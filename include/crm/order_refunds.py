"""The CRM's refunds, as the CRM wrote them, and the orders that they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from include.crm.database import Connection, fetch_all, fetch_one


@dataclass(frozen=True)
class RefundedLine:
    """Pieces of one line of the order; `ordered` is None if the order has no such line."""

    line_number: int
    quantity: int
    sku: str | None
    name: str | None
    ordered: int | None


@dataclass(frozen=True)
class Refund:
    """What a customer got back; money is in `currency_code`, shipping and tax are parts of the amount."""

    refund_id: int
    order_id: int
    amount: Decimal
    shipping: Decimal | None
    tax: Decimal | None
    reason: str
    created_at: datetime
    currency_code: str
    lines: tuple[RefundedLine, ...]


@dataclass(frozen=True)
class PushedOrder:
    """A pushed order; `mirrored` is the sum of its refunds that BigCommerce has from us."""

    order_id: int
    order_status: str
    total_amount: Decimal
    currency_code: str
    bigcommerce_order_id: int
    mirrored: Decimal


def of_orders(crm: Connection, order_ids: Sequence[int]) -> list[Refund]:
    """All refunds of these orders, oldest first."""
    return _read(crm, order_ids=list(order_ids), refund_ids=[])


def get(crm: Connection, refund_id: int) -> Refund | None:
    """One refund; None if the CRM has no such refund."""
    found = _read(crm, order_ids=[], refund_ids=[refund_id])
    return found[0] if found else None


def pushed_order(crm: Connection, data_source_id: int, order_id: int) -> PushedOrder | None:
    """An order that the store has; None if it is not there, or no longer."""
    row = fetch_one(crm, "order_reversals/order", data_source_id=data_source_id, order_id=order_id)
    return PushedOrder(**row) if row else None


def _read(crm: Connection, *, order_ids: list[int], refund_ids: list[int]) -> list[Refund]:
    rows = fetch_all(crm, "order_reversals/refunds", order_ids=order_ids, refund_ids=refund_ids)
    lines: dict[int, list[RefundedLine]] = {row["refund_id"]: [] for row in rows}
    for line in fetch_all(crm, "order_reversals/refunded_lines", refund_ids=list(lines)):
        lines[line.pop("refund_id")].append(RefundedLine(**line))
    return [Refund(**row, lines=tuple(lines[row["refund_id"]])) for row in rows]
