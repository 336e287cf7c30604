"""Awkward orders for the order push: each function changes a plain completed order in one way.

The push can send some of them; it rejects most.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from include.local.demo_orders.order import ZERO, CrmOrder, add_up

AwkwardCase = Callable[[CrmOrder], None]

UNKNOWN_ID = 999_999_999
IN_TEXAS = {"address1": "1 Main St", "city": "Austin", "state": "TX", "postal_code": "78751", "country": "US"}


def missing_address_line(made: CrmOrder) -> None:
    made.order.update(address1="", address2="")


def missing_city(made: CrmOrder) -> None:
    made.order["city"] = ""


def missing_postal_code(made: CrmOrder) -> None:
    made.order["postal_code"] = ""


def missing_country(made: CrmOrder) -> None:
    made.order["country"] = ""


def missing_state(made: CrmOrder) -> None:
    made.order.update(IN_TEXAS, state="")


def missing_name(made: CrmOrder) -> None:
    made.order.update(first_name="", last_name="", name="")


def missing_last_name(made: CrmOrder) -> None:
    made.order.update(first_name="Cher", last_name="", name="Cher")


def missing_email(made: CrmOrder) -> None:
    made.order["email_address"] = ""


def unknown_country(made: CrmOrder) -> None:
    made.order["country"] = "ZZ"


def unknown_state(made: CrmOrder) -> None:
    made.order.update(IN_TEXAS, state="Ontario")


def unknown_shipping_country(made: CrmOrder) -> None:
    made.order.update({f"ship_{part}": text for part, text in IN_TEXAS.items()}, ship_country="XX")


def wrong_email(made: CrmOrder) -> None:
    made.order["email_address"] = "jane.doe at example.com"


def long_customer_name(made: CrmOrder) -> None:
    made.order.update(first_name="Æ" * 300, last_name="x" * 300, name=f"{'Æ' * 300} {'x' * 300}")


def long_product_name(made: CrmOrder) -> None:
    """The variant is unknown too, so the push sends the name."""
    made.lines[0].update(name="ß" * 300, variant_detail_id=UNKNOWN_ID)


def markup_name(made: CrmOrder) -> None:
    made.order.update(
        first_name="<b>Bobby</b>", last_name="'); DROP TABLE orders;--", company_name='\\ " &amp;'
    )


def unknown_variant(made: CrmOrder) -> None:
    made.lines[0]["variant_detail_id"] = UNKNOWN_ID


def no_variant(made: CrmOrder) -> None:
    """A line with neither product nor variant, only its name."""
    made.lines[0].update(campaign_product_id=None, variant_detail_id=None, sku="", name="Gift wrapping")


def nameless_line(made: CrmOrder) -> None:
    made.lines[0].update(campaign_product_id=None, variant_detail_id=None, sku="", name="")


def no_lines(made: CrmOrder) -> None:
    made.lines.clear()
    made.order.update(total_discount=ZERO, sales_tax=ZERO)
    add_up(made)


def many_lines(made: CrmOrder) -> None:
    first = made.lines[0]
    made.lines[:] = [{**first, "line_number": number, "quantity": 1} for number in range(1, 501)]
    add_up(made)


def zero_amount(made: CrmOrder) -> None:
    for line in made.lines:
        line["price"] = ZERO
    made.order.update(total_discount=ZERO, base_shipping=ZERO, sales_tax=ZERO)
    add_up(made)


def negative_amount(made: CrmOrder) -> None:
    made.order["total_discount"] = made.order["price"] * 2 + 100
    add_up(made)


def negative_price(made: CrmOrder) -> None:
    made.lines[0]["price"] = Decimal("-1.00")
    add_up(made)


def zero_quantity(made: CrmOrder) -> None:
    made.lines[0]["quantity"] = 0
    add_up(made)


def fractions_of_a_cent(made: CrmOrder) -> None:
    made.lines[0].update(price=Decimal("10.33335"), quantity=3)
    add_up(made)


def largest_amount(made: CrmOrder) -> None:
    made.lines[0].update(price=Decimal("99999999.99"), quantity=1)
    add_up(made)


def lines_do_not_add_up(made: CrmOrder) -> None:
    made.order["price"] += 1
    made.order["total_amount"] += 1


def total_does_not_add_up(made: CrmOrder) -> None:
    made.order["total_amount"] += Decimal("0.01")


def other_currency(made: CrmOrder) -> None:
    made.order["currency_code"] = "CHF"


def unknown_currency(made: CrmOrder) -> None:
    made.order["currency_code"] = "???"


AWKWARD_CASES: tuple[AwkwardCase, ...] = (
    missing_address_line,
    missing_city,
    missing_postal_code,
    missing_country,
    missing_state,
    missing_name,
    missing_last_name,
    missing_email,
    unknown_country,
    unknown_state,
    unknown_shipping_country,
    wrong_email,
    long_customer_name,
    long_product_name,
    markup_name,
    unknown_variant,
    no_variant,
    nameless_line,
    no_lines,
    many_lines,
    zero_amount,
    negative_amount,
    negative_price,
    zero_quantity,
    fractions_of_a_cent,
    largest_amount,
    lines_do_not_add_up,
    total_does_not_add_up,
    other_currency,
    unknown_currency,
)
