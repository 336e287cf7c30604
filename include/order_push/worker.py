"""The worker: sends what is due, settles what is uncertain, and never sends an order blindly twice.

The order of things is what keeps the promise (one thread talks to the database, several to the store; each
statement to the ledger is committed when it returns):

1. claim rows under a lease;
2. `sending`; only then the POST leaves;
3. record what became of it.

Whatever dies in between leaves a row whose state says what is known. `sending` without a holder means that
BigCommerce may have the order: it is looked up, more than once and not too soon, before it is sent again.
"""

from __future__ import annotations

import logging
import os
import socket
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import psycopg

from include.bigcommerce.client import StoreClient
from include.bigcommerce.errors import BigCommerceError, OutcomeUnknown, RequestRefused, StoreUnavailable
from include.bigcommerce.orders import Found, StoreOrder, create_order, find_orders, list_orders
from include.crm import order_ledger, orders
from include.crm.data_sources import DataSource
from include.crm.order_ledger import Claim, Settlement
from include.order_push import settlements
from include.order_push.clock import CLOCK_TOLERANCE
from include.order_push.translate import CannotTranslate, external_order_id, translate

Connection = psycopg.Connection[Any]
log = logging.getLogger(__name__)

# Longer than a request can take with all the client's patience (300 s) and timeouts (65 s): while a lease
# lasts, its order may still be on its way.
LEASE_SECONDS = 900.0
CLAIMED_AT_A_TIME = 50
# From so many uncertain orders on, one listing of the store's newest orders is cheaper than asking for each.
LISTING_PAYS_FROM = 10
# How long a run waits for uncertain orders to come due, rather than leave them to the next run.
WAIT_SECONDS = 300.0
# What is due, and cannot be claimed, is just being claimed by another worker.
SHORTEST_WAIT_SECONDS = 0.05


def worker_name() -> str:
    """A name that no other worker has."""
    return f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"


