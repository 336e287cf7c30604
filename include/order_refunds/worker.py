"""The worker: carries refunds and cancellations to BigCommerce, and never sends a refund blindly twice.

One row at a time, with the order's list of refunds read before anything is sent:

1. claim a row under a lease; no other row of the same order can be claimed meanwhile;
2. check the refund, look for it in BigCommerce, and have it quoted: equal to the cent, or rejected;
3. mark it `sending`; only then does the refund leave, and only while the lease is fresh;
4. record the outcome.

A row `sending` without a holder was left by a crash: BigCommerce may have the refund. It is looked up, more
than once and not too soon, before it is sent again. Setting a status twice does no harm, so a cancellation,
and a refund of which BigCommerce learns as a status only, stays `pending` until it is done.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import psycopg

from include.bigcommerce.client import StoreClient
from include.bigcommerce.errors import (
    BigCommerceError,
    DeadlinePassed,
    OutcomeUnknown,
    RequestRefused,
    StoreUnavailable,
)
from include.bigcommerce.order_answers import StoreOrder
from include.bigcommerce.order_parts import STATUS_NAMES, set_order_status
from include.bigcommerce.orders import get_order
from include.bigcommerce.refunds import create_refund, list_refunds
from include.crm import order_refunds, reversal_ledger
from include.crm.data_sources import DataSource
from include.crm.order_refunds import PushedOrder, Refund
from include.crm.reversal_ledger_rows import Action, Claim, Settlement
from include.order_push.deadline import Deadline
from include.order_push.translation_errors import CannotTranslate
from include.order_push.worker import LEASE_SECONDS, worker_name
from include.order_refunds import checks, look_up, settlements, status_changes
from include.order_refunds.errors import CannotFollow
from include.order_refunds.reason_text import reason_text
from include.order_refunds.refund_request import RefundRequest, prepare

Connection = psycopg.Connection[Any]
log = logging.getLogger(__name__)

# After so many failures in a row it is the store that fails, and not on one refund.
MOST_FAILURES_IN_A_ROW = 3


@dataclass
class Worker:
    """Works on one store's refunds and cancellations over one database connection, in no transaction."""

    crm: Connection
    client: StoreClient
    source: DataSource
    name: str = field(default_factory=worker_name)
    lease_seconds: float = LEASE_SECONDS
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    _action: Action = "check"  # what is being done with the row right now
    _is_late: bool = False  # whether the lease may have ended while the refund was on its way
    _failures_in_a_row: int = 0

    def run(self) -> Counter[tuple[str, str]]:
        """Work until nothing is due; returns how many of each kind ended in each outcome.

        Raises CredentialsError, RequestRefused, TryLater or OutcomeUnknown if the store lets nothing through:
        nothing is rejected for that, everything waits. Raises psycopg.Error.
        """
        self.crm.autocommit = True
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
        """Carry one row as far as it goes. Raises BigCommerceError if the store lets nothing through."""
        self._now("check")
        self._is_late = False
        try:
            settlement = self._settlement(held, deadline)
        except (CannotFollow, CannotTranslate) as error:
            settlement = settlements.impossible(error, self._action)
        except RequestRefused as error:
            if error.status not in settlements.CLEAR_NO:
                self._settle(held, settlements.not_done(held, error, self._action, 0))
                raise
            if self._action == "look up":
                settlement = settlements.not_looked_up(held, error, self._delay)
            else:
                settlement = settlements.refused(held, error, self._action, self._delay)
        except BigCommerceError as error:
            if isinstance(error, OutcomeUnknown) and self._action == "send":
                settlement = settlements.unknown(error, self._delay)
            else:
                settlement = settlements.not_done(held, error, self._action, self._delay)
            self._settle(held, settlement)
            self._count_failure(error)
            return
        self._failures_in_a_row = 0
        if settlement:
            self._settle(held, settlement)

    def _now(self, action: Action) -> None:
        """Remember what is being done, for the history. From `send` on, BigCommerce may have the refund."""
        self._action = action

    def _settlement(self, held: Claim, deadline: Deadline) -> Settlement | None:
        """The outcome; None if the lease has ended, so that another worker may hold the row by now."""
        order = order_refunds.pushed_order(self.crm, self.source.data_source_id, held.order_id)
        if order is None:
            return settlements.order_not_there(held, self._delay)
        if held.refund_id is None:
            return self._cancel(order, deadline)
        refund = order_refunds.get(self.crm, held.refund_id)
        assert refund is not None, "the ledger refers to it"
        if held.state == "uncertain":
            self._now("look up")
            refunds = list_refunds(self.client, order.bigcommerce_order_id)
            known = reversal_ledger.refund_ids_in_store(self.crm, held)
            return look_up.settled(held, refund, refunds, known, self._delay)
        checks.check_amounts(refund)
        checks.check_left(refund, order)
        if self.source.mirror_refunds == "status":
            return self._set_refund_status(refund, order, deadline)
        return self._refund(held, refund, order)

    def _refund(self, held: Claim, refund: Refund, order: PushedOrder) -> Settlement | None:
        self._now("look up")
        try:
            refunds = list_refunds(self.client, order.bigcommerce_order_id)
        except RequestRefused:
            self._order_in_store(order)  # if that is gone, people decide
            raise
        if settlement := look_up.seen(refund, refunds):
            return settlement
        if not refunds.is_whole:
            return settlements.cannot_be_listed(held, self._delay)
        self._now("check")
        checks.check_left(refund, order, refunds.found)
        self._now("quote")
        request = prepare(self.crm, self.client, refund, order.bigcommerce_order_id, refunds.found)
        return self._send(held, refund, request)

    def _send(self, held: Claim, refund: Refund, request: RefundRequest) -> Settlement | None:
        deadline = Deadline(self.lease_seconds)
        if not reversal_ledger.mark_sending(self.crm, held, self.name, lease_seconds=self.lease_seconds):
            return None
        self._now("send")
        created = create_refund(
            self.client,
            request.store_order_id,
            request.items,
            request.payments,
            reason=reason_text(refund.refund_id, refund.reason),
            may_leave=deadline.is_ahead,
        )
        self._is_late = deadline.is_over
        return settlements.pushed(created)

    def _set_refund_status(self, refund: Refund, order: PushedOrder, deadline: Deadline) -> Settlement:
        found = self._order_in_store(order)
        self._now("check")
        return self._set_status(found, status_changes.refund_status(refund, order, found), deadline)

    def _cancel(self, order: PushedOrder, deadline: Deadline) -> Settlement:
        found = self._order_in_store(order)
        self._now("check")
        return self._set_status(found, status_changes.cancelled_status(order, found), deadline)

    def _order_in_store(self, order: PushedOrder) -> StoreOrder:
        """The order as it is right now. Raises CannotFollow if it is gone."""
        self._now("look up")
        found = get_order(self.client, order.bigcommerce_order_id)
        if found is None:
            raise CannotFollow(
                f"BigCommerce no longer has its order {order.bigcommerce_order_id}.",
                "Nothing to do, if it was deleted on purpose: dismiss it here.",
            )
        return found

    def _set_status(self, found: StoreOrder, status_id: int | None, deadline: Deadline) -> Settlement:
        if status_id is None:
            return settlements.nothing_to_set(status_changes.name_of(found))
        set_order_status(self.client, found.id, status_id, may_leave=deadline.is_ahead)
        return settlements.status_set(STATUS_NAMES[status_id])

    @property
    def _delay(self) -> float:
        return self.source.order_lookup_delay_seconds

    def _count_failure(self, error: BigCommerceError) -> None:
        """Raises the error if the store lets nothing through, rather than failing on this one row."""
        self._failures_in_a_row += 1
        is_about_one = isinstance(error, OutcomeUnknown | DeadlinePassed) or (
            isinstance(error, StoreUnavailable) and error.reached
        )
        if not is_about_one or self._failures_in_a_row >= MOST_FAILURES_IN_A_ROW:
            raise error

    def _settle(self, held: Claim, settlement: Settlement) -> None:
        is_ours = reversal_ledger.settle(self.crm, held, self.name, settlement)
        self.outcomes[held.kind, settlement.outcome] += 1
        why = f" - {settlement.reason}" if settlement.reason else ""
        what = f"Refund {held.refund_id}" if held.refund_id else f"Cancellation of order {held.order_id}"
        log.info("%s: %s: %s%s", what, settlement.action, settlement.outcome, why)
        if settlement.bigcommerce_refund_id is not None and (self._is_late or not is_ours):
            self._check_for_a_double(held)

    def _check_for_a_double(self, held: Claim) -> None:
        """Raise the alarm in this run if a second refund came about in spite of all precautions."""
        order = order_refunds.pushed_order(self.crm, self.source.data_source_id, held.order_id)
        if order is None or held.refund_id is None:
            return
        try:
            found = look_up.matches(held.refund_id, list_refunds(self.client, order.bigcommerce_order_id))
        except BigCommerceError as error:
            log.warning("Whether refund %d was made twice could not be checked. %s", held.refund_id, error)
            return
        if len(found) > 1:
            reversal_ledger.mark_doubled(self.crm, held, self.name, settlements.doubled(found))
            self.outcomes[held.kind, "found twice"] += 1
            log.error("Refund %d is in BigCommerce more than once: %s", held.refund_id, found)
