"""Takes the order of a basket, once, as the CRM does: COMPLETE, with its lines and the prices shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from decimal import Decimal
from hashlib import sha256

from include.checkout.basket import Basket
from include.checkout.links import Contents
from include.crm import demo_orders
from include.crm.database import Connection

_PREFIX = "checkout-"
# Nobody types an address into a demo.
CUSTOMER = {
    "customer_id": 1,
    "name": "Jane Doe",
    "email_address": "jane.doe@example.com",
    "phone_number": "+1 512 555 0100",
    "first_name": "Jane",
    "last_name": "Doe",
    "address1": "123 Main Street",
    "city": "Austin",
    "state": "TX",
    "postal_code": "78751",
    "country": "US",
}


def take_order(crm: Connection, basket: Basket, key: str) -> int:
    """The id of the order; the same key always gives the same order."""
    now = datetime.now(timezone.utc)
    order = {
        **CUSTOMER,
        "campaign_id": basket.campaign_id,
        "order_type": "NEW_SALE",
        "order_status": "COMPLETE",
        "is_test": False,
        "billing_cycle_number": 1,
        "pay_source": "CREDITCARD",
        "currency_code": basket.currency_code,
        "price": basket.total,
        "total_discount": Decimal(0),
        "base_shipping": Decimal(0),
        "sales_tax": Decimal(0),
        "total_amount": basket.total,
        "date_created": now,
        "date_updated": now,
        "completed_at": None,  # the database fills it in
    }
    return demo_orders.add_order_once(crm, key, {**_EMPTY, **order}, list(_lines(basket)))


def key_of(contents: Contents, press: str) -> str:
    """What makes two presses of *Pay* one order: the cart and what is in it; without a cart, the page."""
    text = f"{contents.cart_id or press} {contents.items}"
    return f"{_PREFIX}{sha256(text.encode()).hexdigest()[:24]}"


def is_ours(client_order_id: str) -> bool:
    """Whether an order was taken here."""
    return client_order_id.startswith(_PREFIX)


def _lines(basket: Basket) -> Iterator[dict[str, object]]:
    for number, line in enumerate(basket.lines, start=1):
        yield {
            "line_number": number,
            "campaign_product_id": line.variant.campaign_product_id,
            "variant_detail_id": line.variant.variant_detail_id,
            "sku": line.variant.sku,
            "name": line.variant.name,
            "quantity": line.quantity,
            "price": line.variant.price,
        }


_EMPTY = dict.fromkeys(
    [
        *("coupon_code", "company_name", "address2"),
        *("ship_first_name", "ship_last_name", "ship_company_name", "ship_address1", "ship_address2"),
        *("ship_city", "ship_state", "ship_postal_code", "ship_country"),
    ],
    "",
)
