"""Sends pending orders: only those that the store does not have, and only after they are marked `sending`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from include.bigcommerce.client import StoreClient
from include.bigcommerce.errors import BigCommerceError, OutcomeUnknown, RequestRefused
from include.bigcommerce.order_answers import StoreOrder
from include.bigcommerce.orders import create_order, find_orders
from include.crm import data_sources, order_ledger, orders
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.crm.order_ledger_rows import Claim
from include.crm.orders import CustomerOrder
from include.ledger.lease import Deadline
from include.order_push import resend_check, settlements
from include.order_push.clock_tolerance import CLOCK_TOLERANCE
from include.order_push.geography import current_places
from include.order_push.places import Places
from include.order_push.recording import Call, LookUp, Recorder
from include.order_push.translate import CannotTranslate, external_order_id, translate


@dataclass
class Sender:
    """Prepares the sending of orders in one run of a worker, and records those that are not sent."""

    crm: Connection
    client: StoreClient
    source: DataSource
    store_currency: str
    worker: str
    lease_seconds: float
    recorder: Recorder
    _places: Places | None = None

    def calls(self, claims: Sequence[Claim]) -> Iterator[Call]:
        """The orders to send; each is marked `sending` by the time it is yielded."""
        if not claims or not (claims := self._without_those_in_store(claims)):
            return
        for held in claims:
            # as it is now: a push can take hours, and people correct orders and settings meanwhile
            order = orders.read(self.crm, [held.order_id])[held.order_id]
            try:
                body = self._body(order, claims)
            except CannotTranslate as error:
                self.recorder.settle(held, settlements.untranslatable(error))
                continue
            deadline = Deadline(self.lease_seconds)
            if order_ledger.mark_sending(self.crm, held, self.worker, lease_seconds=self.lease_seconds):
                send: Callable[[], StoreOrder | LookUp]
                send = partial(create_order, self.client, body, may_leave=deadline.is_ahead)
                if held.was_refused and not held.is_known_absent:
                    send = partial(_send_unless_there, self.client, held, send)
                yield Call(_as_sent(held, order), send, deadline)

    def _body(self, order: CustomerOrder, claims: Sequence[Claim]) -> dict[str, object]:
        """Raises CannotTranslate."""
        if self._places is None:
            found = orders.read(self.crm, [each.order_id for each in claims])
            self._places = current_places(self.crm, self.client, self.source, found.values())
        return translate(
            order,
            status_id=data_sources.required(self.crm, self.source.store_hash).send_order_status_id,
            store_currency=self.store_currency,
            places=self._places,
        )

    def _without_those_in_store(self, claims: Sequence[Claim]) -> list[Claim]:
        """The claims that may be sent: those that were sent before only if the store does not have them."""
        sent_before = [held for held in claims if settlements.may_be_in_store(held)]
        if not sent_before:
            return list(claims)
        since = min(held.sent_at for held in sent_before if held.sent_at) - CLOCK_TOLERANCE
        after_id = order_ledger.newest_before(self.crm, self.source.data_source_id, since)
        try:
            in_store = resend_check.orders_since(self.client, after_id, since)
        except BigCommerceError as error:
            self.recorder.failure = error
            return []
        kept = [held for held in claims if held not in sent_before]
        for held in sent_before:
            found = in_store.by_external_id.get(external_order_id(held.order_id), [])
            if found or not in_store.is_whole:
                self.recorder.settle(held, settlements.not_sent_again(held, found))
            else:
                kept.append(held)
        return kept


def _send_unless_there(
    client: StoreClient, held: Claim, send: Callable[[], StoreOrder | LookUp]
) -> StoreOrder | LookUp:
    """A gateway may have refused an order that BigCommerce has made all the same.

    It is sent only if BigCommerce certainly does not have it; else what the look-up found, or why it failed.
    """
    try:
        found = find_orders(client, external_order_id(held.order_id))
    except (OutcomeUnknown, RequestRefused) as error:
        return error
    return found if found.matches or not found.proves_absence else send()


def _as_sent(held: Claim, order: CustomerOrder) -> Claim:
    return replace(
        held,
        completed_at=order.completed_at,
        total_amount=order.total_amount,
        currency_code=order.currency_code,
        email_address=order.email_address,
    )
