"""The worker: sends due orders, settles uncertain ones, and never sends an order twice without a check.

The sequence keeps the promise (one thread talks to the database, several to the store; each statement to the
ledger is committed when it returns):

1. claim rows under a lease;
2. mark them `sending`; only then does the POST leave, and only while the lease is fresh (sending.py);
3. record the outcome (recording.py).

A worker that dies in between leaves a row whose state says what is known. A row `sending` without a holder
means that BigCommerce may have the order: it is looked up (look_ups.py), more than once and not too soon, and
the store's listing is read as well (resend_check.py), before it is sent again.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any

from include.bigcommerce.client import StoreClient
from include.crm import order_ledger
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.crm.session import commit_each_statement
from include.ledger.lease import LEASE_SECONDS, worker_name
from include.order_push.look_ups import look_ups
from include.order_push.recording import Call, Recorder
from include.order_push.sending import Sender
from include.order_push.time_limits import THOROUGH, TimeLimits

CLAIMED_AT_A_TIME = 50
# Rows that are due but cannot be claimed are just being claimed by another worker, or are locked by a
# transaction of the CRM. Nobody knows how long that one takes, so they are not waited for without end.
SHORTEST_WAIT_SECONDS = 0.05


@dataclass
class Worker:
    """Pushes one store's orders over one database connection, which is in no transaction at the start."""

    crm: Connection
    client: StoreClient
    source: DataSource
    store_currency: str
    name: str = field(default_factory=worker_name)
    lease_seconds: float = LEASE_SECONDS
    limits: TimeLimits = THOROUGH
    _recorder: Recorder = field(init=False)
    _sender: Sender = field(init=False)
    _stops_at: float = math.inf  # of time.monotonic(): no order is claimed afterwards
    _running: dict[Future[Any], Call] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._recorder = Recorder(self.crm, self.client, self.source, self.name)
        self._sender = Sender(
            self.crm,
            self.client,
            self.source,
            self.store_currency,
            self.name,
            self.lease_seconds,
            self._recorder,
        )

    @property
    def outcomes(self) -> Counter[str]:
        """How many orders have ended in each outcome so far."""
        return self._recorder.outcomes

    @property
    def warnings(self) -> list[str]:
        """What a person has to look at, of orders that were pushed so far."""
        return self._recorder.warnings

    def run(self) -> Counter[str]:
        """Work until nothing is due or time is up; returns how many orders ended in each outcome.

        Raises CredentialsError, RequestRefused or TryLater if the store accepts nothing at all: no order is
        rejected for that, all of them wait. Raises OutcomeUnknown, at the end, if an order's look-up got an
        answer that cannot be read. Raises psycopg.Error.
        """
        give_up_at = time.monotonic() + self.limits.waiting
        self._stops_at = time.monotonic() + self.limits.sending
        commit_each_statement(self.crm)
        try:
            while True:
                has_worked = self._drain()
                self._recorder.refused_options.read(self.crm, self.client, self.source)
                if self._recorder.failure:
                    raise self._recorder.failure
                due = order_ledger.seconds_until_due(self.crm, self.source.data_source_id)
                if due is None or self._is_over():
                    break
                if has_worked and due == 0:
                    continue
                pause = max(due, SHORTEST_WAIT_SECONDS)
                if time.monotonic() + pause > give_up_at:
                    break
                time.sleep(pause)
            if self._recorder.complaint:
                raise self._recorder.complaint
            return self.outcomes
        finally:
            if not self.crm.closed:  # otherwise the lease ends by itself
                order_ledger.release(self.crm, self.name)
                self.crm.autocommit = False

    def _drain(self) -> bool:
        """Keep as many calls in flight as the client allows, until no row is due or the store refuses.

        Returns whether there was any call.
        """
        due, running, has_worked = self._due(), self._running, False
        with ThreadPoolExecutor(self.client.requests_in_flight) as pool:
            while True:
                while self._recorder.failure is None and len(running) < self.client.requests_in_flight:
                    call = next(due, None)
                    if call is None:
                        break
                    running[pool.submit(call.make)] = call
                    has_worked = True
                if not running:
                    return has_worked
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    self._recorder.record(running.pop(future), future)

    def _due(self) -> Iterator[Call]:
        """A call for each due row; a row to be sent is marked `sending` by then."""
        while not self._is_over() and (
            claims := order_ledger.claim(
                self.crm,
                self.source.data_source_id,
                self.name,
                limit=CLAIMED_AT_A_TIME,
                lease_seconds=self.lease_seconds,
                # After a sleep longer than a lease, another worker may have given back an order whose call is
                # still running here. Claimed again, it would get the outcome of that call.
                except_ids=[call.held.order_push_id for call in self._running.values()],
            )
        ):
            uncertain = [held for held in claims if held.state == "uncertain"]
            yield from look_ups(self.client, self._recorder, uncertain, self.lease_seconds)
            yield from self._sender.calls([held for held in claims if held.state == "pending"])

    def _is_over(self) -> bool:
        return time.monotonic() > self._stops_at
