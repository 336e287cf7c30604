"""Prepares a refund: the items that BigCommerce quotes, and the payments that record it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from include.bigcommerce.client import StoreClient
from include.bigcommerce.order_lines import order_lines
from include.bigcommerce.refund_lists import StoreRefund
from include.bigcommerce.refunds import Override, PaymentOption, RefundItem, quote_refund, shipping_address_id
from include.crm import orders
from include.crm.database import Connection
from include.crm.order_refunds import Refund
from include.order_push.money import price_order
from include.order_refunds.checks import override_for, payment_for
from include.order_refunds.items import amount_items, piece_items


@dataclass(frozen=True)
class RefundRequest:
    """What is sent: items, how they were paid back, and the amounts if they differ from the quote's."""

    store_order_id: int
    items: Sequence[RefundItem]
    payments: Sequence[PaymentOption]
    override: Override | None


def prepare(
    crm: Connection,
    client: StoreClient,
    refund: Refund,
    store_order_id: int,
    refunds: Sequence[StoreRefund],
) -> RefundRequest:
    """Ask BigCommerce for a quote, and for the order's lines and address only where they are refunded.

    `refunds` are those that BigCommerce has of the order. Raises CannotFollow if the quote differs,
    CannotTranslate for an order that is not what it was when it was sent, and any BigCommerceError.
    """
    address_id = shipping_address_id(client, store_order_id) if refund.shipping else None
    items = amount_items(refund, store_order_id, address_id)
    if refund.lines:
        sent = price_order(orders.read(crm, [refund.order_id])[refund.order_id]).lines
        lines = order_lines(client, store_order_id, at_least=len(sent))
        items = [*piece_items(refund, sent, lines, refunds), *items]
    quote = quote_refund(client, store_order_id, items)
    payments = payment_for(refund, quote)
    return RefundRequest(store_order_id, items, payments, override_for(refund, quote))
