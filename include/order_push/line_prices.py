"""Prices of lines whose sum is the order's price to the last decimal, also where they do not divide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from include.crm.orders import OrderLine
from include.order_push.translation_errors import RETRY, CannotTranslate

DECIMALS = 4  # of a price in BigCommerce
# Beyond these, the decimals of a price are noise, as of a binary fraction.
_MOST_DECIMALS = 8


@dataclass(frozen=True)
class Pieces:
    """Some or all pieces of a line; `price` is of one, with at most DECIMALS."""

    line: OrderLine
    quantity: int
    price: Decimal


def price_lines(lines: Sequence[OrderLine], goods: Decimal, unit: Decimal) -> list[Pieces]:
    """Pieces of every line, in their order, that come to exactly `goods`.

    `unit` is the currency's smallest unit. Lines whose prices are exact stay as they are; the others are
    split where necessary. Raises CannotTranslate where `goods` differs by more than the rounding of prices.
    """
    exact = [Pieces(line, line.quantity, line.price) for line in lines]
    if all(_fits(each.price) for each in exact) and _worth(exact) == goods:
        return exact
    if goods != round(goods, -unit.adjusted()):
        unit = Decimal(1).scaleb(-DECIMALS)  # the order's price is finer than the currency
    totals = _line_totals(lines, goods, unit)
    return [pieces for line, total in zip(lines, totals, strict=True) for pieces in _split(line, total, unit)]


def _line_totals(lines: Sequence[OrderLine], goods: Decimal, unit: Decimal) -> list[Decimal]:
    """What each line comes to, in whole units; together `goods`."""
    worths = [line.quantity * line.price for line in lines]
    allowed = [_allowed(line, unit) for line in lines]
    missing = goods - sum(worths, Decimal(0))
    if abs(missing) > sum(allowed, Decimal(0)):
        raise CannotTranslate(
            f"The lines come to {_plain(sum(worths, Decimal(0)), unit)}, "
            f"but the order's price is {_plain(goods, unit)}.",
            f"Correct the prices of the lines or the order's price in the CRM, {RETRY}",
        )
    totals = []
    worth_so_far = given = Decimal(0)
    allowed_left, missing_left = sum(allowed, Decimal(0)), missing
    for worth, share in zip(worths, allowed, strict=True):
        # every line takes its part of what is missing, by how much its rounding may have caused
        part = missing_left * share / allowed_left if allowed_left else Decimal(0)
        missing_left -= part
        allowed_left -= share
        worth_so_far += worth + part
        total = max(Decimal(0), _in_units(worth_so_far, unit) - given)
        totals.append(total)
        given += total
    totals[-1] = max(Decimal(0), totals[-1] + goods - given)
    return totals


def _split(line: OrderLine, total: Decimal, unit: Decimal) -> list[Pieces]:
    """The dearer pieces first: 92.00 for 3 are 2 at 30.67 and 1 at 30.66."""
    each, dearer = divmod(int(total / unit), line.quantity)
    pieces = [
        Pieces(line, dearer, (each + 1) * unit),
        Pieces(line, line.quantity - dearer, each * unit),
    ]
    return [some for some in pieces if some.quantity]


def _allowed(line: OrderLine, unit: Decimal) -> Decimal:
    """By how much a line may miss its worth because the price of one was rounded, or cut.

    That is one unit of the price's last decimal for each piece; nothing for a single piece with a price in
    whole cents, and for what is free.
    """
    is_whole = line.price == _in_units(line.price, unit)
    if not line.price or (line.quantity == 1 and is_whole):
        return Decimal(0)
    decimals = max(-int(line.price.normalize().as_tuple().exponent), -unit.adjusted())
    return line.quantity * Decimal(1).scaleb(-min(decimals, _MOST_DECIMALS))


def _in_units(amount: Decimal, unit: Decimal) -> Decimal:
    return round(amount, -unit.adjusted())


def _fits(price: Decimal) -> bool:
    return price == round(price, DECIMALS)


def _worth(pieces: Sequence[Pieces]) -> Decimal:
    return sum((each.quantity * each.price for each in pieces), Decimal(0))


def _plain(amount: Decimal, unit: Decimal) -> str:
    in_units = _in_units(amount, unit)
    return f"{in_units if in_units == amount else round(amount, DECIMALS):f}"
