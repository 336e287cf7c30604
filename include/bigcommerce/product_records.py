"""A product of a store with its variants, as BigCommerce sends them, and what cannot be used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from include.bigcommerce.contract import Id
from include.bigcommerce.money import Money
from include.bigcommerce.unusable_reasons import Kind


class OptionValue(msgspec.Struct, frozen=True, gc=False):
    """One choice that makes up a variant, e.g. Size = M."""

    option_display_name: str
    label: str


class Variant(msgspec.Struct, gc=False):
    """What can be bought. A price of None is the product's; `calculated_price` is what a shopper pays.

    A `product_id` of None is that of the product below which it is listed.
    A product without options has one variant, its base variant, whose `option_values` are empty.
    """

    id: Id
    product_id: int | None = None
    sku_or_null: str | None = msgspec.field(name="sku", default=None)
    price: Money | None = None
    retail_price: Money | None = None
    calculated_price: Money | None = None
    purchasing_disabled: bool = False
    option_values: tuple[OptionValue, ...] = ()

    @property
    def sku(self) -> str:
        """Empty if it has none."""
        return self.sku_or_null or ""


@dataclass(frozen=True)
class Unusable:
    """A product or a variant that cannot be used; an id is None where it is missing or wrong itself.

    `reason` is a sentence with the next step; `sku` is empty where there is none that can be read.
    """

    kind: Kind
    product_id: int | None
    variant_id: int | None
    reason: str
    sku: str = ""


class ProductAlone(msgspec.Struct, kw_only=True, gc=False):
    """`availability` is "available", "preorder" or "disabled"; nothing depends on anything else."""

    id: Id
    name: str
    sku_or_null: str | None = msgspec.field(name="sku", default=None)
    is_visible: bool = True
    availability: Any = None
    price: Money | None = None
    retail_price: Money | None = None
    calculated_price: Money | None = None

    @property
    def sku(self) -> str:
        """Empty if it has none; orders use the variant's."""
        return self.sku_or_null or ""

    @property
    def purchasing_disabled(self) -> bool:
        """Whether the store lists the product and sells none of its variants, whatever these say."""
        return bool(self.availability == "disabled")


class Product(ProductAlone, kw_only=True, gc=False):
    """A product with those of its variants that can be used; `unusable` are the others."""

    variants: list[Variant] = []
    # Not a field of the API: no JSON of BigCommerce's has this name.
    unusable: list[Unusable] = msgspec.field(default_factory=list, name="(unusable)")
