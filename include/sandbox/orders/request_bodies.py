"""What clients send about orders and shipments: the fields of each POST and PUT.

Fields that orders.v2.oas2.yml does not define are refused, and so are those of features that this store
lacks: customers, consignments, fees, gift wrapping.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from include.sandbox.orders.records import Address, ShippingAddress


class Choice(Struct, forbid_unknown_fields=True, gc=False):
    """A line's choice for a modifier: a value's id, or typed text."""

    id: int
    value: str
    display_name: str = ""
    display_name_customer: str = ""
    display_name_merchant: str = ""
    display_value: str = ""
    display_value_customer: str = ""
    display_value_merchant: str = ""


class NewLine(Struct, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A catalogue line with a `product_id`, or a custom line without one."""

    product_id: int | None = None
    variant_id: int | None = None
    quantity: Annotated[int, Meta(ge=1)]
    price_ex_tax: Decimal | None = None
    price_inc_tax: Decimal | None = None
    name: Annotated[str, Meta(min_length=1, max_length=250)] | None = None
    name_customer: Annotated[str, Meta(min_length=1, max_length=250)] | None = None
    name_merchant: Annotated[str, Meta(min_length=1, max_length=250)] | None = None
    sku: str = ""
    upc: str = ""
    product_options: list[Choice] = []


class NewOrder(Struct, kw_only=True, forbid_unknown_fields=True, gc=False):
    """The fields of a POST."""

    billing_address: Address
    products: Annotated[list[NewLine], Meta(min_length=1)]
    shipping_addresses: list[ShippingAddress] = []
    customer_id: int = 0
    status_id: int = 1
    date_created: str | None = None
    subtotal_ex_tax: Decimal | None = None
    subtotal_inc_tax: Decimal | None = None
    base_shipping_cost: Decimal | None = None
    shipping_cost_ex_tax: Decimal | None = None
    shipping_cost_inc_tax: Decimal | None = None
    base_handling_cost: Decimal | None = None
    handling_cost_ex_tax: Decimal | None = None
    handling_cost_inc_tax: Decimal | None = None
    base_wrapping_cost: Decimal | None = None
    wrapping_cost_ex_tax: Decimal | None = None
    wrapping_cost_inc_tax: Decimal | None = None
    total_ex_tax: Decimal | None = None
    total_inc_tax: Decimal | None = None
    discount_amount: Decimal = Decimal(0)
    default_currency_code: str | None = None
    channel_id: int = 1
    payment_method: str = "Manual"
    payment_provider_id: str | int = ""
    staff_notes: Annotated[str, Meta(max_length=65535)] = ""
    customer_message: str = ""
    customer_locale: str = "en"
    external_source: str | None = None
    external_order_id: str = ""
    external_merchant_id: str | None = None
    ip_address: Annotated[str, Meta(max_length=30)] = ""
    ip_address_v6: Annotated[str, Meta(max_length=39)] = ""
    geoip_country: str = ""
    geoip_country_iso2: str = ""
    items_shipped: int = 0
    order_is_digital: bool = False
    refunded_amount: Decimal = Decimal(0)


class ChangedOrder(Struct, kw_only=True, forbid_unknown_fields=True):
    """The fields of a PUT that this store supports."""

    status_id: int | UnsetType = UNSET
    is_deleted: bool | UnsetType = UNSET
    staff_notes: Annotated[str, Meta(max_length=65535)] | UnsetType = UNSET
    customer_message: str | UnsetType = UNSET
    payment_method: str | UnsetType = UNSET
    external_source: str | UnsetType | None = UNSET
    external_order_id: str | UnsetType = UNSET


class NewShippedItem(Struct, forbid_unknown_fields=True):
    """So many of one line of the order."""

    order_product_id: int
    quantity: Annotated[int, Meta(ge=1)]
    product_id: int = 0


class NewShipment(Struct, kw_only=True, forbid_unknown_fields=True):
    """The fields of a POST of a shipment."""

    order_address_id: int
    items: Annotated[list[NewShippedItem], Meta(min_length=1)]
    tracking_number: Annotated[str, Meta(max_length=50)] = ""
    merchant_shipping_cost: str = "0.0000"
    shipping_method: str = ""
    shipping_provider: str = ""
    tracking_carrier: str = ""
    tracking_link: Annotated[str, Meta(max_length=500)] = ""
    comments: Annotated[str, Meta(max_length=65535)] = ""


class ChangedShipment(Struct, kw_only=True, forbid_unknown_fields=True):
    """The fields of a PUT of a shipment."""

    order_address_id: int | UnsetType = UNSET
    tracking_number: Annotated[str, Meta(max_length=50)] | UnsetType = UNSET
    merchant_shipping_cost: str | UnsetType = UNSET
    shipping_method: str | UnsetType = UNSET
    shipping_provider: str | UnsetType = UNSET
    tracking_carrier: str | UnsetType = UNSET
    tracking_link: Annotated[str, Meta(max_length=500)] | UnsetType = UNSET
    comments: Annotated[str, Meta(max_length=65535)] | UnsetType = UNSET
