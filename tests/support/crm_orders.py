"""Orders of the CRM as they are read from its database, for translating."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from include.crm.orders import Address, CustomerOrder, OrderLine
from include.order_push.places import Places
from include.order_push.translate import translate

BILLING = Address(
    first_name="Jane",
    last_name="Doe",
    company_name="Acme",
    address1="123 Main Street",
    address2="2nd floor",
    city="Austin",
    state="TX",
    postal_code="78751",
    country="US",
)
LINE = OrderLine(
    line_number=1,
    sku="TEA-S",
    name="Tea - small",
    quantity=2,
    price=Decimal("10.00"),
    bigcommerce_product_id=101,
    bigcommerce_variant_id=1001,
)
NOTHING = Decimal(0)
NO_LISTS = Places()


def billing(**changes: Any) -> Address:
    """A billing address in Texas."""
    return replace(BILLING, **changes)


def line(**changes: Any) -> OrderLine:
    """Two small teas at 10.00."""
    return replace(LINE, **changes)


def gone_line(**changes: Any) -> OrderLine:
    """The same, but BigCommerce no longer has the variant."""
    return line(**{"bigcommerce_product_id": None, "bigcommerce_variant_id": None, **changes})


def order(lines: Sequence[OrderLine] = (LINE,), **changes: Any) -> CustomerOrder:
    """A completed order of these lines that adds up, unless `changes` say otherwise."""
    money = {name: changes.pop(name, NOTHING) for name in ("total_discount", "base_shipping", "sales_tax")}
    price = sum((each.quantity * each.price for each in lines), NOTHING)
    fields: dict[str, Any] = {
        "order_id": 1234,
        "client_order_id": "",
        "order_type": "NEW_SALE",
        "order_status": "COMPLETE",
        "billing_cycle_number": 1,
        "original_order_id": None,
        "currency_code": "USD",
        "price": price,
        "total_amount": price - money["total_discount"] + money["base_shipping"] + money["sales_tax"],
        "coupon_code": "",
        "pay_source": "CREDITCARD",
        "name": "Jane Doe",
        "email_address": "jane@example.com",
        "phone_number": "+1 512 555 0100",
        "billing": BILLING,
        "shipping": None,
        "date_created": datetime(2026, 11, 20, 8, 30, tzinfo=timezone.utc),
        "completed_at": datetime(2026, 11, 20, 8, 31, tzinfo=timezone.utc),
        "lines": tuple(lines),
    }
    return CustomerOrder(**{**fields, **money, **changes})


@st.composite
def orders_that_add_up(draw: st.DrawFn) -> CustomerOrder:
    """Any quantities, prices, discount, shipping and tax, in the currency's smallest unit, that add up."""
    currency, decimals = draw(st.sampled_from([("JPY", 0), ("USD", 2), ("KWD", 3), ("CLF", 4)]))

    def amount(largest: int) -> Decimal:
        return Decimal(draw(st.integers(0, largest))).scaleb(-decimals)

    made = [gone_line, line]
    lines = [
        draw(st.sampled_from(made))(
            line_number=number, quantity=draw(st.integers(1, 10_000)), price=amount(10**6)
        )
        for number in range(1, draw(st.integers(1, 6)) + 1)
    ]
    shipping = amount(10**5)
    goods = sum((each.quantity * each.price for each in lines), Decimal(0))
    largest_discount = int((goods + shipping).scaleb(decimals))
    return order(
        lines,
        currency_code=currency,
        base_shipping=shipping,
        sales_tax=amount(10**8),
        total_discount=amount(largest_discount),
    )


def body_of(crm_order: CustomerOrder, places: Places = NO_LISTS) -> dict[str, Any]:
    """What is sent to a store whose currency is USD."""
    return translate(crm_order, status_id=11, store_currency="USD", places=places)
