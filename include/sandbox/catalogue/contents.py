"""What a catalogue holds: products ascending by id, with their variants.

Thread-safe: hold `lock` to read several things consistently.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from threading import RLock

from include.sandbox.catalogue.records import CatalogueEntry, Product, Variant


class Contents:
    """The products and variants of a catalogue, and the highest ids that were ever used."""

    def __init__(self, entries: Iterable[CatalogueEntry] = ()) -> None:
        self.lock = RLock()
        self._entries = {entry.product.id: entry for entry in entries}
        self._ids = sorted(self._entries)
        self._product_of = {
            variant.id: entry.product.id for entry in self._entries.values() for variant in entry.variants
        }
        self._highest_product_id = self._ids[-1] if self._ids else 100
        self._highest_variant_id = max(self._product_of, default=1000)
        self._highest_custom_field_id = 1000
        self._highest_modifier_id = 500
        self._highest_modifier_value_id = 700

    @property
    def product_ids(self) -> list[int]:
        """All product ids, ascending. This is not a copy: hold the lock and do not change it."""
        return self._ids

    @property
    def variant_count(self) -> int:
        """How many variants the store has."""
        return len(self._product_of)

    def entry(self, product_id: int) -> CatalogueEntry:
        """A product with its variants and custom fields; raises KeyError."""
        return self._entries[product_id]

    def product(self, product_id: int) -> Product:
        """Raises KeyError."""
        return self._entries[product_id].product

    def variants(self, product_id: int) -> list[Variant]:
        """A product's variants ascending by id; raises KeyError."""
        return list(self._entries[product_id].variants)

    def variant(self, variant_id: int) -> Variant:
        """Raises KeyError."""
        entry = self._entries[self._product_of[variant_id]]
        return next(variant for variant in entry.variants if variant.id == variant_id)

    def has_variant(self, variant_id: int) -> bool:
        """Whether the store has this variant."""
        return variant_id in self._product_of

    def product_of(self, variant_id: int) -> int | None:
        """The product that a variant belongs to; None where there is no such variant."""
        return self._product_of.get(variant_id)

    def all_variants(self) -> Iterator[Variant]:
        """Every variant of the store, product by product."""
        for product_id in self._ids:
            yield from self._entries[product_id].variants
