"""The body of an event, as webhooks.v3.yml describes it, and which hooks an event is for."""

from __future__ import annotations

import hashlib
import time
from typing import Any, Literal, TypeAlias

from include.sandbox.encoding import to_json

HashCovers: TypeAlias = Literal["event", "data"]

# Scopes of the official file that a sandbox store has events for; a wildcard stands for all below it.
SCOPES = frozenset(
    {
        "store/product/*",
        "store/product/created",
        "store/product/updated",
        "store/product/deleted",
        "store/product/inventory/updated",
        "store/product/inventory/order/updated",
        "store/sku/*",
        "store/sku/created",
        "store/sku/updated",
        "store/sku/deleted",
        "store/sku/inventory/updated",
        "store/sku/inventory/order/updated",
        "store/order/*",
        "store/order/created",
        "store/order/updated",
        "store/order/archived",
        "store/order/statusUpdated",
        "store/order/message/created",
        "store/order/refund/created",
        "store/shipment/*",
        "store/shipment/created",
        "store/shipment/updated",
        "store/shipment/deleted",
    }
)


def covers(hook_scope: str, scope: str) -> bool:
    """Whether a hook of this scope is called for an event of that one."""
    return hook_scope == scope or (hook_scope.endswith("/*") and scope.startswith(hook_scope[:-1]))


def event_body(store_hash: str, scope: str, data: dict[str, Any], hash_covers: HashCovers) -> bytes:
    """The JSON of an event. The same event sent twice has the same hash.

    "The payload data encoded in JSON format and then passed through SH1 encryption", says the official file:
    UNVERIFIED whether that is the whole event, or `data` alone, the same at each change of a product.
    """
    event = {
        "created_at": int(time.time()),
        "store_id": str(int(hashlib.sha256(store_hash.encode()).hexdigest()[:6], 16)),
        "producer": f"stores/{store_hash}",
        "scope": scope,
        "data": data,
    }
    hashed = {**event, "at": time.monotonic_ns()} if hash_covers == "event" else data
    return to_json({**event, "hash": hashlib.sha1(to_json(hashed), usedforsecurity=False).hexdigest()})


def product_data(product_id: int) -> dict[str, Any]:
    """`data` of an event about a product."""
    return {"type": "product", "id": product_id}


def sku_data(sku_id: int, product_id: int, variant_id: int) -> dict[str, Any]:
    """`data` of an event about a variant."""
    return {"type": "sku", "id": sku_id, "sku": {"product_id": product_id, "variant_id": variant_id}}


def sold_data(product_id: int, quantity: int, sku_id: int | None, variant_id: int) -> dict[str, Any]:
    """`data` of an event about stock that an order took."""
    inventory = {"product_id": product_id, "method": "relative", "value": -quantity}
    if sku_id is None:
        return {**product_data(product_id), "inventory": inventory}
    return {"type": "sku", "id": sku_id, "inventory": {**inventory, "variant_id": variant_id}}


def order_data(order_id: int, **more: Any) -> dict[str, Any]:
    """`data` of an event about an order."""
    return {"type": "order", "id": order_id, **more}


def shipment_data(shipment_id: int, order_id: int) -> dict[str, Any]:
    """`data` of an event about a shipment."""
    return {"type": "shipment", "id": shipment_id, "orderId": order_id}
