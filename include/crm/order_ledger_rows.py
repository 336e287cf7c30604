"""The rows of the order ledger, as they leave the database.

States, actions, outcomes, settlements and attempts are those of the ledger of refunds and cancellations, too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

State = Literal["pending", "sending", "pushed", "rejected", "uncertain", "dismissed"]
RequestedBy = Literal["schedule", "backfill", "manual"]
Action = Literal[
    "translate",
    "check",
    "quote",
    "send",
    "look up",
    "retry",
    "resolve",
    "dismiss",
    "reopen",
    "mark refunded",
]
Outcome = Literal["pushed", "adopted", "rejected", "uncertain", "waits", "not found", "found twice"]


@dataclass(frozen=True)
class Claim:
    """A row that a worker holds: a `pending` order is sent next, an `uncertain` one is looked up.

    `is_known_absent`: a person recorded, since it was last sent, that BigCommerce does not have it.
    `was_refused`: BigCommerce, or what is in front of it, refused it when it was last sent.
    `completed_at` is the date under which it is sent.
    """

    order_push_id: int
    order_id: int
    state: State
    sent_at: datetime | None
    attempts: int
    lookups: int
    is_known_absent: bool = False
    was_refused: bool = False
    completed_at: datetime | None = None
    total_amount: Decimal | None = None
    currency_code: str = ""
    email_address: str = field(default="", repr=False)


@dataclass(frozen=True)
class Settlement:
    """The outcome of a claim and its reason; without `delay_seconds` no worker gets it again by itself.

    `attempts` counts a request that was not marked `sending` before it left. `is_withheld`: the order is
    rejected because the CRM holds it back; once it no longer does, the order is sent. `warning`: what a
    person has to look at although it is pushed.
    """

    state: State
    action: Action
    outcome: Outcome
    delay_seconds: float | None = None
    bigcommerce_id: int | None = None
    reason: str | None = None
    next_step: str | None = None
    status: int | None = None
    detail: str = ""
    attempts: int = 0
    lookups: int = 0
    is_withheld: bool = False
    warning: str = ""

    @property
    def in_short(self) -> str:
        """For the log, e.g. "send: rejected - Billing state "XX" is not valid for the United States."."""
        why = f" - {self.reason}" if self.reason else ""
        return f"{self.action}: {self.outcome}{why}"


@dataclass(frozen=True)
class LedgerRow:
    """An order of the ledger with its store, its type and its total, and nothing of the customer."""

    order_push_id: int
    data_source_id: int
    order_id: int
    state: State
    requested_by: RequestedBy
    next_attempt_at: datetime | None
    attempts: int
    lookups: int
    sent_at: datetime | None
    worker: str | None
    lease_until: datetime | None
    bigcommerce_order_id: int | None
    reason: str | None
    next_step: str | None
    dismissed_at: datetime | None
    dismissed_by: str | None
    dismissed_because: str | None
    created_at: datetime
    updated_at: datetime
    store_hash: str
    client_order_id: str
    order_type: str
    order_status: str
    completed_at: datetime | None
    total_amount: Decimal
    currency_code: str

    @property
    def can_be_retried(self) -> bool:
        """Whether a person can retry it: it is rejected, or waits for a decision."""
        return self.state == "rejected" or (self.state == "uncertain" and self.next_attempt_at is None)


@dataclass(frozen=True)
class Attempt:
    """One decision about something on its way; `detail` is in the store's words or in ours."""

    at: datetime
    worker: str
    action: Action
    outcome: str
    status: int | None
    detail: str


@dataclass(frozen=True)
class LedgerCounts:
    """Orders of one store by state; `found_twice`: those uncertain ones that wait for a person."""

    pending: int = 0
    sending: int = 0
    pushed: int = 0
    rejected: int = 0
    uncertain: int = 0
    dismissed: int = 0
    found_twice: int = 0


@dataclass(frozen=True)
class OpenCounts:
    """Orders of one store that wait or need a person.

    `not_shipped`: late, see order_deliveries.late_before().
    """

    waiting: int = 0
    uncertain: int = 0
    found_twice: int = 0
    rejected: int = 0
    refunds_rejected: int = 0
    not_shipped: int = 0
