"""Changes of what a product has beside its variants, and what every change of a catalogue does.

Every change increments `version`, sets the product's date_modified and recalculates its prices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from include.sandbox.catalogue.contents import Contents
from include.sandbox.catalogue.generator import calculate_prices
from include.sandbox.catalogue.invalid_content import InvalidContent
from include.sandbox.catalogue.memo import Memo
from include.sandbox.catalogue.metafields import Metafields
from include.sandbox.catalogue.modifiers import Modifier, ModifierType, new_modifier
from include.sandbox.catalogue.records import CatalogueEntry, CustomField
from include.sandbox.encoding import now


class ProductParts(Contents):
    """A catalogue whose custom fields and modifiers can change."""

    def __init__(self, entries: Iterable[CatalogueEntry] = ()) -> None:
        super().__init__(entries)
        # calls webhooks: with the scope of an event, and its data
        self.announce: Callable[[str, dict[str, Any]], None] = lambda _scope, _data: None
        self.version = 0
        self.memo = Memo()
        self.metafields = Metafields(self.lock, self.has_variant)
        self.invalid_content = InvalidContent(self)

    # ---- custom fields

    def put_custom_fields(self, product_id: int, custom_fields: list[CustomField]) -> None:
        """Replace a product's custom fields."""
        with self.lock:
            self._entries[product_id].custom_fields = custom_fields
            self._note_change(product_id)

    def next_custom_field_id(self) -> int:
        """The next unused id."""
        with self.lock:
            self._highest_custom_field_id += 1
            return self._highest_custom_field_id

    # ---- modifiers

    def add_modifier(
        self,
        product_id: int,
        display_name: str,
        *,
        type: ModifierType = "dropdown",
        required: bool = True,
        values: Sequence[str] = ("Small", "Large"),
        default: str | None = None,
    ) -> Modifier:
        """Add a choice beside the variant; orders that skip a required one are refused."""
        with self.lock:
            entry = self._entries[product_id]
            modifier = new_modifier(
                self._highest_modifier_id + 1,
                self._highest_modifier_value_id + 1,
                product_id,
                display_name,
                type=type,
                required=required,
                values=values,
                default=default,
                sort_order=len(entry.modifiers),
            )
            self._highest_modifier_id += 1
            self._highest_modifier_value_id += len(modifier.option_values)
            entry.modifiers = [*entry.modifiers, modifier]
            self._note_change(product_id)
            return modifier

    def remove_modifiers(self, product_id: int) -> None:
        """Remove all modifiers of a product."""
        with self.lock:
            self._entries[product_id].modifiers = []
            self._note_change(product_id)

    # ---- bookkeeping

    def _forget_variant(self, variant_id: int) -> None:
        del self._product_of[variant_id]
        self.metafields.remove_of_variant(variant_id)

    def _note_change(self, product_id: int) -> CatalogueEntry:
        entry = self._entries[product_id]
        base_variant_id = entry.variants[0].id if len(entry.variants) == 1 else None
        entry.product = msgspec.structs.replace(
            entry.product, date_modified=now(), base_variant_id=base_variant_id
        )
        self._count_change()
        return calculate_prices(entry)

    def _count_change(self) -> None:
        self.version += 1
        self.memo.forget()
