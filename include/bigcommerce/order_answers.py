"""Reads the orders in a store's answers (order_Resp of orders.v2.oas2.yml), however odd some of them are."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import datetime
from decimal import Decimal, InvalidOperation
from http import HTTPStatus
from typing import Any

import msgspec
import requests

from include.bigcommerce.contract import DECODING_ERRORS, Id, unexpected
from include.bigcommerce.damaged_json import items, members, repair
from include.bigcommerce.money import read_money, read_number
from include.bigcommerce.timestamps import read_rfc2822_time
from include.outside_text import clean_text

log = logging.getLogger(__name__)

ORDERS = "/v2/orders"
LONGEST_NAME = 100  # characters of a status
_LONGEST_EMAIL = 255
LARGEST_NUMBER = 2**31 - 1
_MOST_DIGITS = 19
# Compared by value, so that 1 and 1.0 are among them.
_TRUE = (True, "1", "true")


class StoreOrder(msgspec.Struct, frozen=True):
    """An order as BigCommerce has it; archived ones are `is_deleted`.

    Other apps write what they like into their orders. So of everything but the id, only values of the
    expected type are kept, or that mean the same, such as "11" for 11; anything else counts as absent.
    `status_name` is the merchant's own name of the status, `total` is with tax, `email` that of the billing
    address.
    """

    id: int
    external_order_id: str | None = None
    is_deleted: bool = False
    date_created: str | None = None  # RFC 2822, as the creator of the order gave it
    status_id: int | None = None
    date_modified: datetime | None = None
    status_name: str = ""
    total: Decimal | None = None
    refunded: Decimal | None = None
    currency_code: str = ""
    items_total: int | None = None
    items_shipped: int | None = None
    date_shipped: datetime | None = None
    external_source: str = ""
    email: str = ""


class _Row(msgspec.Struct):
    id: Id
    external_order_id: Any = None
    is_deleted: Any = False
    date_created: Any = None
    status_id: Any = None
    date_modified: Any = None
    custom_status: Any = None
    status: Any = None
    total_inc_tax: Any = None
    refunded_amount: Any = None
    default_currency_code: Any = None
    items_total: Any = None
    items_shipped: Any = None
    date_shipped: Any = None
    external_source: Any = None
    billing_address: Any = None


_ROW = msgspec.json.Decoder(_Row, strict=False, float_hook=read_number)
_ID = msgspec.json.Decoder(Id, strict=False)
_ANY = msgspec.json.Decoder(Any, float_hook=read_number)


def read_orders(response: requests.Response) -> tuple[list[StoreOrder], int]:
    """The orders of an answer, and the number of its rows that are not orders and are passed over.

    Nothing found is 204 without a body, or an empty list. Raises UnexpectedResponse.
    """
    if response.status_code == HTTPStatus.NO_CONTENT:
        return [], 0
    try:
        rows = items(response.content)
    except ValueError as error:
        raise unexpected("$ is not a list, or is cut off", path=ORDERS) from error
    orders = [order for row in rows if (order := read_order(row))]
    if len(orders) < len(rows):
        log.warning("%d rows of GET %s are not orders and are passed over.", len(rows) - len(orders), ORDERS)
    return orders, len(rows) - len(orders)


def read_order(piece: bytes) -> StoreOrder | None:
    """An order, from no more than the members that we need; None if it has no usable id."""
    try:
        row = _ROW.decode(piece)
    except DECODING_ERRORS:
        if (parted := _in_pieces(piece)) is None:
            return None
        row = parted
    return StoreOrder(
        row.id,
        row.external_order_id if isinstance(row.external_order_id, str) else None,
        row.is_deleted in _TRUE,
        row.date_created if isinstance(row.date_created, str) else None,
        read_whole_number(row.status_id),
        read_rfc2822_time(row.date_modified),
        read_text(row.custom_status, LONGEST_NAME) or read_text(row.status, LONGEST_NAME),
        read_amount(row.total_inc_tax),
        read_amount(row.refunded_amount),
        read_text(row.default_currency_code, 3),
        read_whole_number(row.items_total),
        read_whole_number(row.items_shipped),
        read_rfc2822_time(row.date_shipped),
        read_text(row.external_source, LONGEST_NAME),
        read_text(row.billing_address.get("email"), _LONGEST_EMAIL)
        if isinstance(row.billing_address, dict)
        else "",
    )


def read_text(value: Any, longest: int) -> str:
    """Text of the store, cleaned and cut to so many characters; empty for anything else."""
    return clean_text(value, longest) if isinstance(value, str) else ""


def _in_pieces(piece: bytes) -> _Row | None:
    """A row that does not decode as a whole: each member alone, so that a damaged one counts as absent."""
    try:
        found = members(piece)
        row = _Row(_ID.decode(found["id"]))
    except (ValueError, KeyError, *DECODING_ERRORS):
        return None
    for name in set(_Row.__struct_fields__[1:]) & found.keys():
        with suppress(*DECODING_ERRORS):
            setattr(row, name, _ANY.decode(repair(found[name])))
    return row


def read_whole_number(value: Any, largest: int = LARGEST_NUMBER) -> int | None:
    """A whole number from 0 on, also one written as "12" or 12.0; None for anything else."""
    if (
        isinstance(value, str)
        and value.isascii()
        and value.isdecimal()
        and value == (value.lstrip("0") or "0")
    ):
        value = int(value) if len(value) <= _MOST_DIGITS else None
    elif isinstance(value, Decimal) and value == value.to_integral_value():
        value = int(value)
    return value if type(value) is int and 0 <= value <= largest else None


def read_amount(value: Any) -> Decimal | None:
    """An amount, which V2 writes as text or as a number; None for what is none."""
    try:
        amount = read_money(read_number(value) if isinstance(value, str) else value)
    except (ValueError, InvalidOperation):
        return None
    return Decimal(amount) if amount.is_finite() else None
