"""Orders written to the CRM as the CRM itself writes them, for the demo, the benchmark and tests."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from psycopg.types.json import Jsonb

from include.crm.database import Connection, execute, fetch_all, fetch_one


@dataclass(frozen=True)
class SellableVariant:
    """A variant that can be ordered; `price` is the unit price in the orders' currency, to the cent."""

    campaign_product_id: int
    variant_detail_id: int
    sku: str
    name: str
    price: Decimal


@dataclass(frozen=True)
class Assortment:
    """What a store sells, the campaign and currency of its orders, and the CRM's next free order id."""

    campaign_id: int
    currency_code: str
    next_order_id: int
    variants: tuple[SellableVariant, ...]


def assortment(crm: Connection, store_hash: str, limit: int) -> Assortment | None:
    """The first `limit` variants of a store that can be ordered; None if there is none."""
    rows = fetch_all(crm, "orders/sellable", store_hash=store_hash, limit=limit)
    if not rows:
        return None
    variants = (
        SellableVariant(**{name: row[name] for name in SellableVariant.__dataclass_fields__}) for row in rows
    )
    first = rows[0]
    return Assortment(
        first["campaign_id"], first["currency_code"], first["next_order_id"], variants=tuple(variants)
    )


def add_order(crm: Connection, order: Mapping[str, object], lines: Sequence[Mapping[str, object]]) -> None:
    """Insert an order and its lines, given by column of crm.customer_order and crm.customer_order_line."""
    execute(crm, "orders/add_order", row=_as_json(order))
    for line in lines:
        execute(crm, "orders/add_line", row=_as_json(line))


def add_order_once(
    crm: Connection,
    client_order_id: str,
    order: Mapping[str, object],
    lines: Sequence[Mapping[str, object]],
) -> int:
    """As `add_order`, with the next free order id; the id.

    If there is an order with this client_order_id already, it is that one's id, and nothing is inserted.
    """
    with crm.transaction():
        # until the end of the transaction nobody else adds an order
        execute(crm, "demo/lock_orders")
        ids = fetch_one(crm, "demo/order_of_checkout", client_order_id=client_order_id)
        assert ids is not None
        if ids["order_id"] is not None:
            return int(ids["order_id"])
        order_id = int(ids["next_order_id"])
        ours = {"order_id": order_id, "client_order_id": client_order_id}
        add_order(crm, {**order, **ours}, [{**line, "order_id": order_id} for line in lines])
        return order_id


def _as_json(row: Mapping[str, object]) -> Jsonb:
    return Jsonb(dict(row), dumps=partial(json.dumps, default=str))
