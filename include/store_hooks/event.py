"""What a call of BigCommerce says: in which store, and which product or order changed.

    {"producer": "stores/abc123", "scope": "store/sku/updated", "created_at": 1561488106, "hash": "352e…",
     "data": {"type": "sku", "id": 461, "sku": {"product_id": 206, "variant_id": 509}}}

The bodies of webhooks.v3.yml of BigCommerce; nothing else in them is read.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Annotated

import msgspec

from include.bigcommerce.contract import Id, NotAsAgreed
from include.crm.change_hints import Subject

_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]

# Nothing that we read of an order changes with these. An order that we push is known before it is created.
NOT_NEEDED = frozenset({"store/order/created", "store/order/message/created"})


@dataclass(frozen=True)
class Event:
    """What changed, and what tells this event from others: a repetition has the same `key`."""

    subject: Subject
    bigcommerce_id: int
    key: str


class _OfProduct(msgspec.Struct):
    product_id: Id


class _Data(msgspec.Struct):
    type: _Text
    id: Id
    order_id: Id | None = msgspec.field(name="orderId", default=None)
    sku: _OfProduct | None = None
    inventory: _OfProduct | None = None


class _Body(msgspec.Struct):
    producer: _Text
    scope: _Text
    created_at: Annotated[int, msgspec.Meta(ge=0, le=2**53)]
    hash: _Text
    data: _Data


_BODY = msgspec.json.Decoder(_Body)


def read_event(body: bytes, store_hash: str) -> Event | None:
    """The event in a body; None if nothing that the CRM has changed. Raises ValueError."""
    try:
        event = _BODY.decode(body)
    except NotAsAgreed as error:
        raise ValueError("The body is not an event as BigCommerce documents it.") from error
    if event.producer != f"stores/{store_hash}":
        raise ValueError("The event is of another store.")
    if event.scope in NOT_NEEDED:
        return None
    return _event(event)


def _event(event: _Body) -> Event | None:
    data = event.data
    if data.type == "product":
        return Event("product", data.id, _key(event))
    if data.type == "order":
        return Event("order", data.id, _key(event))
    if data.type == "sku":
        place = data.sku or data.inventory
        if place is None:
            raise ValueError("The event of a variant does not name its product.")
        return Event("product", place.product_id, _key(event))
    if data.type == "shipment":
        if data.order_id is None:
            raise ValueError("The event of a shipment does not name its order.")
        return Event("order", data.order_id, _key(event))
    return None


def _key(event: _Body) -> str:
    """BigCommerce's hash may be that of `data` alone, which is the same whenever a product changes."""
    parts = (event.scope, str(event.created_at), event.hash)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
