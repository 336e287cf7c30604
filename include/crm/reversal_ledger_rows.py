"""The rows of the ledger of refunds and cancellations, as they leave the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from include.crm.order_ledger_rows import State
from include.crm.order_refunds import Refund

Kind = Literal["refund", "cancellation"]


@dataclass(frozen=True)
class Claim:
    """A row that a worker holds: a `pending` one is sent next, an `uncertain` one is looked up.

    `is_known_absent`: a person recorded that BigCommerce does not have it.
    """

    order_reversal_id: int
    order_id: int
    kind: Kind
    refund_id: int | None
    state: State
    sent_at: datetime | None
    attempts: int
    lookups: int
    is_known_absent: bool = False


@dataclass(frozen=True)
class ReversalRow:
    """A refund or cancellation in the ledger, with its store and order; `amount` is None for a cancellation.

    `bigcommerce_order_id` is None once the order is no longer pushed.
    """

    order_reversal_id: int
    data_source_id: int
    order_id: int
    kind: Kind
    refund_id: int | None
    state: State
    next_attempt_at: datetime | None
    attempts: int
    lookups: int
    sent_at: datetime | None
    worker: str | None
    lease_until: datetime | None
    bigcommerce_refund_id: int | None
    reason: str | None
    next_step: str | None
    dismissed_at: datetime | None
    dismissed_by: str | None
    dismissed_because: str | None
    created_at: datetime
    updated_at: datetime
    store_hash: str
    bigcommerce_order_id: int | None
    amount: Decimal | None
    currency_code: str
    order_status: str
    client_order_id: str

    @property
    def can_be_retried(self) -> bool:
        """Whether a person can retry it."""
        return self.state in ("rejected", "dismissed")


@dataclass(frozen=True)
class Reversal:
    """A refund or the cancellation of an order in the CRM; `row` is None while it is not in the ledger.

    `refund` is None for a cancellation; `happened_at` is None for one from before these times were kept.
    """

    kind: Kind
    happened_at: datetime | None
    refund: Refund | None
    row: ReversalRow | None
