"""Errors of the checkout redirect.

LinkRefused (fix data)   a checkout link cannot be made or followed as it is
├── NoItems              it names nothing to buy
├── ItemUnreadable       an item is not of the form 228.123:1
├── QuantityRefused      a quantity is 0 or too large
├── ParameterRefused     a parameter appears twice, or has a value that is not allowed
├── AddressRefused       it cannot begin with this address
└── LinkTooLong          it has too many characters or items
NoCheckoutAddress (fix data)  the data source has no checkout address, so there are no links to it
ItemsNotSold (fix data)  a link names variants that the CRM cannot sell, with the reason for each
RedirectOff (fix data)   the redirect of a store is switched off, so there is no script to look after
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from include.errors import FixData
from include.outside_text import clean_text

_LONGEST_QUOTED = 60


class LinkRefused(FixData):
    """A checkout link that cannot be made or followed as it is; nothing was ordered."""

    http_status = 422
    names_its_store = True
    default_next_step = "Go back to the shop and start the checkout again from its cart."


class NoItems(LinkRefused):
    """The link names nothing to buy."""

    def __init__(self) -> None:
        super().__init__("This checkout link names no products, so there is nothing to buy.")


class ItemUnreadable(LinkRefused):
    """One item of the link is not a campaign product id, a variant detail id and a quantity."""

    def __init__(self, place: int, text: str) -> None:
        """`place` counts from 1; `text` is the item as it stands in the link."""
        shown = f"is “{clean_text(text, _LONGEST_QUOTED)}”" if text else "is empty"
        super().__init__(
            f"Item {place:,} of this checkout link {shown}, but an item looks like 228.123:1 (product, "
            "variant, quantity)."
        )


class QuantityRefused(LinkRefused):
    """The quantity of an item is 0 or more than a link can carry."""

    def __init__(self, item: str, quantity: int, largest: int) -> None:
        """`item` as 228.123; `quantity`: that of all its lines together."""
        super().__init__(
            f"This checkout link asks for {quantity:,} of item {item}. A link carries from 1 to {largest:,} "
            "of each."
        )


class ParameterRefused(LinkRefused):
    """A parameter of the link appears twice, or has a value that is not allowed."""


class AddressRefused(LinkRefused):
    """Checkout links cannot begin with this address."""

    default_next_step = "Enter the address of the checkout, e.g. https://checkout.example.com/cart."


class LinkTooLong(LinkRefused):
    """The link has more characters or items than a link can carry."""

    default_next_step = "Buy fewer different products at once."


class NoCheckoutAddress(FixData):
    """The data source has no checkout address."""

    names_its_store = True

    def __init__(self, store_hash: str) -> None:
        super().__init__(
            f"Store {store_hash} has no checkout address, so there are no checkout links.",
            "Enter the checkout address in its settings.",
            command_line_step="Enter it: "
            f"python -m include.data_sources update {store_hash} --checkout-url …",
        )


class ItemsNotSold(FixData):
    """The link names variants that the CRM cannot sell; nothing was ordered."""

    http_status = 409
    names_its_store = True
    default_next_step = "Go back to the shop, remove them from the cart and start the checkout again."

    def __init__(self, reasons: Mapping[str, str]) -> None:
        """`reasons` by item, as 228.123."""
        count = "One item" if len(reasons) == 1 else f"{len(reasons):,} items"
        super().__init__(f"{count} of this checkout link cannot be sold: {' '.join(reasons.values())}")
        self.reasons = MappingProxyType(dict(reasons))


class RedirectOff(FixData):
    """The checkout redirect of a store is switched off, or its data source is not active."""

    names_its_store = True

    def __init__(self, store_name: str) -> None:
        super().__init__(
            f"The checkout redirect of {store_name} is off.",
            "Switch on Redirect checkout in the settings of the data source.",
        )
