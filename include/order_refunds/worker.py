"""The worker: sends refunds and cancellations to BigCommerce, and never sends a refund twice without a check.

One row at a time, with the order's list of refunds read before anything is sent:

1. claim a row under a lease; no other row of the same order can be claimed meanwhile;
2. check the refund, look for it in BigCommerce, and have it quoted: equal to the cent, or rejected;
3. mark it `sending`; only then does the refund leave, and only while the lease is fresh;
4. record the outcome.

Steps 2 and 3 are in sending.py.

A row `sending` without a holder was left by a crash: BigCommerce may have the refund. It is looked up, more
than once and not too soon, before it is sent again. Setting a status twice does no harm, so a cancellation,
and a refund that is sent as a status only, stays `pending` until it is done.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field

from include.bigcommerce.client import StoreClient
from include.bigcommerce.errors import (
    BigCommerceError,
    DeadlinePassed,
    OutcomeUnknown,
    RequestRefused,
    StoreUnavailable,
)
from include.bigcommerce.outages import MOST_FAILURES_IN_A_ROW
from include.crm import data_sources, reversal_ledger
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.crm.order_ledger_rows import Settlement
from include.crm.reversal_ledger_rows import Claim
from include.crm.session import commit_each_statement
from include.ledger.lease import LEASE_SECONDS, Deadline, worker_name
from include.ledger.settlements import unclear
from include.order_push.translation_errors import CannotTranslate
from include.order_refunds import duplicate_refunds, settlements
from include.order_refunds.errors import CannotFollow
from include.order_refunds.sending import Sending

log = logging.getLogger(__name__)


@dataclass
class Worker:
    """Works on one store's refunds and cancellations over one database connection, in no transaction."""

    crm: Connection
    client: StoreClient
    source: DataSource
    name: str = field(default_factory=worker_name)
    lease_seconds: float = LEASE_SECONDS
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    _failures_in_a_row: int = 0

    def run(self) -> Counter[tuple[str, str]]:
        """Work until nothing is due; returns how many of each kind ended in each outcome.

        Raises CredentialsError, RequestRefused, TryLater or OutcomeUnknown if the store accepts nothing:
        nothing is rejected for that, everything waits. Raises psycopg.Error.
        """
        commit_each_statement(self.crm)
        try:
            while True:
                deadline = Deadline(self.lease_seconds)
                held = reversal_ledger.claim(
                    self.crm, self.source.data_source_id, self.name, lease_seconds=self.lease_seconds
                )
                if held is None:
                    return self.outcomes
                self._work(held, deadline)
        finally:
            if not self.crm.closed:  # otherwise the lease ends by itself
                reversal_ledger.release(self.crm, self.name)
                self.crm.autocommit = False

    def _work(self, held: Claim, deadline: Deadline) -> None:
        """Carry one row as far as it goes. Raises BigCommerceError if the store accepts nothing at all."""
        # read again: people change the settings while many refunds are sent
        source = data_sources.required(self.crm, self.source.store_hash)
        sending = Sending(self.crm, self.client, source, self.name, self.lease_seconds, held, deadline)
        delay = source.order_lookup_delay_seconds
        try:
            settlement = sending.settlement()
        except (CannotFollow, CannotTranslate) as error:
            settlement = settlements.impossible(error, sending.action)
        except RequestRefused as error:
            if error.status not in settlements.CLEAR_NO:
                self._settle(held, settlements.not_done(held, error, sending.action, 0))
                raise
            if sending.action == "look up":
                settlement = settlements.not_looked_up(held, error, delay)
            else:
                settlement = settlements.refused(held, error, sending.action, delay)
        except BigCommerceError as error:
            if isinstance(error, OutcomeUnknown) and sending.action == "send":
                settlement = unclear(error, delay)
            else:
                settlement = settlements.not_done(held, error, sending.action, delay)
            self._settle(held, settlement)
            self._count_failure(error)
            return
        self._failures_in_a_row = 0
        if settlement:
            self._settle(held, settlement, is_late=sending.is_late)

    def _count_failure(self, error: BigCommerceError) -> None:
        """Raises the error if the store accepts nothing at all, rather than failing on this one row."""
        self._failures_in_a_row += 1
        is_about_one = isinstance(error, OutcomeUnknown | DeadlinePassed) or (
            isinstance(error, StoreUnavailable) and error.reached
        )
        if not is_about_one or self._failures_in_a_row >= MOST_FAILURES_IN_A_ROW:
            raise error

    def _settle(self, held: Claim, settlement: Settlement, *, is_late: bool = False) -> None:
        is_ours = reversal_ledger.settle(self.crm, held, self.name, settlement)
        self.outcomes[held.kind, settlement.outcome] += 1
        what = f"Refund {held.refund_id}" if held.refund_id else f"Cancellation of order {held.order_id}"
        log.info("%s: %s", what, settlement.in_short)
        if settlement.bigcommerce_id is not None and (is_late or not is_ours):
            self._check_for_duplicate(held)

    def _check_for_duplicate(self, held: Claim) -> None:
        """Raise the alarm in this run if a second refund came about in spite of all precautions."""
        found = duplicate_refunds.ids_in_store(self.crm, self.client, self.source.data_source_id, held)
        if len(found) > 1:
            reversal_ledger.mark_found_twice(self.crm, held, self.name, settlements.found_twice(found))
            self.outcomes[held.kind, "found twice"] += 1
            log.error("Refund %d is in BigCommerce more than once: %s", held.refund_id, found)
