"""Records in the ledger what became of each order, and notices when the store accepts nothing at all."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from include.bigcommerce.client import StoreClient
from include.bigcommerce.errors import BigCommerceError, OutcomeUnknown, RequestRefused, ScopeMissing
from include.bigcommerce.orders import Found
from include.crm import order_ledger
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.crm.order_ledger_counts import (
    failures_beside_successes,
    has_accepted_since,
    refused_beside_successes,
)
from include.crm.order_ledger_rows import Claim, Settlement
from include.ledger.lease import Deadline
from include.ledger.settlements import unclear
from include.order_push import duplicate_orders, settlements
from include.order_push.refused_options import RefusedOptions
from include.order_push.store_outage import Outage

log = logging.getLogger(__name__)


# What a look-up found, or why it failed.
LookUp = Found | BigCommerceError


@dataclass(frozen=True)
class Call:
    """A call to the store that looks up or, until a deadline, sends an order that a worker holds.

    An order that was refused before is looked up first, and `make` returns a LookUp if it is not sent.
    """

    held: Claim
    make: Callable[[], Any]
    deadline: Deadline


@dataclass
class Recorder:
    """Records the outcomes of one run of a worker; all its methods run in the worker's own thread."""

    crm: Connection
    client: StoreClient
    source: DataSource
    worker: str
    outcomes: Counter[str] = field(default_factory=Counter)
    failure: BigCommerceError | None = None  # the store accepts nothing at all
    complaint: BigCommerceError | None = None  # one order cannot be looked up; the others go on
    warnings: list[str] = field(default_factory=list)  # about orders that are pushed
    refused_options: RefusedOptions = field(default_factory=RefusedOptions)
    _outage: Outage = field(default_factory=Outage)

    def record(self, call: Call, future: Future[Any]) -> None:
        """Record the answer to a call. Raises what is no BigCommerceError."""
        held, error = call.held, future.exception()
        if error is not None and not isinstance(error, BigCommerceError):
            raise error
        answer: Any = error or future.result()
        if held.state == "uncertain" or (error is None and isinstance(answer, LookUp)):
            self._record_look_up(held, answer)
        elif error is None:
            self._outage.ended()
            self.settle(held, settlements.created(held, answer))
            if settlements.may_be_in_store(held) or call.deadline.is_over:
                self._check_for_duplicate(held)
        elif isinstance(error, RequestRefused) and error.status in settlements.CLEAR_NO:
            self._outage.ended()
            self.settle(held, settlements.refused(held, error))
            self.refused_options.note(self.crm, held.order_id, error)
        elif isinstance(error, OutcomeUnknown):
            self.settle(held, unclear(error, self.source.order_lookup_delay_seconds))
            earlier = 0 if self._takes_others(held) else held.attempts
            self.failure = self.failure or self._outage.after(error, self.client.store_hash, earlier)
        elif self._is_refused_alone(held, error):
            self.settle(held, settlements.refused_alone(error))
        else:
            self.settle(held, settlements.not_processed(error))
            self.failure = self.failure or error

    def found(self, held: Claim, found: Found) -> None:
        """Record what a look-up of an uncertain order found."""
        # during an outage of the store no order is at fault, however often it is sent
        is_at_fault = held.attempts >= settlements.MOST_SENDS and (
            failures_beside_successes(self.crm, self.source.data_source_id, held.order_push_id)
            >= settlements.MOST_SENDS - 1
        )
        delay = self.source.order_lookup_delay_seconds
        self.settle(held, settlements.looked_up(held, found, delay, is_at_fault=is_at_fault))

    def settle(self, held: Claim, settlement: Settlement) -> None:
        """Record an outcome in the ledger, in the log and among the run's outcomes."""
        is_ours = order_ledger.settle(self.crm, held, self.worker, settlement)
        self.outcomes[settlement.outcome] += 1
        log.info("Order %d: %s", held.order_id, settlement.in_short)
        if settlement.warning:
            log.error("%s", settlement.warning)
            self.warnings.append(settlement.warning)
        if not is_ours and settlement.state == "pushed":
            self._check_for_duplicate(held, settlement.bigcommerce_id)

    def _record_look_up(self, held: Claim, answer: LookUp) -> None:
        if isinstance(answer, Found):
            self.found(held, answer)
        elif isinstance(answer, OutcomeUnknown | RequestRefused):
            self.settle(held, settlements.not_looked_up(held, answer, self.source.order_lookup_delay_seconds))
            self.complaint = answer
        else:
            self.failure = self.failure or answer  # the row is released as it was

    def _is_refused_alone(self, held: Claim, error: BigCommerceError) -> bool:
        """Whether this order is refused again, as by a firewall, while the store takes others."""
        return (
            isinstance(error, RequestRefused | ScopeMissing)
            and error.status not in settlements.ABOUT_THE_STORE
            and refused_beside_successes(
                self.crm, self.source.data_source_id, held.order_push_id, error.status
            )
        )

    def _takes_others(self, held: Claim) -> bool:
        """Whether the store has taken any order since this one was last sent."""
        return held.sent_at is None or has_accepted_since(self.crm, self.source.data_source_id, held.sent_at)

    def _check_for_duplicate(self, held: Claim, *known_ids: int | None) -> None:
        """Raise the alarm in this run if a second order came about although everything is done against it."""
        found = duplicate_orders.ids_in_store(self.crm, self.client, held, known_ids)
        if len(found) > 1:
            order_ledger.mark_found_twice(self.crm, held, self.worker, settlements.found_twice(found))
            self.outcomes["found twice"] += 1
            log.error("Order %d is in BigCommerce more than once: %s", held.order_id, found)
