"""Carts of shoppers, by session (carts.sf.yml)."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from threading import RLock
from typing import Any

import msgspec
from msgspec import UNSET, Struct, field

from include.sandbox.catalogue.catalogue import Catalogue
from include.sandbox.encoding import ZERO, now
from include.sandbox.orders.refused_lines import wrong_quantity
from include.sandbox.refusals import Refusal, not_found
from include.sandbox.storefront.items import Certificate, CustomItem, Item, new_item
from include.sandbox.storefront.request_bodies import Version, WantedLines

CONFLICT = (
    "The request cannot be processed due to a possible conflict. Please review the changes and try again."
)


class Cart(Struct, kw_only=True):
    """One shopper's cart; its version counts the changes."""

    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    items: list[Item] = field(default_factory=list)
    gift_certificates: list[Certificate] = field(default_factory=list)
    custom_items: list[CustomItem] = field(default_factory=list)
    created_time: str = field(default_factory=now)
    updated_time: str = field(default_factory=now)
    locale: str = "en"
    version: int = 0

    @property
    def amount(self) -> Decimal:
        """What everything in the cart costs."""
        return sum(
            (
                *(item.extended_sale_price for item in self.items),
                *(certificate.amount for certificate in self.gift_certificates),
                *(item.extended_list_price for item in self.custom_items),
            ),
            ZERO,
        )

    @property
    def quantity(self) -> int:
        """How many things are in the cart."""
        quantities = [item.quantity for item in self.items] + [item.quantity for item in self.custom_items]
        return sum(quantities) + len(self.gift_certificates)

    def parts(self) -> Iterator[list[Any]]:
        """The lists of everything that has an id."""
        yield from (self.items, self.gift_certificates, self.custom_items)


class Carts:
    """The carts of all sessions."""

    def __init__(self, catalogue: Catalogue, stock_is_tracked: Callable[[], bool]) -> None:
        self._catalogue = catalogue
        self._stock_is_tracked = stock_is_tracked
        self._lock = RLock()
        self._by_session: dict[str, Cart] = {}

    def of(self, session: str) -> Cart | None:
        """The session's cart, if it has one."""
        return self._by_session.get(session)

    def create(self, session: str, wanted: WantedLines) -> Cart:
        """A new cart, which replaces the session's old one (UNVERIFIED). Raises Refusal 422."""
        with self._lock:
            return self._save(session, self._filled(Cart(locale=wanted.locale), wanted))

    def add(self, session: str, cart_id: str, wanted: WantedLines) -> Cart:
        """The same variant with the same choices becomes more of one line. Raises Refusal 404, 409 or 422."""
        with self._lock:
            cart = self._opened(session, cart_id, wanted.version)
            return self._save(session, self._filled(cart, wanted))

    def set_quantity(
        self, session: str, cart_id: str, item_id: str, quantity: int, version: Version = UNSET
    ) -> Cart:
        """Raises Refusal 404 where there is no such physical or digital item, 409 or 422."""
        with self._lock:
            cart = self._opened(session, cart_id, version)
            place = next((place for place, item in enumerate(cart.items) if item.id == item_id), None)
            if place is None:
                raise not_found("item")
            cart.items[place] = cart.items[place].with_quantity(quantity)
            self._check_stock(cart)
            return self._save(session, cart)

    def remove(self, session: str, cart_id: str, item_id: str, version: Version = UNSET) -> Cart | None:
        """Removing the last item deletes the cart; then None. Raises Refusal 404 or 409."""
        with self._lock:
            cart = self._opened(session, cart_id, version)
            before = sum(map(len, cart.parts()))
            for part in cart.parts():
                part[:] = [each for each in part if each.id != item_id]
            left = sum(map(len, cart.parts()))
            if left == before:
                raise not_found("item")
            if left:
                return self._save(session, cart)
            del self._by_session[session]
            return None

    def delete(self, session: str, cart_id: str) -> None:
        """Raises Refusal 404."""
        with self._lock:
            self._opened(session, cart_id)
            del self._by_session[session]

    def add_custom_item(self, cart_id: str, name: str, price: str = "10", quantity: int = 1) -> Cart:
        """What another app does with the Management API; raises KeyError."""
        with self._lock:
            session = {cart.id: session for session, cart in self._by_session.items()}[cart_id]
            cart, each = self._opened(session, cart_id), Decimal(price)
            cart.custom_items.append(
                CustomItem(
                    name=name,
                    sku="",
                    quantity=quantity,
                    list_price=each,
                    extended_list_price=each * quantity,
                )
            )
            return self._save(session, cart)

    def _opened(self, session: str, cart_id: str, version: Version = UNSET) -> Cart:
        """A copy to change. Raises Refusal 404 where the session has no such cart, 409 for an old version."""
        cart = self.of(session)
        if cart is None or cart.id != cart_id:
            raise not_found("cart")
        if version is not UNSET and version != cart.version:
            raise Refusal(409, CONFLICT)
        return msgspec.structs.replace(
            cart,
            items=list(cart.items),
            gift_certificates=list(cart.gift_certificates),
            custom_items=list(cart.custom_items),
        )

    def _save(self, session: str, cart: Cart) -> Cart:
        cart.version += 1
        cart.updated_time = now()
        self._by_session[session] = cart
        return cart

    def _filled(self, cart: Cart, wanted: WantedLines) -> Cart:
        if not wanted.line_items and not wanted.gift_certificates:
            raise Refusal(422, "lineItems or giftCertificates is required.")
        with self._catalogue.lock:
            for line in wanted.line_items:
                _put(cart, new_item(self._catalogue, line))
            self._check_stock(cart)
        for asked in wanted.gift_certificates:
            fields = msgspec.structs.asdict(asked)
            for _ in range(fields.pop("quantity")):
                cart.gift_certificates.append(Certificate(**fields))
        return cart

    def _check_stock(self, cart: Cart) -> None:
        """Raises Refusal 422. What was deleted from the catalogue since it was added stays in the cart."""
        wanted: Counter[int] = Counter()
        for item in cart.items:
            wanted[item.variant_id] += item.quantity
        for variant_id, quantity in wanted.items() if self._stock_is_tracked() else ():
            product_id = self._catalogue.product_of(variant_id)
            if product_id is not None and wrong_quantity(
                self._catalogue.product(product_id), self._catalogue.variant(variant_id), quantity
            ):
                raise Refusal(422, "The quantity of this product is not available.")


def _put(cart: Cart, new: Item) -> None:
    """Add the item, or raise the quantity of the line that is the same."""
    for place, old in enumerate(cart.items):
        if (old.variant_id, old.options) == (new.variant_id, new.options):
            cart.items[place] = old.with_quantity(old.quantity + new.quantity)
            return
    cart.items.append(new)
