"""What a shopper's browser asks to put into a cart, in the shapes of carts.sf.yml."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

Version: TypeAlias = int | UnsetType  # the version that the caller expects, if it names one
Theme: TypeAlias = Literal["Birthday", "Boy", "Celebration", "Christmas", "General", "Girl"]


class Selection(Struct, rename="camel"):
    """A chosen value of a variant's option or of a modifier."""

    option_id: int
    option_value: int | str


class WantedItem(Struct, rename="camel"):
    """A line of a request (requestCartPostLineItem)."""

    product_id: int
    quantity: Annotated[int, Meta(ge=1)]
    variant_id: int | None = None
    option_selections: tuple[Selection, ...] = ()


class Contact(Struct):
    """Who sends or gets a gift certificate."""

    name: str
    email: str


class WantedCertificate(Struct):
    """A gift certificate of a request (requestLineItemGiftCertificate)."""

    amount: Decimal
    name: str
    quantity: Annotated[int, Meta(ge=1)]
    recipient: Contact
    sender: Contact
    theme: Theme
    message: str = ""

    def __post_init__(self) -> None:
        """Raises ValueError, which msgspec reports as it reports other invalid fields."""
        if not 1 <= self.amount <= 1000:
            raise ValueError("The amount must be between 1 and 1,000")


class WantedLines(Struct, rename="camel"):
    """The body of a request that creates a cart or adds to it."""

    line_items: tuple[WantedItem, ...] = ()
    gift_certificates: tuple[WantedCertificate, ...] = ()
    version: Version = UNSET
    locale: str = "en"
