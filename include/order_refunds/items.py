"""Turns a refund of the CRM into items of a BigCommerce refund. No I/O.

    pieces      PRODUCT: the line of the BigCommerce order, and how many
    shipping    SHIPPING: the amount, by the id of the shipping address
    the rest    ORDER: an amount that belongs to no piece; BigCommerce does not work out tax for it

A CRM line may be several lines in BigCommerce, because its price does not divide (order_push/line_prices.py).
They are recognized by SKU and quantity in the order in which they were sent. Once that order was edited in
BigCommerce, the pieces cannot be told apart any more, and nothing is guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal

from include.bigcommerce.order_lines import StoreLine
from include.bigcommerce.refund_lists import StoreRefund
from include.bigcommerce.refunds import RefundItem
from include.crm.order_refunds import Refund, RefundedLine
from include.order_push.money import PricedLine
from include.order_refunds.errors import BY_HAND, OR_BY_HAND, RETRY, CannotFollow
from include.plurals import count_of

_EDITED = (
    "The lines of the order in BigCommerce are not those of the order in the CRM: one of the two was changed "
    "since it was sent."
)


def amount_items(refund: Refund, store_order_id: int, address_id: int | None) -> list[RefundItem]:
    """Items for the shipping and, in a refund without lines, for the rest of the amount."""
    shipping = refund.shipping or Decimal(0)
    items = []
    if not refund.lines and refund.amount > shipping:
        items.append(RefundItem("ORDER", store_order_id, amount=refund.amount - shipping))
    if shipping:
        if address_id is None:
            raise CannotFollow("The order in BigCommerce has no shipping address to refund.", BY_HAND)
        items.append(RefundItem("SHIPPING", address_id, amount=shipping))
    return items


def piece_items(
    refund: Refund, sent: Sequence[PricedLine], lines: Sequence[StoreLine], refunds: Sequence[StoreRefund]
) -> list[RefundItem]:
    """Items for the pieces of a refund.

    `sent` are the lines as they were sent, `lines` those that BigCommerce has, and `refunds` what it refunded
    of them already. Raises CannotFollow.
    """
    store_lines = _store_lines(sent, lines)
    refunded: Counter[int] = Counter()
    for each in refunds:
        refunded.update(each.pieces)
    items = []
    for wanted in refund.lines:
        items += _pieces(wanted, store_lines.get(wanted.line_number, ()), refunded)
    return items


def _pieces(wanted: RefundedLine, lines: Sequence[StoreLine], refunded: Counter[int]) -> list[RefundItem]:
    if wanted.ordered is None:
        raise CannotFollow(
            f"The refund names line {wanted.line_number}, which the order does not have.",
            f"Correct the refund in the CRM, {RETRY}",
        )
    if wanted.quantity <= 0:
        raise CannotFollow(
            f"The refund has {count_of(wanted.quantity, 'piece')} of line {wanted.line_number}.",
            f"Correct the refund in the CRM, {RETRY}",
        )
    missing = wanted.quantity
    items = []
    for line in lines:
        if taken := min(missing, max(0, line.quantity - refunded[line.id])):
            items.append(RefundItem("PRODUCT", line.id, quantity=taken))
            refunded[line.id] += taken
            missing -= taken
    if missing:
        pieces = count_of(wanted.quantity, "piece")
        raise CannotFollow(
            f"The refund has {pieces} of line {wanted.line_number}; BigCommerce has only "
            f"{wanted.quantity - missing} left to refund.",
            f"Compare the order's refunds in the CRM with those in BigCommerce. {OR_BY_HAND}",
        )
    return items


def _store_lines(sent: Sequence[PricedLine], lines: Sequence[StoreLine]) -> Mapping[int, Sequence[StoreLine]]:
    """The lines in BigCommerce by line number of the CRM."""
    unused = list(lines)
    found: dict[int, list[StoreLine]] = {}
    for each in sent:
        same = [line for line in unused if line.quantity == each.quantity]
        line = next((line for line in same if _sku(line.sku) == _sku(each.line.sku)), None)
        if line is None and len(same) == 1:
            line = same[0]  # its SKU was changed since
        if line is None:
            raise CannotFollow(_EDITED, BY_HAND)
        unused.remove(line)
        found.setdefault(each.line.line_number, []).append(line)
    return found


def _sku(value: object) -> str:
    return str(value).strip().casefold() if isinstance(value, str | int) else ""