@dataclass
class Worker:
    """One store's orders being pushed over one database connection, in no transaction when it begins."""

    crm: Connection
    client: StoreClient
    source: DataSource
    store_currency: str
    name: str = field(default_factory=worker_name)
    lease_seconds: float = LEASE_SECONDS
    wait_seconds: float = WAIT_SECONDS
    outcomes: Counter[str] = field(default_factory=Counter)
    _failure: BigCommerceError | None = None  # the store lets nothing through
    _complaint: BigCommerceError | None = None  # one order cannot be looked up; the others go on

    def run(self) -> Counter[str]:
        """Work until nothing is due; how many orders ended in each outcome.

        Raises CredentialsError, RequestRefused or TryLater if the store lets nothing through: no order is
        rejected for that, all of them wait. Raises OutcomeUnknown, at the end, if the look-up of an order got
        an answer that makes no sense. Raises psycopg.Error.
        """
        give_up_at = time.monotonic() + self.wait_seconds
        self.crm.autocommit = True
        try:
            while True:
                self._drain()
                if self._failure:
                    raise self._failure
                due = order_ledger.seconds_until_due(self.crm, self.source.data_source_id)
                if due is None or (due > 0 and time.monotonic() + due > give_up_at):
                    break
                time.sleep(max(due, SHORTEST_WAIT_SECONDS))
            if self._complaint:
                raise self._complaint
            return self.outcomes
        finally:
            if not self.crm.closed:  # else the lease ends by itself
                order_ledger.release(self.crm, self.name)
                self.crm.autocommit = False

    def _drain(self) -> None:
        """Keep as many calls in flight as the client allows, until no row is due or the store refuses."""
        due = self._due()
        running: dict[Future[Any], Claim] = {}
        with ThreadPoolExecutor(self.client.requests_in_flight) as pool:
            while True:
                while self._failure is None and len(running) < self.client.requests_in_flight:
                    held, call = next(due, (None, None))
                    if held is None or call is None:
                        break
                    running[pool.submit(call)] = held
                if not running:
                    return
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    self._record(running.pop(future), future)

    def _due(self) -> Iterator[tuple[Claim, Callable[[], Any]]]:
        """Each due row with the call to make for it; a row to be sent is marked `sending` by then."""
        while claims := order_ledger.claim(
            self.crm,
            self.source.data_source_id,
            self.name,
            limit=CLAIMED_AT_A_TIME,
            lease_seconds=self.lease_seconds,
        ):
            yield from self._look_ups([held for held in claims if held.state == "uncertain"])
            yield from self._posts([held for held in claims if held.state == "pending"])

    def _look_ups(self, claims: list[Claim]) -> Iterator[tuple[Claim, Callable[[], Any]]]:
        if len(claims) < LISTING_PAYS_FROM:
            for held in claims:
                yield held, partial(find_orders, self.client, external_order_id(held.order_id))
            return
        since = min(held.sent_at for held in claims if held.sent_at) - CLOCK_TOLERANCE
        listed: dict[str | None, list[StoreOrder]] = {}
        try:
            for page in list_orders(self.client, modified_since=since):
                for order in page:
                    listed.setdefault(order.external_order_id, []).append(order)
        except BigCommerceError as error:
            self._failure = error
            return
        for held in claims:
            if found := listed.get(external_order_id(held.order_id)):
                self._settle_look_up(held, Found(found))
            else:  # a listing by date proves nothing of what is not on it
                yield held, partial(find_orders, self.client, external_order_id(held.order_id))

    def _posts(self, claims: list[Claim]) -> Iterator[tuple[Claim, Callable[[], Any]]]:
        found = orders.read(self.crm, [held.order_id for held in claims])
        for held in claims:
            try:
                body = translate(
                    found[held.order_id],
                    status_id=self.source.send_order_status_id,
                    store_currency=self.store_currency,
                )
            except CannotTranslate as error:
                self._settle(held, settlements.untranslatable(error))
                continue
            if order_ledger.mark_sending(self.crm, held, self.name, lease_seconds=self.lease_seconds):
                yield held, partial(self._send, body, time.time())

    def _send(self, body: dict[str, object], marked_at: float) -> int:
        """POST the order, unless this process slept so long that the lease may end before the answer."""
        if time.time() - marked_at > self.lease_seconds / 3:
            raise StoreUnavailable("The order was held up on its way and was not sent. It is sent later.")
        return create_order(self.client, body)

    def _record(self, held: Claim, future: Future[Any]) -> None:
        error = future.exception()
        if error is not None and not isinstance(error, BigCommerceError):
            raise error
        if held.state == "uncertain":
            if error is None:
                self._settle_look_up(held, future.result())
            elif isinstance(error, OutcomeUnknown | RequestRefused):
                self._settle(held, settlements.not_looked_up(error, self.source.order_lookup_delay_seconds))
                self._complaint = error
            else:
                self._failure = self._failure or error  # the row is released as it was
        elif error is None:
            self._settle(held, settlements.pushed(future.result()))
        elif isinstance(error, RequestRefused) and error.status in settlements.CLEAR_NO:
            self._settle(held, settlements.refused(error))
        elif isinstance(error, OutcomeUnknown):
            self._settle(held, settlements.unknown(error, self.source.order_lookup_delay_seconds))
        else:
            self._settle(held, settlements.not_processed(error))
            self._failure = self._failure or error

    def _settle_look_up(self, held: Claim, found: Found) -> None:
        self._settle(held, settlements.looked_up(held, found, self.source.order_lookup_delay_seconds))

    def _settle(self, held: Claim, settlement: Settlement) -> None:
        if settlement.next_step:
            next_step = settlement.next_step.replace("ORDER_ID", str(held.order_id))
            settlement = replace(settlement, next_step=next_step)
        order_ledger.settle(self.crm, held, self.name, settlement)
        self.outcomes[settlement.outcome] += 1
        why = f" - {settlement.reason}" if settlement.reason else ""
        log.info("Order %d: %s: %s%s", held.order_id, settlement.action, settlement.outcome, why)
