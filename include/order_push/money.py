"""An order's amounts as BigCommerce states them, with totals equal to the CRM's.

The CRM charges tax once for the whole order; BigCommerce wants every amount twice, without and with tax:

    line            price_ex_tax          the CRM's price of one piece
                    price_inc_tax         the same and its share of the tax
    subtotal        subtotal_ex_tax       the CRM's price
                    subtotal_inc_tax      the same and the tax
    shipping        shipping_cost_…       base_shipping, both times
    discount        discount_amount       total_discount
    total           total_ex_tax          total_amount - sales_tax
                    total_inc_tax         total_amount

BigCommerce's file calls a stated subtotal and total "override values": they count, whatever a store's own tax
rules would make of the lines. They also equal BigCommerce's own sum, subtotal + shipping - discount = total,
with and without tax, so that recalculating them changes nothing.

**Prices that do not divide.** Three pieces for 92.00 have no price of one in cents: the CRM then says
30.6666666667, 30.6667 or 30.67, and quantity x price misses the order's price by a rounding. The order's
price is what the customer paid, so such a line is split: 2 pieces at 30.67 and 1 at 30.66 (line_prices.py).

**Tax** is spread over the lines by their worth, which is also how BigCommerce spreads a discount; so a refund
of a line in BigCommerce gives its tax back. A price has four decimals, so the lines may come to less than
subtotal_inc_tax: by less than 0.0001 for each piece of the priced line with the fewest, by nothing where that
is one piece. Goods worth nothing carry no tax; it is the shipping's then.

**A discount that is larger than price and shipping**, such as a coupon for a whole order, takes away tax as
well, and BigCommerce allows no negative total without tax. So that part is neither charged nor discounted.

By the official file (orders.v2.oas2.yml) prices of lines are numbers, which Decimals become digit by digit,
and the order's amounts are text with four decimals; none may be negative.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from include.bigcommerce.money import DECIMALS
from include.crm.currencies import MOST_DECIMALS
from include.crm.orders import CustomerOrder, OrderLine
from include.order_push.currency_unit import in_units, is_whole, unit_of
from include.order_push.line_prices import Pieces, price_lines, worth
from include.order_push.translation_errors import RETRY, CannotTranslate

# No amount of a real shop; below it the sums of an order are exact in 28 digits.
TOO_LARGE = Decimal(10) ** 12


@dataclass(frozen=True)
class PricedLine:
    """Pieces of a CRM line that are sold at one price; `price` and `tax` are those of one piece."""

    line: OrderLine
    quantity: int
    price: Decimal
    tax: Decimal


@dataclass(frozen=True)
class PricedOrder:
    """The lines to send, and the order's own amounts by BigCommerce's field."""

    lines: list[PricedLine]
    amounts: dict[str, str]


@dataclass(frozen=True)
class _Amounts:
    """The amounts of an order, none with more than DECIMALS, that add up."""

    price: Decimal
    discount: Decimal
    shipping: Decimal
    tax: Decimal
    total: Decimal


def price_order(order: CustomerOrder) -> PricedOrder:
    """The lines and amounts to send. Raises CannotTranslate where an amount is impossible or the sum wrong.

    A total of 0 is legal.
    """
    for line in order.lines:
        _check_amount(f"price of line {line.line_number}", line.price)
        if line.quantity <= 0:
            raise CannotTranslate(
                f"Line {line.line_number} has the quantity {line.quantity}.",
                f"Correct the quantity in the CRM, {RETRY}",
            )
    unit = unit_of(order.currency_code)
    named = _named(order)
    pieces = price_lines(order.lines, round(order.price, DECIMALS), unit)
    amounts = _amounts(named, unit)
    if worth(pieces) != amounts.price:
        pieces = price_lines(order.lines, amounts.price, unit)
    return PricedOrder(_with_tax(pieces, amounts), _by_field(amounts))


def _named(order: CustomerOrder) -> dict[str, Decimal]:
    """The order's own amounts, each possible by itself."""
    named = {
        "price": order.price,
        "discount": order.total_discount,
        "shipping": order.base_shipping,
        "tax": order.sales_tax,
        "total": order.total_amount,
    }
    for name, amount in named.items():
        _check_amount(name, amount)
    return named


