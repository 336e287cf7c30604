"""Quotes and creates refunds of an order; refund_lists.py lists them. Official file: orders.v3.yml.

BigCommerce has no idempotency key: nothing keeps one refund from being created twice. So `create_refund`
never sends twice, and raises OutcomeUnknown when it does not know whether the refund was created.

Refunds are `offline`: BigCommerce records that money was paid back elsewhere, and moves none itself. A refund
never returns stock.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from http import HTTPStatus
from typing import Any, Literal

import msgspec

from include.bigcommerce.client import StoreClient
from include.bigcommerce.contract import Id, decode, names_another, unexpected
from include.bigcommerce.money import Money, read_money, read_number
from include.bigcommerce.orders import SCOPE

LONGEST_REASON = 1_000  # characters
STORE_CREDIT = "storecredit"


@dataclass(frozen=True)
class RefundItem:
    """A part of a refund: pieces of an order's line, or an amount of its shipping or of the whole order.

    `item_id` is the id of the line (PRODUCT), of the shipping address (SHIPPING) or of the order (ORDER).
    """

    item_type: Literal["PRODUCT", "SHIPPING", "ORDER"]
    item_id: int
    quantity: int | None = None
    amount: Decimal | None = None

    def as_json(self, reason: str = "") -> dict[str, object]:
        """As BigCommerce reads it."""
        size = {"amount": self.amount} if self.quantity is None else {"quantity": self.quantity}
        return {
            "item_type": self.item_type,
            "item_id": self.item_id,
            **size,
            **({"reason": reason} if reason else {}),
        }


class PaymentOption(msgspec.Struct, frozen=True):
    """One way to pay a part of a refund back; an offline provider only records it."""

    provider_id: str
    amount: Money
    offline_provider: bool = False


class Quote(msgspec.Struct, frozen=True):
    """What BigCommerce would refund; each method is the payment options that pay it back together.

    A negative adjustment means that less is left than was asked for. The total may be without its tax.
    """

    total_refund_amount: Money
    refund_methods: list[list[PaymentOption]]
    adjustment: Money | None = None
    tax_inclusive: Any = True
    total_refund_tax_amount: Any = None

    @property
    def tax(self) -> Decimal:
        """The tax in what the customer gets; 0 if BigCommerce does not say."""
        tax = self.total_refund_tax_amount
        return Decimal(tax) if isinstance(tax, Decimal | int) else Decimal(0)

    @property
    def paid_back(self) -> Decimal:
        """What the customer gets, tax included."""
        return self.total_refund_amount + (self.tax if self.tax_inclusive is False else Decimal(0))


@dataclass(frozen=True)
class Override:
    """Amounts that the refunding system worked out itself, and that count instead of the quote's."""

    total_amount: Decimal
    total_tax: Decimal


class _QuoteAnswer(msgspec.Struct):
    data: Quote


class _Created(msgspec.Struct):
    id: Id
    order_id: Any = None


class _CreatedAnswer(msgspec.Struct):
    data: _Created


def _to_money(_: object, value: object) -> Money:
    return read_money(value)


class _Address(msgspec.Struct):
    id: Id


_ADDRESSES = msgspec.json.Decoder(list[_Address], strict=False)
_QUOTE = msgspec.json.Decoder(_QuoteAnswer, dec_hook=_to_money, float_hook=read_number)
_CREATED = msgspec.json.Decoder(_CreatedAnswer, strict=False)


def quote_refund(client: StoreClient, order_id: int, items: Sequence[RefundItem]) -> Quote:
    """What these items of an order would come to; changes nothing.

    Raises RequestRefused if they cannot be refunded, and any other BigCommerceError.
    """
    path = f"/v3/orders/{order_id}/payment_actions/refund_quotes"
    body = {"items": [item.as_json() for item in items]}
    response = client.send("POST", path, json=body, scope=SCOPE, safe_to_repeat=True)
    return decode(_QUOTE, response.content, method="POST", path=path).data


def create_refund(
    client: StoreClient,
    order_id: int,
    items: Sequence[RefundItem],
    payments: Sequence[PaymentOption],
    *,
    reason: str,
    override: Override | None = None,
    may_leave: Callable[[], bool] = lambda: True,
) -> int:
    """Record one refund of an order, paid back outside of BigCommerce; returns its id there.

    `payments` are one method of a quote for the same items, or come to the total of the `override`.
    `may_leave` is called right before each request leaves; once it is False, nothing is sent. Raises
    RequestRefused (a clear no), OutcomeUnknown (it may have been created: list the refunds), TryLater or
    CredentialsError (it certainly was not).
    """
    path = refunds_of(order_id)
    body = {
        "items": [item.as_json(reason) for item in items],
        "payments": [
            {"provider_id": each.provider_id, "amount": Decimal(each.amount), "offline": True}
            for each in payments
        ],
        **({"merchant_calculated_override": asdict(override)} if override else {}),
    }
    response = client.send("POST", path, json=body, scope=SCOPE, safe_to_repeat=False, may_leave=may_leave)
    created = decode(_CREATED, response.content, method="POST", path=path).data
    if names_another(created.order_id, order_id):
        raise unexpected("$.data is a refund of another order", method="POST", path=path)
    return created.id


def refunds_of(order_id: int) -> str:
    """The address of an order's refunds."""
    return f"/v3/orders/{order_id}/payment_actions/refunds"


def shipping_address_id(client: StoreClient, order_id: int) -> int | None:
    """The id of an order's first shipping address, None if it has none. Raises any BigCommerceError."""
    path = f"/v2/orders/{order_id}/shipping_addresses"
    response = client.send("GET", path, scope=SCOPE, safe_to_repeat=True)
    if response.status_code == HTTPStatus.NO_CONTENT:
        return None
    addresses = decode(_ADDRESSES, response.content, path=path)
    return addresses[0].id if addresses else None
