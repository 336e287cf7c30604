"""What the API takes and sends about refunds (orders.v3.yml), and how it refuses one."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from include.sandbox.encoding import ZERO, to_json
from include.sandbox.refusals import Refusal


class RefundRefusal(Refusal):
    """A refused refund: 422 with a list, as the official file has it for this route alone."""

    def __init__(self, title: str) -> None:
        super().__init__(422, title)

    def body(self, path: str) -> bytes:
        """The JSON body."""
        return to_json({"data": [self.v3()]})


class Item(Struct, kw_only=True, frozen=True):
    """What to refund: pieces of a line, or an amount."""

    item_type: Literal["PRODUCT", "GIFT_WRAPPING", "SHIPPING", "HANDLING", "ORDER", "TAX", "FEE"]
    item_id: int
    quantity: Annotated[int, Meta(ge=1)] | None = None
    amount: Decimal | None = None
    reason: Annotated[str, Meta(max_length=1000)] = ""


class Payment(Struct, kw_only=True, frozen=True):
    """How it is paid back."""

    provider_id: str
    amount: Decimal
    offline: bool = False
    provider_description: str = ""


class Override(Struct, kw_only=True, frozen=True):
    """Amounts that the merchant calculated."""

    total_amount: Decimal
    total_tax: Decimal


class WantedQuote(Struct, kw_only=True):
    """The body of a request for a quote."""

    items: Annotated[list[Item], Meta(min_length=1)]


class WantedRefund(WantedQuote, kw_only=True):
    """The body of a request for a refund."""

    payments: Annotated[list[Payment], Meta(min_length=1)]
    merchant_calculated_override: Override | None = None


class RefundRecord(Struct, kw_only=True, frozen=True):
    """A refund as the API sends it."""

    id: int
    order_id: int
    user_id: int = 0
    created: str
    reason: str = ""
    total_amount: Decimal
    total_tax: Decimal = ZERO
    uses_merchant_override_values: bool = False
    items: tuple[dict[str, Any], ...] = ()
    payments: tuple[dict[str, Any], ...]

    @property
    def is_declined(self) -> bool:
        """Whether no payment of it went through: it is listed, and the order is as it was."""
        return all(payment["is_declined"] for payment in self.payments)