def _amounts(named: Mapping[str, Decimal], unit: Decimal) -> _Amounts:
    """Amounts that miss the total by a rounding are brought to it: the total is what was paid."""
    rounded = {name: round(amount, DECIMALS) for name, amount in named.items()}
    signs = {"tax": 1, "discount": -1, "shipping": 1, "price": 1}
    total = _sum(rounded)
    if in_units(rounded["total"], unit) == in_units(total, unit) and not is_whole(rounded["total"], unit):
        rounded["total"] = total  # finer than anybody can pay: the same to the smallest unit
    left = rounded["total"] - total
    # amounts that were never rounded to the currency's smallest unit, while their total was
    fine = [name for name in signs if not is_whole(named[name], unit)]
    if left and abs(left) <= unit / 2 * len(fine):
        for name in fine:
            if rounded[name] + signs[name] * left >= 0:
                rounded[name] += signs[name] * left
                left = Decimal(0)
                break
    if left:
        raise CannotTranslate(
            f"Price, discount, shipping and tax come to {_plain(_sum(named))}, "
            f"but the order's total is {_plain(named['total'])}.",
            f"Correct the amounts in the CRM so that they add up, {RETRY}",
        )
    if (taken_away := rounded["tax"] - rounded["total"]) > 0:
        rounded["tax"] -= taken_away
        rounded["discount"] -= taken_away
    return _Amounts(**rounded)


def _plain(amount: Decimal) -> str:
    return f"{amount if round(amount, MOST_DECIMALS) == amount else round(amount, MOST_DECIMALS):f}"


def _sum(amounts: Mapping[str, Decimal]) -> Decimal:
    return amounts["price"] - amounts["discount"] + amounts["shipping"] + amounts["tax"]


def _by_field(amounts: _Amounts) -> dict[str, str]:
    tax_of_goods = amounts.tax if amounts.price else Decimal(0)
    tax_of_shipping = amounts.tax - tax_of_goods
    fields = {
        "subtotal_ex_tax": amounts.price,
        "subtotal_inc_tax": amounts.price + tax_of_goods,
        "discount_amount": amounts.discount,
        "shipping_cost_ex_tax": amounts.shipping,
        "shipping_cost_inc_tax": amounts.shipping + tax_of_shipping,
        "total_ex_tax": amounts.total - amounts.tax,
        "total_inc_tax": amounts.total,
    }
    return {field: f"{amount:.{DECIMALS}f}" for field, amount in fields.items()}


def _with_tax(pieces: Sequence[Pieces], amounts: _Amounts) -> list[PricedLine]:
    """The tax on one piece of each, rounded down; what is left goes to the next.

    Lines with the fewest pieces come last, so that they take up what rounding left.
    """
    taxes: dict[int, Decimal] = {}
    tax_left, worth_left = _whole(amounts.tax), _whole(amounts.price)
    for place, each in sorted(enumerate(pieces), key=lambda item: item[1].quantity, reverse=True):
        price = _whole(each.price)
        tax = tax_left * price // worth_left if worth_left else 0
        tax_left -= tax * each.quantity
        worth_left -= price * each.quantity
        taxes[place] = Decimal(tax).scaleb(-DECIMALS)
    return [
        PricedLine(each.line, each.quantity, each.price, taxes[place]) for place, each in enumerate(pieces)
    ]


def _whole(amount: Decimal) -> int:
    """In ten-thousandths."""
    return int(amount.scaleb(DECIMALS))


def _check_amount(name: str, amount: Decimal) -> None:
    if not (amount.is_finite() and abs(amount) < TOO_LARGE):
        raise CannotTranslate(f"The {name} is not an amount that a shop could charge.", _correct(name))
    if amount < 0:
        raise CannotTranslate(f"The {name} is negative.", _correct(name))


def _correct(name: str) -> str:
    return f"Correct the {name} in the CRM, {RETRY}"
