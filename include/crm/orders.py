"""The CRM's orders, as the order push reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from include.crm.database import Connection, fetch_all, fetch_one
from include.crm.required_options import ProductOption, product_options


@dataclass(frozen=True)
class Address:
    """A billing or shipping address; an empty text is a field not given."""

    first_name: str
    last_name: str
    company_name: str
    address1: str
    address2: str
    city: str
    state: str  # a name, or an ISO 3166-2 code with or without the country
    postal_code: str
    country: str  # ISO 3166-1 alpha-2


@dataclass(frozen=True)
class OrderLine:
    """What was ordered; the BigCommerce ids are the variant's of today, None if it is gone there."""

    line_number: int
    sku: str
    name: str
    quantity: int
    price: Decimal  # of one, before discount and tax
    bigcommerce_product_id: int | None
    bigcommerce_variant_id: int | None
    options: tuple[ProductOption, ...] = ()  # values for the options that the product requires


@dataclass(frozen=True)
class CustomerOrder:
    """An order with its lines; money is in `currency_code`, and the columns' comments say what adds up.

    `read_at` is the time by the database's clock when it was read.
    """

    order_id: int
    client_order_id: str
    order_type: str  # NEW_SALE or RECURRING
    order_status: str
    billing_cycle_number: int
    original_order_id: int | None
    currency_code: str
    price: Decimal
    total_discount: Decimal
    base_shipping: Decimal
    sales_tax: Decimal
    total_amount: Decimal
    coupon_code: str
    pay_source: str
    name: str
    email_address: str
    phone_number: str
    billing: Address
    shipping: Address | None  # None: as the billing address
    date_created: datetime
    completed_at: datetime
    lines: tuple[OrderLine, ...]
    is_test: bool = False
    read_at: datetime | None = None


@dataclass(frozen=True)
class OrderFacts:
    """An order without its customer, and whether its store and the settings let it be sent.

    `store_hash` and what follows are None for an order that was sold under no store's campaign; `is_new` is
    None where the settings do not ask for the order at all.
    """

    order_id: int
    client_order_id: str
    order_type: str
    order_status: str
    is_test: bool
    billing_cycle_number: int
    original_order_id: int | None
    date_created: datetime
    completed_at: datetime | None
    price: Decimal
    total_discount: Decimal
    base_shipping: Decimal
    sales_tax: Decimal
    total_amount: Decimal
    currency_code: str
    store_hash: str | None
    is_switched_on: bool | None
    is_new: bool | None


_BILLING = {field: field for field in Address.__dataclass_fields__}
_SHIPPING = {field: f"ship_{field}" for field in Address.__dataclass_fields__}
_PLAIN = [name for name in CustomerOrder.__dataclass_fields__ if name not in ("billing", "shipping", "lines")]


def read(crm: Connection, order_ids: list[int]) -> dict[int, CustomerOrder]:
    """The orders with these ids and their lines, by order_id."""
    lines: dict[int, list[OrderLine]] = {order_id: [] for order_id in order_ids}
    rows = fetch_all(crm, "orders/lines", order_ids=order_ids)
    variants = {row["variant_detail_id"] for row in rows if row["variant_detail_id"] is not None}
    options = product_options(crm, sorted(variants))
    for row in rows:
        chosen = options.get(row["variant_detail_id"], ())
        lines[row["order_id"]].append(_line(row, chosen))
    return {
        row["order_id"]: CustomerOrder(
            **{name: row[name] for name in _PLAIN},
            billing=_address(row, _BILLING),
            shipping=_address(row, _SHIPPING) if any(row[name] for name in _SHIPPING.values()) else None,
            lines=tuple(lines[row["order_id"]]),
        )
        for row in fetch_all(crm, "orders/orders", order_ids=order_ids)
    }


def lines_of(crm: Connection, order_id: int) -> list[OrderLine]:
    """The lines of one order, in their order; none if there is no such order."""
    rows = fetch_all(crm, "orders/lines", order_ids=[order_id])
    return [_line(row) for row in rows]


def _line(row: dict[str, Any], options: tuple[ProductOption, ...] = ()) -> OrderLine:
    columns = {name: value for name, value in row.items() if name not in ("order_id", "variant_detail_id")}
    return OrderLine(**columns, options=options)


def facts(crm: Connection, order_id: int) -> OrderFacts | None:
    """One order without its customer; None if the CRM has no such order."""
    row = fetch_one(crm, "order_push/order", order_id=order_id)
    return OrderFacts(**row) if row else None


def _address(row: dict[str, Any], columns: dict[str, str]) -> Address:
    return Address(**{field: row[column] for field, column in columns.items()})
