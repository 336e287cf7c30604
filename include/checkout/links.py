"""Checkout links: the address of the CRM's checkout with what a shopper wants to buy. No I/O.

    https://checkout.example.com/cart?products=228.123:1;228.124:2&cart=bc218c65-…&utm_source=mail

An item is `<campaign product id>.<variant detail id>:<quantity>`: a variant's custom field in BigCommerce,
and a quantity. docs/checkout-links.md is the contract. A link that is not clear is refused as a whole: nobody
guesses what it asks for, and no item is ever dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode, urlsplit

from include.checkout.errors import (
    AddressRefused,
    ItemUnreadable,
    LinkTooLong,
    NoItems,
    ParameterRefused,
    QuantityRefused,
)
from include.crm.ids import LARGEST_ID

# The whole link: address, items and all other parameters. RFC 9110 (4.1) asks every server and proxy to take
# 8,000 characters; many take little more.
LONGEST_LINK = 8_000
# More than carts hold. It bounds the work that one link makes.
MOST_ITEMS = 250
LARGEST_QUANTITY = 9_999

PRODUCTS = "products"
CART = "cart"

_ITEM = re.compile(r"([1-9][0-9]{0,18})\.([1-9][0-9]{0,18}):(0|[1-9][0-9]{0,18})")
_CART_ID = re.compile(r"[0-9A-Za-z-]{1,64}")
_ADDRESS = re.compile(r"https?://[!-~]+")


@dataclass(frozen=True)
class Item:
    """A quantity of one variant of a campaign product."""

    campaign_product_id: int
    variant_detail_id: int
    quantity: int

    @property
    def variant(self) -> str:
        """The variant as its custom field in BigCommerce names it, e.g. 228.123."""
        return f"{self.campaign_product_id}.{self.variant_detail_id}"


@dataclass(frozen=True)
class Contents:
    """What a checkout link says.

    `cart_id` is that of the shopper's cart in BigCommerce, or empty. `other_parameters` (of an advertisement,
    an affiliate, …) travel along as they are, in their order: nobody has checked them.
    """

    items: tuple[Item, ...]
    cart_id: str = ""
    other_parameters: tuple[tuple[str, str], ...] = ()


def build(checkout_address: str, contents: Contents) -> str:
    """The link to a checkout; `parse` reads it. Items of the same variant are added up.

    Parameters of the address stay there, and come back among the others. Raises LinkRefused.
    """
    items = added_up(read_items(write_items(contents.items)))
    if contents.cart_id:
        _check_cart_id(contents.cart_id)
    address, _, own_query = _checked_address(checkout_address).partition("?")
    others = [*parse_qsl(own_query, keep_blank_values=True), *contents.other_parameters]
    if taken := next((name for name, _ in others if name in (PRODUCTS, CART)), None):
        raise ParameterRefused(
            f"A checkout link has its own parameter “{taken}”, so no other can have this name.",
            "Give the other parameter another name.",
        )
    cart = [(CART, contents.cart_id)] if contents.cart_id else []
    # “.”, “:” and “;” may stand in a query as they are, so that people can read the items
    query = [f"{PRODUCTS}={write_items(items)}", urlencode([*cart, *others], errors="replace")]
    return _not_too_long(f"{address}?{'&'.join(filter(None, query))}")


def parse(link: str) -> Contents:
    """What a link says: a whole one, or its part from the “?” on. Raises LinkRefused."""
    query = _not_too_long(link).partition("#")[0].partition("?")[2]
    parameters = parse_qsl(query, keep_blank_values=True, errors="replace")
    items = _only_one(PRODUCTS, parameters)
    if not items:
        raise NoItems
    cart_id = _only_one(CART, parameters)
    if cart_id is not None:
        _check_cart_id(cart_id)
    return Contents(
        items=added_up(read_items(items)),
        cart_id=cart_id or "",
        other_parameters=tuple(each for each in parameters if each[0] not in (PRODUCTS, CART)),
    )


def read_items(text: str) -> list[Item]:
    """The items of a link's parameter `products`, each as it stands there. Raises LinkRefused."""
    if not text:
        raise NoItems
    texts = text.split(";")
    if len(texts) > MOST_ITEMS:
        raise LinkTooLong(f"A checkout link carries at most {MOST_ITEMS} items; this one has {len(texts):,}.")
    return [_read_item(place, each) for place, each in enumerate(texts, start=1)]


def write_items(items: Iterable[Item]) -> str:
    """The value of `products` for these items."""
    return ";".join(f"{item.variant}:{item.quantity}" for item in items)


def _read_item(place: int, text: str) -> Item:
    numbers = [int(number) for number in found.groups()] if (found := _ITEM.fullmatch(text)) else []
    if not numbers or max(numbers) > LARGEST_ID:
        raise ItemUnreadable(place, text)
    return _checked_quantity(Item(*numbers))


def added_up(items: Sequence[Item]) -> tuple[Item, ...]:
    """Each variant once, where it stood first, with the quantity of all its items."""
    found: dict[str, Item] = {}
    for item in items:
        before = found.get(item.variant)
        quantity = item.quantity + (before.quantity if before else 0)
        found[item.variant] = _checked_quantity(replace(item, quantity=quantity))
    return tuple(found.values())


def _checked_quantity(item: Item) -> Item:
    if not 1 <= item.quantity <= LARGEST_QUANTITY:
        raise QuantityRefused(item.variant, item.quantity, LARGEST_QUANTITY)
    return item


def _only_one(name: str, parameters: Sequence[tuple[str, str]]) -> str | None:
    values = [value for each, value in parameters if each == name]
    if len(values) > 1:
        raise ParameterRefused(
            f"This checkout link has the parameter “{name}” {len(values):,} times, so it is not clear "
            "which one counts."
        )
    return values[0] if values else None


def _check_cart_id(text: str) -> None:
    if not _CART_ID.fullmatch(text):
        raise ParameterRefused(
            f"The parameter “{CART}” of this checkout link is not a cart id (letters, digits, hyphens)."
        )


def _checked_address(text: str) -> str:
    try:
        is_usable = _ADDRESS.fullmatch(text) and urlsplit(text).hostname and "#" not in text
    except ValueError:  # e.g. a bracket without its pair
        is_usable = False
    if not is_usable:
        raise AddressRefused("A checkout link must begin with a web address that has no “#”.")
    return text


def _not_too_long(link: str) -> str:
    if len(link) > LONGEST_LINK:
        raise LinkTooLong(f"This checkout link has {len(link):,} characters; the limit is {LONGEST_LINK:,}.")
    return link
