"""A shipment of an order, in the shape the API sends it (orderShipment of orders.v2.oas2.yml)."""

from __future__ import annotations

from msgspec import Struct

from include.sandbox.orders.records import Address, ShippingAddress


class ShippedItem(Struct, frozen=True, gc=False):
    """So many of one line of the order."""

    order_product_id: int
    product_id: int
    quantity: int


class Shipment(Struct, frozen=True, kw_only=True, gc=False):
    """A shipment of an order (orderShipment)."""

    id: int
    order_id: int
    customer_id: int
    order_address_id: int
    date_created: str
    tracking_number: str
    merchant_shipping_cost: str
    shipping_method: str
    comments: str
    shipping_provider: str
    shipping_provider_display_name: str = ""
    tracking_carrier: str
    tracking_link: str
    generated_tracking_link: str = ""
    billing_address: Address
    shipping_address: ShippingAddress
    items: tuple[ShippedItem, ...]
