"""Invalid content that stores have sent, such as half an emoji or a price as text.

A spoilt field is sent as the given JSON text, valid or not. The catalogue itself does not change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from include.sandbox.encoding import to_json

PRICES_OF_PRODUCT = (
    "price",
    "cost_price",
    "retail_price",
    "sale_price",
    "map_price",
    "calculated_price",
    "fixed_cost_shipping_price",
)
PRICES_OF_VARIANT = ("price", "cost_price", "retail_price", "sale_price", "calculated_price")


@dataclass
class Spoilt:
    """The spoilt fields of products and variants. The caller holds the lock."""

    _products: dict[int, dict[str, msgspec.Raw]] = field(default_factory=dict)
    _variants: dict[int, dict[str, msgspec.Raw]] = field(default_factory=dict)
    prices_as_text: bool = False

    def __bool__(self) -> bool:
        return self.prices_as_text or bool(self._products or self._variants)

    def spoil(self, name: str, raw: str, *, product_id: int = 0, variant_id: int = 0) -> None:
        """Send this field of this product or variant as the JSON text `raw`."""
        owner = self._variants if variant_id else self._products
        owner.setdefault(variant_id or product_id, {})[name] = msgspec.Raw(
            raw.encode("utf-8", "surrogatepass")
        )

    def clear(self) -> None:
        """Send everything correctly again."""
        self._products.clear()
        self._variants.clear()
        self.prices_as_text = False

    def product(self, product_id: int, shown: Mapping[str, Any]) -> dict[str, Any]:
        """The product's fields as they are sent."""
        return self._shown(shown, self._products.get(product_id, {}), PRICES_OF_PRODUCT)

    def variant(self, variant_id: int, shown: Mapping[str, Any]) -> dict[str, Any]:
        """The variant's fields as they are sent."""
        return self._shown(shown, self._variants.get(variant_id, {}), PRICES_OF_VARIANT)

    def _shown(
        self, shown: Mapping[str, Any], spoilt: Mapping[str, msgspec.Raw], prices: tuple[str, ...]
    ) -> dict[str, Any]:
        fields = dict(shown)
        if self.prices_as_text:
            for name in prices:
                if fields.get(name) is not None:
                    fields[name] = msgspec.Raw(b'"' + to_json(fields[name]) + b'"')
        return {**fields, **{name: raw for name, raw in spoilt.items() if name in fields}}
