"""An order, its addresses and its lines, in the shape the API sends them.

Field names and types follow order_Resp and orderProducts of orders.v2.oas2.yml. Money is text with four
decimals, dates are RFC-2822. Like all records they are immutable: a change creates a new one.
"""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from email.utils import format_datetime

from msgspec import Struct

HOST = "https://api.bigcommerce.com/stores/sandbox/v2"  # of the links in answers
NOTHING = "0.0000"
_FOUR_DECIMALS = Decimal("0.0001")

STATUSES = {
    0: "Incomplete",
    1: "Pending",
    2: "Shipped",
    3: "Partially Shipped",
    4: "Refunded",
    5: "Cancelled",
    6: "Declined",
    7: "Awaiting Payment",
    8: "Awaiting Pickup",
    9: "Awaiting Shipment",
    10: "Completed",
    11: "Awaiting Fulfillment",
    12: "Manual Verification Required",
    13: "Disputed",
    14: "Partially Refunded",
}


def money(amount: Decimal) -> str:
    """As V2 writes it, such as "12.5000"."""
    return str(amount.quantize(_FOUR_DECIMALS, ROUND_HALF_UP))


def address_id(order_id: int) -> int:
    """The id of an order's shipping address, of which it has one."""
    return order_id * 10


def rfc_2822(moment: datetime) -> str:
    """As V2 writes a date, such as "Tue, 20 Nov 2012 00:00:00 +0000"."""
    return format_datetime(moment)


class Address(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """The billing address."""

    first_name: str = ""
    last_name: str = ""
    company: str = ""
    street_1: str = ""
    street_2: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    country: str = ""
    country_iso2: str = ""
    phone: str = ""
    email: str = ""
    form_fields: tuple[dict[str, str], ...] = ()


class ShippingAddress(Address, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """The shipping address."""

    shipping_method: str = ""


class ChosenOption(Struct, frozen=True, kw_only=True, gc=False):
    """What a line chose for a modifier (orderProductOptions)."""

    id: int
    option_id: int
    order_product_id: int
    product_option_id: int
    display_name: str
    display_value: str
    value: str
    type: str
    name: str


class OrderLine(Struct, frozen=True, kw_only=True, gc=False):
    """A line of an order; `product_id` and `variant_id` are 0 for a custom line."""

    id: int
    order_id: int
    product_id: int
    variant_id: int
    name: str
    name_customer: str
    name_merchant: str
    sku: str
    upc: str
    type: str = "physical"
    quantity: int
    base_price: str
    price_ex_tax: str
    price_inc_tax: str
    price_tax: str
    base_total: str
    total_ex_tax: str
    total_inc_tax: str
    total_tax: str
    is_refunded: bool = False
    quantity_refunded: int = 0
    quantity_shipped: int = 0
    product_options: tuple[ChosenOption, ...] = ()


class Resource(Struct, frozen=True, gc=False):
    """A link to a part of the order."""

    url: str
    resource: str


class Order(Struct, frozen=True, kw_only=True, gc=False):
    """An order as GET /v2/orders/{id} shows it."""

    id: int
    customer_id: int
    date_created: str
    date_modified: str
    date_shipped: str = ""
    cart_id: str = ""
    status_id: int
    status: str
    subtotal_ex_tax: str
    subtotal_inc_tax: str
    subtotal_tax: str
    base_shipping_cost: str
    shipping_cost_ex_tax: str
    shipping_cost_inc_tax: str
    shipping_cost_tax: str
    shipping_cost_tax_class_id: int = 0
    base_handling_cost: str
    handling_cost_ex_tax: str
    handling_cost_inc_tax: str
    handling_cost_tax: str
    handling_cost_tax_class_id: int = 0
    base_wrapping_cost: str
    wrapping_cost_ex_tax: str
    wrapping_cost_inc_tax: str
    wrapping_cost_tax: str
    wrapping_cost_tax_class_id: int = 0
    total_ex_tax: str
    total_inc_tax: str
    total_tax: str
    is_tax_inclusive_pricing: bool = False
    items_total: int
    items_shipped: int = 0
    payment_method: str
    payment_provider_id: str | int
    payment_status: str = ""
    refunded_amount: str = NOTHING
    order_is_digital: bool = False
    store_credit_amount: str = NOTHING
    gift_certificate_amount: str = NOTHING
    ip_address: str
    ip_address_v6: str
    geoip_country: str
    geoip_country_iso2: str
    currency_id: int = 1
    currency_code: str
    currency_exchange_rate: str = "1.0000000000"
    default_currency_id: int = 1
    default_currency_code: str
    store_default_currency_code: str
    store_default_to_transactional_exchange_rate: str = "1.0000000000"
    staff_notes: str
    customer_message: str
    discount_amount: str
    coupon_discount: str = NOTHING
    shipping_address_count: int = 1
    is_deleted: bool = False
    ebay_order_id: str = "0"
    is_email_opt_in: bool = False
    credit_card_type: str | None = None
    order_source: str = "external"
    channel_id: int
    external_source: str | None
    external_id: str | None = None
    external_merchant_id: str | None
    external_order_id: str | int | None  # ours are text; other apps write anything
    tax_provider_id: str = ""
    customer_locale: str
    custom_status: str
    billing_address: Address
    consignments: Resource
    products: Resource
    shipping_addresses: Resource
    coupons: Resource
    fees: Resource
