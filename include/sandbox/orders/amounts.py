"""The amounts of an order.

Subtotal and total are calculated from the lines: total = subtotal + shipping + handling + wrapping -
discount, never below 0. An order may override its subtotal or its total independently: an overridden subtotal
does not change the total (BigCommerce's documentation recommends overriding both or neither).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from include.sandbox.encoding import ZERO
from include.sandbox.orders.lines import Sold, prices
from include.sandbox.orders.records import money
from include.sandbox.orders.request_bodies import NewOrder
from include.sandbox.orders.request_checks import PAIRS


def work_out_amounts(new: NewOrder, sold: list[Sold]) -> dict[str, Any]:
    """Every amount of the order by its field, as text with four decimals."""
    subtotal_ex_tax = subtotal_inc_tax = ZERO
    for line, _, variant in sold:
        ex_tax, inc_tax = prices(line, variant)
        subtotal_ex_tax += ex_tax * line.quantity
        subtotal_inc_tax += inc_tax * line.quantity
    amounts = {"discount_amount": new.discount_amount}
    extras_ex_tax = extras_inc_tax = ZERO
    for kind in ("shipping", "handling", "wrapping"):
        base, ex_tax, inc_tax = _extra(new, kind)
        amounts[f"base_{kind}_cost"] = base
        amounts[f"{kind}_cost_ex_tax"] = ex_tax
        amounts[f"{kind}_cost_inc_tax"] = inc_tax
        extras_ex_tax += ex_tax
        extras_inc_tax += inc_tax
    worked_out = {
        "subtotal_ex_tax": subtotal_ex_tax,
        "subtotal_inc_tax": subtotal_inc_tax,
        "total_ex_tax": max(ZERO, subtotal_ex_tax + extras_ex_tax - new.discount_amount),
        "total_inc_tax": max(ZERO, subtotal_inc_tax + extras_inc_tax - new.discount_amount),
    }
    for field, amount in worked_out.items():
        stated: Decimal | None = getattr(new, field)
        amounts[field] = amount if stated is None else stated
    for pair in PAIRS:
        amounts[f"{pair}_tax"] = amounts[f"{pair}_inc_tax"] - amounts[f"{pair}_ex_tax"]
    return {field: money(amount) for field, amount in amounts.items()}


def _extra(new: NewOrder, kind: str) -> tuple[Decimal, Decimal, Decimal]:
    """Base, without tax, with tax; a missing pair equals the base."""
    base: Decimal | None = getattr(new, f"base_{kind}_cost")
    ex_tax: Decimal | None = getattr(new, f"{kind}_cost_ex_tax")
    inc_tax: Decimal | None = getattr(new, f"{kind}_cost_inc_tax")
    if ex_tax is None or inc_tax is None:
        ex_tax = inc_tax = base or ZERO
    return (ex_tax if base is None else base), ex_tax, inc_tax
