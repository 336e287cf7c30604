"""Invalid content that stores have sent, such as half an emoji or a price as text.

A spoilt field is sent as the given JSON text, valid or not. The catalogue itself does not change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from include.sandbox.catalogue.contents import Contents
from include.sandbox.encoding import to_json
from include.sandbox.refusals import Refusal

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


class InvalidContent:
    """The spoilt fields of a catalogue's products and variants."""

    def __init__(self, contents: Contents) -> None:
        self.prices_as_text = False
        self._contents = contents
        self._products: dict[int, dict[str, msgspec.Raw]] = {}
        self._variants: dict[int, dict[str, msgspec.Raw]] = {}
        self._failing: dict[int, str] = {}
        self._listed_twice: set[int] = set()

    def __bool__(self) -> bool:
        return self.prices_as_text or bool(self._products or self._variants or self._failing)

    def fail_on_product(self, product_id: int, field: str = "name") -> None:
        """Answer every request with 500 whose answer would hold this field of the product."""
        with self._contents.lock:
            self._contents.product(product_id)
            self._failing[product_id] = field

    def list_twice(self, product_id: int) -> None:
        """List this product twice in a row, on one page or on two by number, and count it twice."""
        with self._contents.lock:
            self._contents.product(product_id)
            self._listed_twice.add(product_id)

    def spoil_product(self, product_id: int, field: str, raw: str) -> None:
        """Send this field of the product as the JSON text `raw`, such as `"Great \\ud83d"` (quoted)."""
        with self._contents.lock:
            self._contents.product(product_id)
            self._products.setdefault(product_id, {})[field] = _raw(raw)

    def spoil_variant(self, variant_id: int, field: str, raw: str) -> None:
        """Send this field of the variant as the JSON text `raw`, such as `1e-20000` for its price."""
        with self._contents.lock:
            self._contents.variant(variant_id)
            self._variants.setdefault(variant_id, {})[field] = _raw(raw)

    def spoil_prices(self) -> None:
        """Send every price as text."""
        with self._contents.lock:
            self.prices_as_text = True

    def clear(self) -> None:
        """Send everything correctly again."""
        with self._contents.lock:
            self._products.clear()
            self._variants.clear()
            self._failing.clear()
            self._listed_twice.clear()
            self.prices_as_text = False

    def listed(self, product_ids: Sequence[int]) -> Sequence[int]:
        """The products of a list, as often as they are sent."""
        if not self._listed_twice:
            return product_ids
        return [each for each in product_ids for _ in range(1 + (each in self._listed_twice))]

    def product(self, product_id: int, shown: Mapping[str, Any]) -> dict[str, Any]:
        """The product's fields as they are sent. Raises Refusal if the store fails on the product."""
        if self._failing.get(product_id) in shown:
            raise Refusal(500, "The server encountered an error.")
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


def _raw(text: str) -> msgspec.Raw:
    return msgspec.Raw(text.encode("utf-8", "surrogatepass"))
