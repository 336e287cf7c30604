"""Makes the order that a store keeps out of what a client sent."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from include.sandbox.orders.amounts import work_out_amounts
from include.sandbox.orders.lines import Sold
from include.sandbox.orders.records import HOST, Address, Order, Resource, ShippingAddress, rfc_2822
from include.sandbox.orders.request_bodies import NewLine, NewOrder

PARTS = {
    "products": "products",
    "shipping_addresses": "shippingaddresses",
    "coupons": "coupons",
    "consignments": "consignments",
    "fees": "fees",
}
_ELSEWHERE = Address(
    first_name="Sam",
    last_name="Other",
    street_1="2 Side Street",
    city="Austin",
    state="Texas",
    zip="78751",
    country="United States",
    country_iso2="US",
    email="sam@example.com",
)
_AS_SENT = tuple(
    name
    for name in Order.__struct_fields__
    if name in NewOrder.__struct_fields__
    and name not in {"date_created", "default_currency_code", "status_id", *PARTS}
    and not name.endswith(("_cost", "_tax", "_amount"))
)


def make_order(
    order_id: int,
    new: NewOrder,
    sold: list[Sold],
    status: dict[str, Any],
    currency: str,
    *,
    created: datetime,
    modified: datetime,
) -> Order:
    """The order; `status` is its id and names, `currency` the store's own."""
    return Order(
        **identity(order_id),
        **work_out_amounts(new, sold),
        **status,
        **{name: getattr(new, name) for name in _AS_SENT},
        date_created=rfc_2822(created),
        date_modified=rfc_2822(modified),
        items_total=sum(line.quantity for line in new.products),
        currency_code=new.default_currency_code or currency,
        default_currency_code=new.default_currency_code or currency,
        store_default_currency_code=currency,
    )


def identity(order_id: int) -> dict[str, Any]:
    """The id, and the links that contain it."""
    paths = {part: f"/orders/{order_id}/{path}" for part, path in PARTS.items()}
    return {"id": order_id, **{part: Resource(HOST + path, path) for part, path in paths.items()}}


def shipping_address_of(new: NewOrder) -> ShippingAddress:
    """The first one given, else the billing address, as BigCommerce does."""
    if new.shipping_addresses:
        return new.shipping_addresses[0]
    return ShippingAddress(**msgspec.structs.asdict(new.billing_address))


def order_from_elsewhere() -> NewOrder:
    """An order that another app creates."""
    line = NewLine(name="Gift", quantity=1, price_ex_tax=Decimal(5), price_inc_tax=Decimal(5))
    return NewOrder(billing_address=_ELSEWHERE, products=[line])
