"""The worker: sends the orders that are due, settles uncertain ones, and never sends an order blindly twice.

The sequence keeps the promise (one thread talks to the database, several to the store; each statement to the
ledger is committed when it returns):

1. claim rows under a lease;
2. mark them `sending`; only then does the POST leave, and only while the lease is fresh;
3. record the outcome.

A worker that dies in between leaves a row whose state says what is known. A row `sending` without a holder
means that BigCommerce may have the order: it is looked up, more than once and not too soon, and the store's
listing is read as well, before it is sent again.
"""

from __future__ import annotations

import logging
import math
import os
import socket
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import psycopg

from include.bigcommerce.client import StoreClient
from include.bigcommerce.errors import BigCommerceError, OutcomeUnknown, RequestRefused
from include.bigcommerce.order_answers import StoreOrder
from include.bigcommerce.orders import Found, create_order, find_orders, list_orders
from include.crm import order_ledger, orders
from include.crm.data_sources import DataSource
from include.crm.order_ledger_rows import Claim, Settlement
from include.crm.orders import CustomerOrder
from include.order_push import doubles, resend_check, settlements
from include.order_push.clock import CLOCK_TOLERANCE
from include.order_push.deadline import Deadline
from include.order_push.effort import THOROUGH, Effort
from include.order_push.geography import current_places
from include.order_push.outage import Outage
from include.order_push.places import Places
from include.order_push.refused_options import RefusedOptions
from include.order_push.translate import CannotTranslate, external_order_id, translate

Connection = psycopg.Connection[Any]
log = logging.getLogger(__name__)

# Longer than a request can take with all the client's patience (300 s) and timeouts (65 s): while a lease
# lasts, its order may still be on its way.
LEASE_SECONDS = 900.0
CLAIMED_AT_A_TIME = 50
# From this many uncertain orders on, one listing of the store's newest orders costs less than many look-ups.
LISTING_PAYS_FROM = 10
# Rows that are due but cannot be claimed are just being claimed by another worker.
SHORTEST_WAIT_SECONDS = 0.05


def worker_name() -> str:
    """A name that no other worker has."""
    return f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"


