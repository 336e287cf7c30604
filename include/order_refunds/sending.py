"""Sends one refund or cancellation: asks BigCommerce first, and says what to record afterwards."""

from __future__ import annotations

from dataclasses import dataclass

from include.bigcommerce.client import StoreClient
from include.bigcommerce.errors import RequestRefused
from include.bigcommerce.order_answers import StoreOrder
from include.bigcommerce.order_status_change import set_order_status
from include.bigcommerce.order_statuses import STATUS_NAMES
from include.bigcommerce.orders import get_order
from include.bigcommerce.refund_lists import list_refunds
from include.bigcommerce.refunds import create_refund
from include.crm import order_refunds, reversal_ledger
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.crm.order_ledger_rows import Action, Settlement
from include.crm.order_refunds import PushedOrder, Refund
from include.crm.reversal_ledger_rows import Claim
from include.ledger.lease import Deadline
from include.ledger.settlements import pushed
from include.order_refunds import checks, look_up, settlements, status_changes
from include.order_refunds.errors import CannotFollow
from include.order_refunds.reason_text import reason_text
from include.order_refunds.refund_request import RefundRequest, prepare


@dataclass
class Sending:
    """A refund or cancellation that a worker holds, on its way to BigCommerce.

    `action` is what is being done right now, for the history: from `send` on, BigCommerce may have it.
    `is_late`: the lease may have ended while the refund was on its way.
    """

    crm: Connection
    client: StoreClient
    source: DataSource
    worker: str
    lease_seconds: float
    held: Claim
    deadline: Deadline
    action: Action = "check"
    is_late: bool = False

    def settlement(self) -> Settlement | None:
        """The outcome; None if the lease has ended, so that another worker may hold the row by now.

        Raises CannotFollow and CannotTranslate if it cannot go as it is, and BigCommerceError.
        """
        order = order_refunds.pushed_order(self.crm, self.source.data_source_id, self.held.order_id)
        if order is None:
            return settlements.order_not_there(self.held, self._delay)
        if self.held.refund_id is None:
            return self._cancel(order)
        refund = order_refunds.get(self.crm, self.held.refund_id)
        assert refund is not None, "the ledger refers to it"
        if self.held.state == "uncertain":
            self.action = "look up"
            refunds = list_refunds(self.client, order.bigcommerce_order_id)
            known = reversal_ledger.refund_ids_in_store(self.crm, self.held)
            return look_up.settled(self.held, refund, refunds, known, self._delay)
        checks.check_amounts(refund)
        checks.check_left(refund, order)
        if self.source.mirror_refunds == "status":
            return self._set_refund_status(refund, order)
        return self._refund(refund, order)

    def _refund(self, refund: Refund, order: PushedOrder) -> Settlement | None:
        self.action = "look up"
        try:
            refunds = list_refunds(self.client, order.bigcommerce_order_id)
        except RequestRefused:
            self._order_in_store(order)  # if that is gone, people decide
            raise
        if settlement := look_up.seen(refund, refunds):
            return settlement
        if not refunds.is_whole:
            return settlements.cannot_be_listed(self.held, self._delay)
        known = reversal_ledger.refund_ids_in_store(self.crm, self.held)
        if not self.held.is_known_absent and (found := look_up.made_in_store(refund, refunds, known)):
            return settlements.may_be_made_in_store(self.held, found)
        self.action = "check"
        checks.check_left(refund, order, refunds.found)
        self.action = "quote"
        request = prepare(self.crm, self.client, refund, order.bigcommerce_order_id, refunds.found)
        return self._send(refund, request)

    def _send(self, refund: Refund, request: RefundRequest) -> Settlement | None:
        deadline = Deadline(self.lease_seconds)
        if not reversal_ledger.mark_sending(
            self.crm, self.held, self.worker, lease_seconds=self.lease_seconds
        ):
            return None
        self.action = "send"
        created = create_refund(
            self.client,
            request.store_order_id,
            request.items,
            request.payments,
            reason=reason_text(refund.refund_id, refund.reason),
            override=request.override,
            may_leave=deadline.is_ahead,
        )
        self.is_late = deadline.is_over
        return pushed(created)

    def _set_refund_status(self, refund: Refund, order: PushedOrder) -> Settlement:
        found = self._order_in_store(order)
        self.action = "check"
        return self._set_status(found, status_changes.refund_status(refund, order, found))

    def _cancel(self, order: PushedOrder) -> Settlement:
        found = self._order_in_store(order)
        self.action = "check"
        return self._set_status(found, status_changes.cancelled_status(order, found))

    def _order_in_store(self, order: PushedOrder) -> StoreOrder:
        """The order as it is right now. Raises CannotFollow if it is gone."""
        self.action = "look up"
        found = get_order(self.client, order.bigcommerce_order_id)
        if found is None:
            raise CannotFollow(
                f"BigCommerce no longer has its order {order.bigcommerce_order_id}.",
                "If it was deleted on purpose, dismiss it here.",
            )
        return found

    def _set_status(self, found: StoreOrder, status_id: int | None) -> Settlement:
        if status_id is None:
            return settlements.nothing_to_set(status_changes.name_of(found))
        set_order_status(self.client, found.id, status_id, may_leave=self.deadline.is_ahead)
        return settlements.status_set(STATUS_NAMES[status_id])

    @property
    def _delay(self) -> float:
        return self.source.order_lookup_delay_seconds
