"""Lists the refunds of an order, also those that the merchant made (orders.v3.yml)."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from include.bigcommerce.client import StoreClient
from include.bigcommerce.contract import DECODING_ERRORS, Id, decode
from include.bigcommerce.errors import RequestRefused
from include.bigcommerce.money import read_number
from include.bigcommerce.order_answers import read_amount, read_whole_number
from include.bigcommerce.orders import SCOPE
from include.bigcommerce.refunds import refunds_of
from include.bigcommerce.timestamps import read_rfc3339_time

log = logging.getLogger(__name__)

_LARGEST_ID = 2**63 - 1


class StoreRefund(msgspec.Struct, frozen=True):
    """A refund as BigCommerce has it; `reasons` are those of the refund and of its items.

    `pieces` are the refunded pieces by the id of the order's line. A refund whose payments the provider
    declined is listed, but came to nothing.
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


class _Row(msgspec.Struct):
    id: Id
    order_id: Any = None
    total_amount: Any = None
    created: Any = None
    reason: Any = None
    items: Any = None
    payments: Any = None


class _List(msgspec.Struct):
    data: list[msgspec.Raw]
    meta: Any = None


_LIST = msgspec.json.Decoder(_List)
_ROW = msgspec.json.Decoder(_Row, strict=False, float_hook=read_number)


def list_refunds(client: StoreClient, order_id: int) -> Refunds:
    """All refunds of an order, also those that the merchant made. Raises any BigCommerceError."""
    path = refunds_of(order_id)
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


def refunded_amount(client: StoreClient, order_id: int) -> Decimal | None:
    """What the refunds of an order come to; None if it has none, or if their list does not say.

    The refunded_amount of the order itself "always returns 0" (orders.v2.oas2.yml). Raises any
    BigCommerceError but RequestRefused.
    """
    try:
        refunds = list_refunds(client, order_id)
    except RequestRefused as error:
        log.warning("The refunds of BigCommerce order %d could not be listed. %s", order_id, error)
        return None
    totals = [refund.total for refund in refunds.found if refund.total is not None]
    is_known = refunds.is_whole and len(totals) == len(refunds.found)
    return sum(totals, Decimal(0)) if totals and is_known else None


def _names_more(meta: Any, rows: int) -> bool:
    """Whether the list says that it has other rows than these; the official file shows it without totals."""
    pagination = meta.get("pagination") if isinstance(meta, dict) else None
    if not isinstance(pagination, dict):
        return False
    pages, total = pagination.get("total_pages", 1), pagination.get("total", rows)
    return read_whole_number(pages) not in (0, 1) or read_whole_number(total) != rows


def _read(piece: msgspec.Raw) -> StoreRefund | None:
    """A refund with the values that have the expected types; None without a usable id."""
    try:
        row = _ROW.decode(piece)
    except DECODING_ERRORS:
        return None
    items, payments = _objects(row.items), _objects(row.payments)
    is_declined = bool(payments) and all(payment.get("is_declined") is True for payment in payments)
    reasons = [row.reason, *(item.get("reason") for item in items)]
    return StoreRefund(
        row.id,
        read_whole_number(row.order_id, _LARGEST_ID),
        Decimal(0) if is_declined else read_amount(row.total_amount),
        read_rfc3339_time(row.created),
        frozenset(reason for reason in reasons if isinstance(reason, str) and reason),
        {} if is_declined else _pieces(items),
    )


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _pieces(items: Iterable[Mapping[str, Any]]) -> Mapping[int, int]:
    pieces: Counter[int] = Counter()
    for item in items:
        line_id = read_whole_number(item.get("item_id"), _LARGEST_ID)
        quantity = read_whole_number(item.get("quantity"))
        if item.get("item_type") == "PRODUCT" and line_id and quantity:
            pieces[line_id] += quantity
    return pieces
