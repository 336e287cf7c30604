"""Prices of lines whose sum is the order's price to the last decimal, even where the price does not divide.

The order's price is what was charged; quantity x price may miss it by a rounding in each line, of one of two
kinds:

    the line was rounded    3 x 8.325 is 24.975, charged as 24.98: by at most half a cent
    the price was rounded   92.00 / 3 is stated as 30.67, or cut to 30.66: by less than one unit of its
                            last decimal for each piece upwards, by half of one downwards

No rounding amounts to the price of a whole piece: 10,000 x 0.33 for 3,333.33 may as well be a wrong quantity.
Whatever is further off is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from include.bigcommerce.money import DECIMALS
from include.crm.orders import OrderLine
from include.order_push.currency_unit import in_units, is_whole
from include.order_push.translation_errors import RETRY, CannotTranslate


@dataclass(frozen=True)
class Pieces:
    """Some or all pieces of a line; `price` is of one, with at most DECIMALS."""

    line: OrderLine
    quantity: int
    price: Decimal


def price_lines(lines: Sequence[OrderLine], goods: Decimal, unit: Decimal) -> list[Pieces]:
    """Pieces of every line, in their order, that come to exactly `goods`.

    `unit` is the currency's smallest unit. Lines whose prices are exact stay as they are; the others are
    split where necessary. Raises CannotTranslate where `goods` differs by more than rounding explains.
    """
    exact = [Pieces(line, line.quantity, line.price) for line in lines]
    if all(is_whole(each.price, Decimal(1).scaleb(-DECIMALS)) for each in exact) and worth(exact) == goods:
        return exact
    if not is_whole(goods, unit):
        unit = Decimal(1).scaleb(-DECIMALS)  # the order's price is finer than the currency
    totals = _line_totals(lines, goods, unit)
    return [pieces for line, total in zip(lines, totals, strict=True) for pieces in _split(line, total, unit)]


def worth(pieces: Sequence[Pieces]) -> Decimal:
    """What the pieces come to."""
    return sum((each.quantity * each.price for each in pieces), Decimal(0))


def _line_totals(lines: Sequence[OrderLine], goods: Decimal, unit: Decimal) -> list[Decimal]:
    """What each line comes to, in whole units; together `goods`."""
    worths = [line.quantity * line.price for line in lines]
    missing = goods - sum(worths, Decimal(0))
    leeways = [_leeway(line, unit, upwards=missing > 0) for line in lines]
    leeway_left = sum(leeways, Decimal(0))
    if abs(missing) > leeway_left:
        raise CannotTranslate(
            f"The lines come to {_plain(sum(worths, Decimal(0)), unit)}, "
            f"but the order's price is {_plain(goods, unit)}; rounding does not explain the difference.",
            "In the CRM, correct the prices of the lines or the order's price, or give the price of a piece "
            f"with more decimals; {RETRY}",
        )
    totals = []
    worth_so_far = given = Decimal(0)
    for line_worth, leeway in zip(worths, leeways, strict=True):
        if not leeway:
            totals.append(line_worth)
            continue
        # every line takes its part of what is missing, in proportion to what its rounding can have caused
        part = missing * leeway / leeway_left
        missing -= part
        leeway_left -= leeway
        worth_so_far += line_worth + part
        totals.append(in_units(worth_so_far, unit) - given)
        given += totals[-1]
    return totals


def _leeway(line: OrderLine, unit: Decimal, *, upwards: bool) -> Decimal:
    """By how much a line may miss what was charged, because it or its price was rounded.

    A line without any comes to whole units.
    """
    line_was_rounded = Decimal(0) if is_whole(line.quantity * line.price, unit) else unit / 2
    last_decimal = min(unit, Decimal(1).scaleb(int(line.price.normalize().as_tuple().exponent)))
    pieces = line.quantity - 1 if upwards else line.quantity // 2
    price_was_rounded = min(pieces * last_decimal, line.price - last_decimal)
    return max(line_was_rounded, price_was_rounded, Decimal(0))


def _split(line: OrderLine, total: Decimal, unit: Decimal) -> list[Pieces]:
    """The dearer pieces first: 92.00 for 3 are 2 at 30.67 and 1 at 30.66."""
    each, dearer = divmod(int(total / unit), line.quantity)
    pieces = [
        Pieces(line, dearer, (each + 1) * unit),
        Pieces(line, line.quantity - dearer, each * unit),
    ]
    return [some for some in pieces if some.quantity]


def _plain(amount: Decimal, unit: Decimal) -> str:
    return f"{in_units(amount, unit) if is_whole(amount, unit) else round(amount, DECIMALS):f}"
