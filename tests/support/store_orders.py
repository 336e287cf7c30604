"""The bodies of orders to send to a sandbox store."""

from __future__ import annotations

from typing import Any

ORDERS = "/v2/orders"
ADDRESS = {
    "first_name": "Jane",
    "last_name": "Doe",
    "street_1": "123 Main Street",
    "city": "Austin",
    "state": "Texas",
    "zip": "78751",
    "country": "United States",
    "country_iso2": "US",
    "email": "jane@example.com",
}


def address(**changes: Any) -> dict[str, Any]:
    """A billing address that the store accepts."""
    return {**ADDRESS, **changes}


def line(**changes: Any) -> dict[str, Any]:
    """A catalogue line: two of the first product's first variant, 10 each."""
    return {
        "product_id": 101,
        "variant_id": 1001,
        "quantity": 2,
        "price_ex_tax": 10,
        "price_inc_tax": 10,
        **changes,
    }


def custom_line(**changes: Any) -> dict[str, Any]:
    """A custom line, which is not in the catalogue."""
    return {"name": "Gift", "quantity": 1, "price_ex_tax": 5, "price_inc_tax": 5, **changes}


def order(**changes: Any) -> dict[str, Any]:
    """One line of the catalogue, worth 20; fields that are None are omitted."""
    body = {
        "billing_address": address(),
        "products": [line()],
        "customer_id": 0,
        "status_id": 11,
        "external_source": "CRM",
        "external_order_id": "crm-1",
        **changes,
    }
    return {name: value for name, value in body.items() if value is not None}


def shipment(quantity: int, **changes: Any) -> dict[str, Any]:
    """So many of the first line of order 100."""
    items = [{"order_product_id": 100_001, "quantity": quantity}]
    return {"order_address_id": 1000, "items": items, **changes}
