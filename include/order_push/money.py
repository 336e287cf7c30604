"""An order's amounts as BigCommerce states them, equal to the CRM's to the last decimal.

The CRM charges tax once for the whole order; BigCommerce wants every amount twice, without and with tax:

    line            price_ex_tax          the CRM's price of one
                    price_inc_tax         the same and its share of the tax
    subtotal        subtotal_ex_tax       the CRM's price
                    subtotal_inc_tax      the same and the tax
    shipping        shipping_cost_…       base_shipping, both times
    discount        discount_amount       total_discount
    total           total_ex_tax          total_amount - sales_tax
                    total_inc_tax         total_amount

BigCommerce's file calls a stated subtotal and total "override values", so they are what counts, whatever a
store's own tax rules would make of the lines. And they are what BigCommerce's own sum makes of them,
subtotal + shipping - discount = total, with and without tax: working it out again changes nothing.

The tax goes over the lines by their worth, which is also how BigCommerce spreads a discount; with it there a
refund of a line in BigCommerce gives its tax back. A price has four decimals, so the lines may come to less
than subtotal_inc_tax: by less than 0.0001 for each piece of the priced line with the fewest, by nothing where
that is one piece. Goods worth nothing carry no tax; it is the shipping's then.

By the official file (orders.v2.oas2.yml) prices of lines are numbers, which Decimals become digit by digit,
and the order's amounts are text with four decimals; none may be negative.
"""

from __future__ import annotations

from decimal import Decimal

from include.crm.orders import CustomerOrder
from include.order_push.translation_errors import RETRY, CannotTranslate

DECIMALS = 4
# No amount of a real shop; below it the sums of an order are exact in 28 digits.
TOO_LARGE = Decimal(10) ** 12


def check_amounts(order: CustomerOrder) -> None:
    """Raises CannotTranslate where an amount cannot be, or they do not add up. A total of 0 is legal."""
    for line in order.lines:
        _check_amount(f"price of line {line.line_number}", line.price)
        if line.quantity <= 0:
            raise CannotTranslate(f"Line {line.line_number} has the quantity {line.quantity}.")
    for name, amount in (
        ("price", order.price),
        ("discount", order.total_discount),
        ("shipping", order.base_shipping),
        ("tax", order.sales_tax),
        ("total", order.total_amount),
    ):
        _check_amount(name, amount)
    goods = sum((line.quantity * line.price for line in order.lines), Decimal(0))
    if goods != order.price:
        raise CannotTranslate(f"The lines come to {goods:f}, but the order's price is {order.price:f}.")
    total = order.price - order.total_discount + order.base_shipping + order.sales_tax
    if total != order.total_amount:
        raise CannotTranslate(
            f"Price, discount, shipping and tax come to {total:f}, "
            f"but the order's total is {order.total_amount:f}."
        )
    if order.sales_tax > order.total_amount:
        raise CannotTranslate("The discount is larger than the price and the shipping together.")


def order_amounts(order: CustomerOrder) -> dict[str, str]:
    """The order's own amounts by BigCommerce's field, after `check_amounts`."""
    tax_of_goods = order.sales_tax if order.price else Decimal(0)
    tax_of_shipping = order.sales_tax - tax_of_goods
    amounts = {
        "subtotal_ex_tax": order.price,
        "subtotal_inc_tax": order.price + tax_of_goods,
        "discount_amount": order.total_discount,
        "shipping_cost_ex_tax": order.base_shipping,
        "shipping_cost_inc_tax": order.base_shipping + tax_of_shipping,
        "total_ex_tax": order.total_amount - order.sales_tax,
        "total_inc_tax": order.total_amount,
    }
    return {field: f"{amount:.{DECIMALS}f}" for field, amount in amounts.items()}


def line_taxes(order: CustomerOrder) -> dict[int, Decimal]:
    """The tax on one piece by line_number, after `check_amounts`; rounded down, what is left goes on.

    Lines with the fewest pieces come last, so that they take up what rounding left.
    """
    taxes = {}
    tax_left, worth_left = _whole(order.sales_tax), _whole(order.price)
    for line in sorted(order.lines, key=lambda line: line.quantity, reverse=True):
        price = _whole(line.price)
        tax = tax_left * price // worth_left if worth_left else 0
        tax_left -= tax * line.quantity
        worth_left -= price * line.quantity
        taxes[line.line_number] = Decimal(tax).scaleb(-DECIMALS)
    return taxes


def _whole(amount: Decimal) -> int:
    """In ten-thousandths."""
    return int(amount.scaleb(DECIMALS))


def _check_amount(name: str, amount: Decimal) -> None:
    if not (amount.is_finite() and abs(amount) < TOO_LARGE):
        raise CannotTranslate(f"The {name} is no amount that a shop could charge.")
    if amount < 0:
        raise CannotTranslate(f"The {name} is negative.")
    if amount != round(amount, DECIMALS):
        raise CannotTranslate(
            f"The {name} has more than {DECIMALS} decimals, which is all that BigCommerce keeps.",
            f"Round it in the CRM, {RETRY}",
        )
