"""Reads a call of BigCommerce: which product or order changed, and in which store.

    {"producer": "stores/abc123", "scope": "store/sku/updated", "created_at": 1561488106, "hash": "352e…",
     "data": {"type": "sku", "id": 461, "sku": {"product_id": 206, "variant_id": 509}}}

The bodies of webhooks.v3.yml of BigCommerce; nothing else in them is read. Only what an event is about has to
be right: everything else may be missing or odd, since a hint is too valuable to be lost over it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import msgspec

from include.bigcommerce.contract import DECODING_ERRORS
from include.bigcommerce.damaged_json import members, repair
from include.crm.change_hints import Subject
from include.crm.ids import LARGEST_ID, read_id

# Nothing that the CRM has changes with these. By the official file, events about inventory are about stock
# alone, of which the CRM has none. An order that we push is known before it is created.
NOT_NEEDED = frozenset(
    {
        "store/product/inventory/updated",
        "store/product/inventory/order/updated",
        "store/sku/inventory/updated",
        "store/sku/inventory/order/updated",
        "store/order/created",
        "store/order/message/created",
    }
)
_MANTISSA = 2**53  # from here on, floats are not every whole number


@dataclass(frozen=True)
class Event:
    """What changed, and what tells this event from others: a repetition has the same `key`."""

    subject: Subject
    bigcommerce_id: int
    key: str


class _Data(msgspec.Struct):
    type: str
    id: Any = None
    order_id: Any = msgspec.field(name="orderId", default=None)
    sku: Any = None


class _Body(msgspec.Struct):
    producer: str
    scope: str
    data: _Data
    created_at: Any = None
    hash: Any = None


_BODY = msgspec.json.Decoder(_Body)
_TEXT = msgspec.json.Decoder(str)
_DATA = msgspec.json.Decoder(_Data)


def read_event(body: bytes, store_hash: str) -> Event | None:
    """The event in a body; None if nothing that the CRM has changed. Raises ValueError."""
    event = _decoded(body)
    if event.producer != f"stores/{store_hash}":
        raise ValueError("The event is of another store.")
    if event.scope in NOT_NEEDED:
        return None
    return _event(event)


def _decoded(body: bytes) -> _Body:
    """The body; where it does not decode as a whole, what an event needs is decoded alone."""
    try:
        return _BODY.decode(body)
    except DECODING_ERRORS:
        pass
    try:
        parts = {name: repair(value) for name, value in members(body).items()}
        producer, scope = _TEXT.decode(parts["producer"]), _TEXT.decode(parts["scope"])
        # as they are: they only tell one event from another
        return _Body(producer, scope, _DATA.decode(parts["data"]), parts.get("created_at"), parts.get("hash"))
    except (ValueError, KeyError, *DECODING_ERRORS) as error:
        raise ValueError("The body is not an event as BigCommerce documents it.") from error


def _event(event: _Body) -> Event | None:
    data = event.data
    if data.type == "product":
        return Event("product", _id(data.id), _key(event))
    if data.type == "order":
        return Event("order", _id(data.id), _key(event))
    if data.type == "sku":
        product_id = data.sku.get("product_id") if isinstance(data.sku, dict) else None
        return Event("product", _id(product_id), _key(event))
    if data.type == "shipment":
        return Event("order", _id(data.order_id), _key(event))
    return None


def _id(value: object) -> int:
    """An id, also one that is written as text or as 12.0. Raises ValueError for anything else."""
    number = read_id(value) if isinstance(value, str) else value
    if isinstance(number, float) and number.is_integer() and number < _MANTISSA:
        number = int(number)
    if type(number) is not int or not 1 <= number <= LARGEST_ID:
        raise ValueError("The event does not name the product or the order that it is about.")
    return number


def _key(event: _Body) -> str:
    """BigCommerce's hash may be that of `data` alone, which is the same whenever a product changes."""
    data = event.data
    about = (data.type, data.id, data.order_id, data.sku)
    parts = repr((event.scope, event.created_at, event.hash, about))
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()
