"""Refunds of orders (orders.v3.yml): how a refund is made, and what it does to its order.

A refund is made at once or, for as long as `Settings.refund_takes_requests` says, asynchronously: until then
it is not listed, the order keeps its status, and no other refund of the order is accepted. A refund never
returns stock, and V2's refunded_amount stays 0, as the official file says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from include.sandbox.change_file import ChangeFile
from include.sandbox.encoding import ZERO
from include.sandbox.orders import refund_quotes
from include.sandbox.orders.orders import Orders
from include.sandbox.orders.refund_quotes import cents
from include.sandbox.orders.refund_records import (
    Item,
    Payment,
    RefundRecord,
    RefundRefusal,
    WantedQuote,
    WantedRefund,
)
from include.sandbox.refusals import Refusal, not_found
from include.sandbox.store.settings import Settings
from include.sandbox.webhooks.events import order_data

REFUNDED, PARTIALLY_REFUNDED = 4, 14
STORE_CREDIT = "storecredit"


class Refunds:
    """The refunds of a store. An unknown order raises Refusal 404."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._made: list[RefundRecord] = []
        self._in_process: list[tuple[int, RefundRecord]] = []  # with the request that ends it
        self._file = ChangeFile(RefundRecord)

    def keep_in(self, file: Path) -> None:
        """Load what an earlier store saved in `file`, and save there from now on."""
        with self._orders.lock:
            self._made = list(self._file.load(file))

    def __iter__(self) -> Iterator[RefundRecord]:
        """Every refund, those in process too."""
        return iter([*self._made, *(refund for _, refund in self._in_process)])

    def of(self, order_id: int) -> list[RefundRecord]:
        """The refunds of an order that are listed, oldest first."""
        self._orders.entry(order_id)
        return [refund for refund in self._made if refund.order_id == order_id]

    def refunded(self, order_id: int) -> Counter[int]:
        """How many pieces of each line were refunded, by the line's id."""
        return refund_quotes.pieces_refunded(self.of(order_id))

    def listed(self) -> list[RefundRecord]:
        """Those of all orders, oldest first."""
        return sorted(self._made, key=lambda refund: refund.id)

    def one(self, refund_id: int) -> RefundRecord:
        """One refund that is listed."""
        for refund in self.listed():
            if refund.id == refund_id:
                return refund
        raise not_found("refund")

    def quote(self, order_id: int, body: bytes, settings: Settings) -> dict[str, Any]:
        """What the items would come to. Raises Refusal 422 for items that the order does not have left."""
        wanted = _decode(body, WantedQuote)
        with self._orders.lock:
            return self._quote(order_id, wanted.items, settings)

    def create(self, order_id: int, body: bytes, settings: Settings, request_number: int) -> RefundRecord:
        """Make a refund, or raise Refusal 422 and change nothing."""
        wanted = _decode(body, WantedRefund)
        with self._orders.lock:
            if any(refund.order_id == order_id for _, refund in self._in_process):
                raise RefundRefusal("Another refund of this order is being processed.")
            quoted = self._quote(order_id, wanted.items, settings)
            override = wanted.merchant_calculated_override
            total = override.total_amount if override else refund_quotes.paid_back(quoted)
            left = refund_quotes.left(self._orders.entry(order_id), self.of(order_id))
            if total > left or (quoted["adjustment"] < 0 and not override):
                raise RefundRefusal("The refund exceeds the refundable amount of the order.")
            _check_payments(wanted.payments, total, settings)
            refund = RefundRecord(
                id=self._next_id(),
                order_id=order_id,
                created=self._orders.now().isoformat(timespec="seconds"),
                reason=wanted.items[0].reason if "refund" in settings.refund_reason_shown else "",
                total_amount=total,
                total_tax=override.total_tax if override else quoted["total_refund_tax_amount"],
                uses_merchant_override_values=override is not None,
                items=tuple(_as_refunded(item, settings) for item in wanted.items),
                payments=tuple(_as_paid(number, each) for number, each in enumerate(wanted.payments, 1)),
            )
            if settings.refund_takes_requests:
                self._in_process.append((request_number + settings.refund_takes_requests, refund))
            else:
                self._finish(refund)
            return refund

    def add(
        self, order_id: int, amount: Decimal | float | str, reason: str = "", *, is_declined: bool = False
    ) -> RefundRecord:
        """The merchant refunds an amount in the control panel: `add(100, "9.99")`.

        `is_declined`: the provider of the payment refuses it, so nothing is paid back.
        """
        total = cents(Decimal(str(amount)))
        with self._orders.lock:
            self._orders.entry(order_id)
            refund = RefundRecord(
                id=self._next_id(),
                order_id=order_id,
                user_id=1,
                created=self._orders.now().isoformat(timespec="seconds"),
                reason=reason,
                total_amount=total,
                items=({"item_type": "ORDER", "item_id": order_id, "requested_amount": total},),
                payments=(_as_paid(1, Payment(provider_id="card", amount=total), is_declined=is_declined),),
            )
            self._finish(refund)
            return refund

    def request_began(self, request_number: int) -> None:
        """Finish what is in process for long enough."""
        with self._orders.lock:
            due = [refund for ends_at, refund in self._in_process if ends_at <= request_number]
            self._in_process = [each for each in self._in_process if each[0] > request_number]
            for refund in due:
                self._finish(refund)

    def _finish(self, refund: RefundRecord) -> None:
        self._made.append(refund)
        self._file.add(refund)
        if refund.is_declined:
            return
        order_id = refund.order_id
        is_all = refund_quotes.left(self._orders.entry(order_id), self.of(order_id)) <= 0
        self._orders.change(order_id, status_id=REFUNDED if is_all else PARTIALLY_REFUNDED)
        data = order_data(order_id, refund={"refund_id": refund.id})
        self._orders.announce("store/order/refund/created", data)

    def _quote(self, order_id: int, items: Sequence[Item], settings: Settings) -> dict[str, Any]:
        return refund_quotes.quote(self._orders.entry(order_id), self.of(order_id), items, settings)

    def _next_id(self) -> int:
        return max((refund.id for refund in self), default=0) + 1


def _check_payments(payments: Sequence[Payment], total: Decimal, settings: Settings) -> None:
    if any(payment.provider_id == STORE_CREDIT for payment in payments):
        raise RefundRefusal("Unable to provide store credit for a guest customer.")
    providers = {payment.provider_id for payment in payments}
    if not any(providers == method.keys() for method in settings.refund_methods):
        raise RefundRefusal("The requested refund had invalid split payment.")
    if sum((payment.amount for payment in payments), ZERO) != total:
        raise RefundRefusal("The payments do not match the total of the refund.")


def _as_refunded(item: Item, settings: Settings) -> dict[str, Any]:
    size = {"quantity": item.quantity} if item.amount is None else {"requested_amount": item.amount}
    reason = {"reason": item.reason} if item.reason and "items" in settings.refund_reason_shown else {}
    return {"item_type": item.item_type, "item_id": item.item_id, **size, **reason}


def _as_paid(number: int, payment: Payment, *, is_declined: bool = False) -> dict[str, Any]:
    return {
        "id": number,
        "provider_id": payment.provider_id,
        "amount": payment.amount,
        "offline": payment.offline,
        "is_declined": is_declined,
        "declined_message": "The card has expired." if is_declined else "",
    }


def _decode(body: bytes, kind: type[Any]) -> Any:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as error:
        raise Refusal(422, "JSON data is missing or invalid", {"body": str(error)}) from error
