"""A store's catalogue with every way in which its products and variants can change."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import msgspec

from include.sandbox.catalogue.announcements import sale_event, variant_event
from include.sandbox.catalogue.product_parts import ProductParts
from include.sandbox.catalogue.records import (
    CatalogueEntry,
    CustomUrl,
    Product,
    Variant,
    changed,
    made,
)
from include.sandbox.encoding import now
from include.sandbox.webhooks.events import product_data


class Catalogue(ProductParts):
    """A catalogue that can change.

    Changes use the API's field names; amounts may be Decimal or text. An unknown product or variant raises
    KeyError, an unknown field TypeError, a value of the wrong type ValueError.
    """

    # ---- products

    def add_product(
        self, name: str, variants: Iterable[dict[str, Any]] = ({},), **fields: Any
    ) -> CatalogueEntry:
        """A new product with the next id (or `id=`); each of `variants` is a variant's fields."""
        with self.lock:
            product_id = fields.pop("id", self._highest_product_id + 1)
            if product_id in self._entries:
                raise ValueError(f"Product {product_id} is already there.")
            new = {"id": product_id, "name": name, "custom_url": CustomUrl(f"/{product_id}/")}
            product = made(Product, new, {"date_created": now(), **fields})
            self._highest_product_id = max(self._highest_product_id, product_id)
            self._entries[product_id] = CatalogueEntry(product, [])
            insort(self._ids, product_id)
            for variant in variants:
                self.add_variant(product_id, **variant)
            self.announce("store/product/created", product_data(product_id))
            return self._note_change(product_id)

    def change_product(self, product_id: int, **fields: Any) -> Product:
        """For example `change_product(7, name="New", is_visible=False)`."""
        with self.lock:
            entry = self._entries[product_id]
            entry.product = changed(entry.product, fields)
            new = self._note_change(product_id).product
            self.announce("store/product/updated", product_data(product_id))
            return new

    def remove_product(self, product_id: int) -> None:
        """Delete a product with its variants and their metafields."""
        with self.lock:
            for variant in self._entries[product_id].variants:
                self._forget_variant(variant.id)
            del self._entries[product_id]
            del self._ids[bisect_left(self._ids, product_id)]
            self._count_change()
            self.announce("store/product/deleted", product_data(product_id))

    # ---- variants

    def add_variant(self, product_id: int, **fields: Any) -> Variant:
        """A new variant with the next id (or `id=`)."""
        with self.lock:
            entry = self._entries[product_id]
            variant_id = fields.pop("id", self._highest_variant_id + 1)
            if variant_id in self._product_of:
                raise ValueError(f"Variant {variant_id} is already there.")
            self._highest_variant_id = max(self._highest_variant_id, variant_id)
            variant = made(Variant, {"id": variant_id, "product_id": product_id}, fields)
            self._product_of[variant_id] = product_id
            insort(entry.variants, variant, key=lambda each: each.id)
            self._note_change(product_id)
            self.announce(*variant_event("created", variant))
            return self.variant(variant_id)

    def change_variant(self, variant_id: int, **fields: Any) -> Variant:
        """For example `change_variant(1001, sku="NEW", purchasing_disabled=True)`."""
        with self.lock:
            product_id = self._product_of[variant_id]
            entry = self._entries[product_id]
            entry.variants = [
                changed(variant, fields) if variant.id == variant_id else variant
                for variant in entry.variants
            ]
            self._note_change(product_id)
            new = self.variant(variant_id)
            self.announce(*variant_event("updated", new))
            return new

    def set_price(self, variant_id: int, price: Decimal | str | None) -> Variant:
        """The variant's own price; None inherits the product's."""
        return self.change_variant(variant_id, price=price)

    def set_stock(self, variant_id: int, level: int) -> Variant:
        """Set how many can be sold; the product's stock is tracked by variant from now on."""
        with self.lock:
            self.change_product(self._product_of[variant_id], inventory_tracking="variant")
            return self.change_variant(variant_id, inventory_level=level)

    def take_stock(self, variant_id: int, quantity: int) -> None:
        """Reduce the tracked stock by what was sold; untracked stock stays as it is."""
        with self.lock:
            entry = self._entries[self._product_of[variant_id]]
            if entry.product.inventory_tracking == "product":
                level = entry.product.inventory_level - quantity
                entry.product = msgspec.structs.replace(entry.product, inventory_level=level)
            elif entry.product.inventory_tracking == "variant":
                place = bisect_left(entry.variants, variant_id, key=lambda each: each.id)
                old = entry.variants[place]
                level = (old.inventory_level or 0) - quantity
                entry.variants[place] = msgspec.structs.replace(old, inventory_level=level)
            self._count_change()
            if entry.product.inventory_tracking != "none":
                self.announce(*sale_event(entry.product, self.variant(variant_id), quantity))

    def remove_variant(self, variant_id: int) -> None:
        """Delete a variant with its metafields."""
        with self.lock:
            product_id = self._product_of[variant_id]
            entry, removed = self._entries[product_id], self.variant(variant_id)
            entry.variants = [variant for variant in entry.variants if variant.id != variant_id]
            self._forget_variant(variant_id)
            self._note_change(product_id)
            self.announce(*variant_event("deleted", removed))

    def recreate_variants(self, product_id: int) -> list[Variant]:
        """What BigCommerce does when a merchant edits options: same SKUs, new ids, no metafields."""
        with self.lock:
            entry = self._entries[product_id]
            old = entry.variants
            first_id = self._highest_variant_id + 1
            self._highest_variant_id += len(old)
            entry.variants = [
                msgspec.structs.replace(variant, id=first_id + place) for place, variant in enumerate(old)
            ]
            for variant in old:
                self._forget_variant(variant.id)
            for variant in entry.variants:
                self._product_of[variant.id] = product_id
            recreated = list(self._note_change(product_id).variants)
            for variant in old:
                self.announce(*variant_event("deleted", variant))
            for variant in recreated:
                self.announce(*variant_event("created", variant))
            return recreated

    def raise_prices(self, every: int, by: Decimal | str = "1") -> int:
        """Raise the price of the first variant of every n-th product; return how many changed."""
        with self.lock:
            chosen = [self._entries[product_id] for product_id in self._ids[::every]]
            for entry in chosen:
                first = entry.variants[0]
                old = entry.product.price if first.price is None else first.price
                self.set_price(first.id, old + Decimal(by))
            return len(chosen)
