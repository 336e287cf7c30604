"""What a refund comes to, and how much of an order is left to refund."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from include.sandbox.encoding import ZERO
from include.sandbox.orders.entries import OrderEntry
from include.sandbox.orders.records import address_id
from include.sandbox.orders.refund_records import Item, RefundRecord
from include.sandbox.refusals import Refusal
from include.sandbox.store.settings import Settings

BY_QUANTITY = ("PRODUCT", "GIFT_WRAPPING")
_CENT = Decimal("0.01")


def quote(
    entry: OrderEntry, made: Iterable[RefundRecord], items: Sequence[Item], settings: Settings
) -> dict[str, Any]:
    """A quote as the API sends it. Raises Refusal 422 for items that the order does not have left."""
    if entry.order.status_id in settings.unpaid_statuses:
        raise Refusal(422, "The order is not in a refundable status: nothing was paid for it.")
    made = list(made)
    worth = tax = order_level = ZERO
    pieces = Counter({line.id: line.quantity for line in entry.lines})
    pieces.subtract(pieces_refunded(made))
    for item in items:
        amount, tax_of_item = _worth(entry, item, pieces)
        worth += amount
        tax += tax_of_item
        order_level += amount if item.item_type == "ORDER" else ZERO
    total = cents(worth) + settings.quotes_differ_by
    adjustment = min(ZERO, left(entry, made) - total)
    total += adjustment
    return {
        "order_id": entry.order.id,
        "total_refund_amount": total if settings.quotes_include_tax else total - cents(tax),
        "total_refund_tax_amount": cents(tax),
        "order_level_refund_amount": cents(order_level),
        "rounding": cents(worth) - worth,
        "adjustment": adjustment,
        "tax_inclusive": settings.quotes_include_tax,
        "refund_methods": [
            [_option(provider, total, share) for provider, share in method.items()]
            for method in settings.refund_methods
        ],
    }


def paid_back(quoted: dict[str, Any]) -> Decimal:
    """What the customer gets by a quote."""
    total: Decimal = quoted["total_refund_amount"]
    return total if quoted["tax_inclusive"] else total + quoted["total_refund_tax_amount"]


def left(entry: OrderEntry, made: Iterable[RefundRecord]) -> Decimal:
    """How much of an order is left after the refunds that were made."""
    refunded = sum((refund.total_amount for refund in made if not refund.is_declined), ZERO)
    return cents(Decimal(entry.order.total_inc_tax)) - refunded


def cents(amount: Decimal) -> Decimal:
    """Rounded to cents."""
    return amount.quantize(_CENT, ROUND_HALF_UP)


def pieces_refunded(made: Iterable[RefundRecord]) -> Counter[int]:
    """How many pieces of each line were refunded, by the line's id."""
    pieces: Counter[int] = Counter()
    for refund in made:
        for item in () if refund.is_declined else refund.items:
            if item["item_type"] == "PRODUCT":
                pieces[item["item_id"]] += item["quantity"]
    return pieces


def _worth(entry: OrderEntry, item: Item, pieces: Counter[int]) -> tuple[Decimal, Decimal]:
    """What an item comes to, with its share of the order's discount, and the tax in it."""
    if item.item_type in BY_QUANTITY:
        if item.quantity is None or item.quantity > pieces[item.item_id]:
            raise Refusal(422, f"The order has no {item.quantity} of item {item.item_id} left to refund.")
        pieces[item.item_id] -= item.quantity
        line = next(each for each in entry.lines if each.id == item.item_id)
        subtotal, discount = Decimal(entry.order.subtotal_ex_tax), Decimal(entry.order.discount_amount)
        share = discount * Decimal(line.price_ex_tax) / subtotal if subtotal else ZERO
        return (
            item.quantity * (Decimal(line.price_inc_tax) - share),
            item.quantity * Decimal(line.price_tax),
        )
    if item.amount is None or not item.amount.is_finite() or item.amount < 0:
        raise Refusal(422, "An amount is required.", {"amount": "error.path.missing"})
    if item.item_type == "SHIPPING":
        if item.item_id != address_id(entry.order.id):
            raise Refusal(422, "The order has no such shipping address.")
        if item.amount > Decimal(entry.order.shipping_cost_inc_tax):
            raise Refusal(422, "The order's shipping cost less than that.")
    elif item.item_type != "ORDER" or item.item_id != entry.order.id:
        raise Refusal(422, f"The order has no {item.item_type} {item.item_id} to refund.")
    return item.amount, ZERO


def _option(provider: str, total: Decimal, share: Decimal) -> dict[str, Any]:
    is_offline = provider == "custom"
    return {
        "provider_id": provider,
        "provider_description": provider.title(),
        "amount": cents(total * share),
        "offline": is_offline,
        "offline_provider": is_offline,
        "offline_reason": "This is an offline payment provider." if is_offline else "",
    }
