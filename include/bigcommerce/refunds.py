"""Quotes, creates and lists refunds of an order (orders.v3.yml of BigCommerce's official files).

BigCommerce has no idempotency key: nothing keeps one refund from being created twice. So `create_refund`
never sends twice, and raises OutcomeUnknown when it does not know whether the refund was created.

Refunds are `offline`: BigCommerce records that money was paid back elsewhere, and moves none itself. A refund
never returns stock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

import msgspec

from include.bigcommerce.client import StoreClient
from include.bigcommerce.contract import DECODING_ERRORS, Id, decode, names_another, unexpected
from include.bigcommerce.moments import read_iso_moment
from include.bigcommerce.money import Money, read_money, read_number
from include.bigcommerce.orders import SCOPE

LONGEST_REASON = 1_000  # characters
STORE_CREDIT = "storecredit"


@dataclass(frozen=True)
class RefundItem:
    """A part of a refund: pieces of an order's line, or an amount of its shipping or of the whole order.

    `item_id` is the id of the line (PRODUCT), of the shipping address (SHIPPING) or of the order (ORDER).
    """

    item_type: Literal["PRODUCT", "SHIPPING", "ORDER"]
    item_id: int
    quantity: int | None = None
    amount: Decimal | None = None

    def as_json(self, reason: str = "") -> dict[str, object]:
        """As BigCommerce reads it."""
        size = {"amount": self.amount} if self.quantity is None else {"quantity": self.quantity}
        return {
            "item_type": self.item_type,
            "item_id": self.item_id,
            **size,
            **({"reason": reason} if reason else {}),
        }


class PaymentOption(msgspec.Struct, frozen=True):
    """One way to pay a part of a refund back; an offline provider only records it."""

    provider_id: str
    amount: Money
    offline_provider: bool = False


class Quote(msgspec.Struct, frozen=True):
    """What BigCommerce would refund; each method is the payment options that pay it back together.

    A negative adjustment means that less is left than was asked for.
    """

    total_refund_amount: Money
    refund_methods: list[list[PaymentOption]]
    adjustment: Money | None = None


class StoreRefund(msgspec.Struct, frozen=True):
    """A refund as BigCommerce has it; `reasons` are those of the refund and of its items.

    `pieces` are the refunded pieces by the id of the order's line.
    """

    id: int
    order_id: int | None
    total: Decimal | None
    created: datetime | None
    reasons: frozenset[str]
    pieces: Mapping[int, int]


@dataclass(frozen=True)
class Refunds:
    """The refunds of an order, and whether the answer shows all of them: otherwise it proves no absence."""

    found: list[StoreRefund]
    is_whole: bool


class _QuoteAnswer(msgspec.Struct):
    data: Quote


class _Created(msgspec.Struct):
    id: Id
    order_id: Any = None


class _CreatedAnswer(msgspec.Struct):
    data: _Created


class _Row(msgspec.Struct):
    id: Id
    order_id: Any = None
    total_amount: Any = None
    created: Any = None
    reason: Any = None
    items: Any = None


class _List(msgspec.Struct):
    data: list[msgspec.Raw]
    meta: Any = None


def _to_money(_: object, value: object) -> Money:
    return read_money(value)


_QUOTE = msgspec.json.Decoder(_QuoteAnswer, dec_hook=_to_money, float_hook=read_number)
_CREATED = msgspec.json.Decoder(_CreatedAnswer, strict=False)
_LIST = msgspec.json.Decoder(_List)
_ROW = msgspec.json.Decoder(_Row, strict=False, float_hook=read_number)


def quote_refund(client: StoreClient, order_id: int, items: Sequence[RefundItem]) -> Quote:
    """What these items of an order would come to; changes nothing.

    Raises RequestRefused if they cannot be refunded, and any other BigCommerceError.
    """
    path = f"/v3/orders/{order_id}/payment_actions/refund_quotes"
    body = {"items": [item.as_json() for item in items]}
    response = client.send("POST", path, json=body, scope=SCOPE, safe_to_repeat=True)
    return decode(_QUOTE, response.content, method="POST", path=path).data


def create_refund(
    client: StoreClient,
    order_id: int,
    items: Sequence[RefundItem],
    payments: Sequence[PaymentOption],
    *,
    reason: str,
    may_leave: Callable[[], bool] = lambda: True,
) -> int:
    """Record one refund of an order, paid back outside of BigCommerce; returns its id there.

    `payments` are one method of a quote for the same items. `may_leave` is called right before each request
    leaves; once it is False, nothing is sent. Raises RequestRefused (a clear no), OutcomeUnknown (it may have
    been created: list the refunds), TryLater or CredentialsError (it certainly was not).
    """
    path = _refunds_of(order_id)
    body = {
        "items": [item.as_json(reason) for item in items],
        "payments": [
            {"provider_id": each.provider_id, "amount": Decimal(each.amount), "offline": True}
            for each in payments
        ],
    }
    response = client.send("POST", path, json=body, scope=SCOPE, safe_to_repeat=False, may_leave=may_leave)
    created = decode(_CREATED, response.content, method="POST", path=path).data
    if names_another(created.order_id, order_id):
        raise unexpected("$.data is a refund of another order", method="POST", path=path)
    return created.id


def list_refunds(client: StoreClient, order_id: int) -> Refunds:
    """All refunds of an order, also those that the merchant made. Raises any BigCommerceError."""
    path = _refunds_of(order_id)
    response = client.send("GET", path, scope=SCOPE, safe_to_repeat=True)
    if response.status_code == 204:
        return Refunds([], is_whole=True)
    answer = decode(_LIST, response.content, path=path)
    read = [_read(piece) for piece in answer.data]
    # each once, however often it is listed
    found = list({refund.id: refund for refund in read if refund}.values())
    more = _names_more(answer.meta, len(answer.data))
    is_ours = all(refund.order_id in (None, order_id) for refund in found)
    return Refunds(
        [refund for refund in found if refund.order_id in (None, order_id)],
        is_whole=None not in read and is_ours and not more,
    )


def _names_more(meta: Any, rows: int) -> bool:
    """Whether the list says that it has other rows than these; the official file shows it without totals."""
    pagination = meta.get("pagination") if isinstance(meta, dict) else None
    if not isinstance(pagination, dict):
        return False
    return pagination.get("total_pages", 1) not in (0, 1) or pagination.get("total", rows) != rows


def _refunds_of(order_id: int) -> str:
    return f"/v3/orders/{order_id}/payment_actions/refunds"


def _read(piece: msgspec.Raw) -> StoreRefund | None:
    """A refund with the values that have the expected types; None without a usable id."""
    try:
        row = _ROW.decode(piece)
    except DECODING_ERRORS:
        return None
    items = [item for item in row.items if isinstance(item, dict)] if isinstance(row.items, list) else []
    reasons = [row.reason, *(item.get("reason") for item in items)]
    return StoreRefund(
        row.id,
        row.order_id if type(row.order_id) is int else None,
        _amount(row.total_amount),
        read_iso_moment(row.created),
        frozenset(reason for reason in reasons if isinstance(reason, str) and reason),
        _pieces(items),
    )


def _pieces(items: Iterable[Mapping[str, Any]]) -> Mapping[int, int]:
    pieces: Counter[int] = Counter()
    for item in items:
        line_id, quantity = item.get("item_id"), item.get("quantity")
        if item.get("item_type") == "PRODUCT" and type(line_id) is int and type(quantity) is int:
            pieces[line_id] += quantity
    return pieces


def _amount(value: Any) -> Decimal | None:
    try:
        return read_money(value)
    except ValueError:
        return None