@dataclass
class Worker:
    """Pushes one store's orders over one database connection, which is in no transaction at the start."""

    crm: Connection
    client: StoreClient
    source: DataSource
    store_currency: str
    name: str = field(default_factory=worker_name)
    lease_seconds: float = LEASE_SECONDS
    effort: Effort = THOROUGH
    outcomes: Counter[str] = field(default_factory=Counter)
    _failure: BigCommerceError | None = None  # the store lets nothing through
    _complaint: BigCommerceError | None = None  # one order cannot be looked up; the others go on
    _outage: Outage = field(default_factory=Outage)
    _places: Places | None = None
    _refused_options: RefusedOptions = field(default_factory=RefusedOptions)
    _stops_at: float = math.inf  # of time.monotonic(): no order is claimed afterwards

    def run(self) -> Counter[str]:
        """Work until nothing is due or time is up; returns how many orders ended in each outcome.

        Raises CredentialsError, RequestRefused or TryLater if the store lets nothing through: no order is
        rejected for that, all of them wait. Raises OutcomeUnknown, at the end, if an order's look-up got an
        answer that cannot be read. Raises psycopg.Error.
        """
        give_up_at = time.monotonic() + self.effort.waiting
        self._stops_at = time.monotonic() + self.effort.sending
        self.crm.autocommit = True
        try:
            while True:
                self._drain()
                self._refused_options.read(self.crm, self.client, self.source)
                if self._failure:
                    raise self._failure
                due = order_ledger.seconds_until_due(self.crm, self.source.data_source_id)
                if due is None or (due > 0 and time.monotonic() + due > give_up_at) or self._is_over():
                    break
                time.sleep(max(due, SHORTEST_WAIT_SECONDS))
            if self._complaint:
                raise self._complaint
            return self.outcomes
        finally:
            if not self.crm.closed:  # otherwise the lease ends by itself
                order_ledger.release(self.crm, self.name)
                self.crm.autocommit = False

    def _drain(self) -> None:
        """Keep as many calls in flight as the client allows, until no row is due or the store refuses."""
        due = self._due()
        running: dict[Future[Any], tuple[Claim, Deadline]] = {}
        with ThreadPoolExecutor(self.client.requests_in_flight) as pool:
            while True:
                while self._failure is None and len(running) < self.client.requests_in_flight:
                    held, call, deadline = next(due, (None, None, None))
                    if held is None or call is None or deadline is None:
                        break
                    running[pool.submit(call)] = (held, deadline)
                if not running:
                    return
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    self._record(*running.pop(future), future)

    def _due(self) -> Iterator[tuple[Claim, Callable[[], Any], Deadline]]:
        """Each due row with the call to make for it; a row to be sent is marked `sending` by then."""
        while not self._is_over() and (
            claims := order_ledger.claim(
                self.crm,
                self.source.data_source_id,
                self.name,
                limit=CLAIMED_AT_A_TIME,
                lease_seconds=self.lease_seconds,
            )
        ):
            yield from self._look_ups([held for held in claims if held.state == "uncertain"])
            yield from self._posts([held for held in claims if held.state == "pending"])

    def _is_over(self) -> bool:
        return time.monotonic() > self._stops_at

    def _look_ups(self, claims: list[Claim]) -> Iterator[tuple[Claim, Callable[[], Any], Deadline]]:
        listed: dict[str | None, list[StoreOrder]] = {}
        if len(claims) >= LISTING_PAYS_FROM:
            since = min(held.sent_at for held in claims if held.sent_at) - CLOCK_TOLERANCE
            try:
                for page in list_orders(self.client, modified_since=since):
                    for order in page:
                        listed.setdefault(order.external_order_id, []).append(order)
            except BigCommerceError as error:
                self._failure = error
                return
        for held in claims:
            name = external_order_id(held.order_id)
            if found := listed.get(name):
                self._settle_look_up(held, Found(found))
            else:  # a listing by date proves nothing about orders that are not on it
                yield held, partial(find_orders, self.client, name), Deadline(self.lease_seconds)

    def _posts(self, claims: list[Claim]) -> Iterator[tuple[Claim, Callable[[], Any], Deadline]]:
        if not claims or not (claims := self._without_those_in_store(claims)):
            return
        found = orders.read(self.crm, [held.order_id for held in claims])
        for held in claims:
            try:
                body = translate(
                    found[held.order_id],
                    status_id=self.source.send_order_status_id,
                    store_currency=self.store_currency,
                    places=self._store_places(found.values()),
                )
            except CannotTranslate as error:
                self._settle(held, settlements.untranslatable(error))
                continue
            deadline = Deadline(self.lease_seconds)
            if order_ledger.mark_sending(self.crm, held, self.name, lease_seconds=self.lease_seconds):
                call = partial(create_order, self.client, body, may_leave=deadline.is_ahead)
                yield held, call, deadline

    def _store_places(self, found: Iterable[CustomerOrder]) -> Places:
        if self._places is None:
            self._places = current_places(self.crm, self.client, self.source, found)
        return self._places

    def _without_those_in_store(self, claims: list[Claim]) -> list[Claim]:
        """The claims that may be sent: those that were sent before only if the store does not have them."""
        sent_before = [held for held in claims if settlements.may_be_in_store(held)]
        if not sent_before:
            return claims
        since = min(held.sent_at for held in sent_before if held.sent_at) - CLOCK_TOLERANCE
        after_id = order_ledger.newest_before(self.crm, self.source.data_source_id, since)
        try:
            in_store = resend_check.orders_since(self.client, after_id, since)
        except BigCommerceError as error:
            self._failure = error
            return []
        kept = [held for held in claims if held not in sent_before]
        for held in sent_before:
            found = in_store.by_external_id.get(external_order_id(held.order_id), [])
            if found or not in_store.is_whole:
                self._settle(held, settlements.not_sent_again(held, found))
            else:
                kept.append(held)
        return kept

    def _record(self, held: Claim, deadline: Deadline, future: Future[Any]) -> None:
        error = future.exception()
        if error is not None and not isinstance(error, BigCommerceError):
            raise error
        if held.state == "uncertain":
            self._record_look_up(held, error, future)
        elif error is None:
            self._outage.ended()
            self._settle(held, settlements.pushed(future.result()))
            if settlements.may_be_in_store(held) or deadline.is_over:
                self._check_for_a_double(held)
        elif isinstance(error, RequestRefused) and error.status in settlements.CLEAR_NO:
            self._outage.ended()
            self._settle(held, settlements.refused(error))
            self._refused_options.note(self.crm, held.order_id, error)
        elif isinstance(error, OutcomeUnknown):
            self._settle(held, settlements.unknown(error, self.source.order_lookup_delay_seconds))
            earlier = 0 if self._takes_others(held) else held.attempts
            self._failure = self._failure or self._outage.after(error, self.client.store_hash, earlier)
        else:
            self._settle(held, settlements.not_processed(error))
            self._failure = self._failure or error

    def _record_look_up(self, held: Claim, error: BigCommerceError | None, future: Future[Any]) -> None:
        if error is None:
            self._settle_look_up(held, future.result())
        elif isinstance(error, OutcomeUnknown | RequestRefused):
            self._settle(held, settlements.not_looked_up(held, error, self.source.order_lookup_delay_seconds))
            self._complaint = error
        else:
            self._failure = self._failure or error  # the row is released as it was

    def _settle_look_up(self, held: Claim, found: Found) -> None:
        # during an outage of the store no order is at fault, however often it is sent
        is_at_fault = held.attempts >= settlements.MOST_SENDS and (
            order_ledger.failures_beside_successes(self.crm, self.source.data_source_id, held.order_push_id)
            >= settlements.MOST_SENDS - 1
        )
        delay = self.source.order_lookup_delay_seconds
        self._settle(held, settlements.looked_up(held, found, delay, is_at_fault=is_at_fault))

    def _takes_others(self, held: Claim) -> bool:
        """Whether the store has taken any order since this one was last sent."""
        return held.sent_at is None or order_ledger.has_accepted_since(
            self.crm, self.source.data_source_id, held.sent_at
        )

    def _settle(self, held: Claim, settlement: Settlement) -> None:
        is_ours = order_ledger.settle(self.crm, held, self.name, settlement)
        self.outcomes[settlement.outcome] += 1
        why = f" - {settlement.reason}" if settlement.reason else ""
        log.info("Order %d: %s: %s%s", held.order_id, settlement.action, settlement.outcome, why)
        if not is_ours and settlement.state == "pushed":
            self._check_for_a_double(held, settlement.bigcommerce_order_id)

    def _check_for_a_double(self, held: Claim, *known_ids: int | None) -> None:
        """Raise the alarm in this run if a second order came about although everything is done against it."""
        found = doubles.ids_in_store(self.crm, self.client, held, known_ids)
        if len(found) > 1:
            order_ledger.mark_doubled(self.crm, held, self.name, settlements.doubled(found))
            self.outcomes["found twice"] += 1
            log.error("Order %d is in BigCommerce more than once: %s", held.order_id, found)
