"""What a store holds, in the shape the API sends it.

Field names, order and types follow BigCommerce's OpenAPI files (product_Full, productVariant_Full,
Metafield, customFieldData). Records are immutable: a change creates a new one. Money is
Decimal and is written as a JSON number with exactly its digits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

import msgspec
from msgspec import Meta, Struct

from include.sandbox.catalogue.modifiers import Modifier
from include.sandbox.encoding import ZERO

R = TypeVar("R", bound=Struct)

PermissionSet: TypeAlias = Literal["app_only", "read", "write", "read_and_sf_access", "write_and_sf_access"]
Name64: TypeAlias = Annotated[str, Meta(min_length=1, max_length=64)]
Name250: TypeAlias = Annotated[str, Meta(min_length=1, max_length=250)]
MetafieldValue: TypeAlias = Annotated[str, Meta(min_length=1, max_length=65535)]
Description: TypeAlias = Annotated[str, Meta(max_length=255)]


class OptionValue(Struct, frozen=True, gc=False):
    """One choice that makes a variant, such as Color: Red."""

    id: int
    label: str
    option_id: int
    option_display_name: str


class Variant(Struct, frozen=True, kw_only=True, gc=False):
    """One variant; a null price, sale price or retail price inherits the product's."""

    id: int
    product_id: int
    sku: str = ""
    sku_id: int | None = None
    price: Decimal | None = None
    calculated_price: Decimal | None = None
    sale_price: Decimal | None = None
    retail_price: Decimal | None = None
    map_price: Decimal | dict[str, str] | None = None
    weight: Decimal | None = None
    calculated_weight: Decimal = ZERO
    width: Decimal | None = None
    height: Decimal | None = None
    depth: Decimal | None = None
    is_free_shipping: bool = False
    fixed_cost_shipping_price: Decimal | None = None
    purchasing_disabled: bool = False
    purchasing_disabled_message: str = ""
    image_url: str = ""
    cost_price: Decimal | None = ZERO
    upc: str | None = ""
    mpn: str | None = ""
    gtin: str | None = ""
    inventory_level: int | None = 0
    inventory_warning_level: int | None = 0
    bin_picking_number: str | None = ""
    option_values: tuple[OptionValue, ...] = ()


class CustomUrl(Struct, frozen=True, gc=False):
    """Where the storefront shows a product."""

    url: str
    is_customized: bool = False


class Product(Struct, frozen=True, kw_only=True, gc=False):
    """One product without its sub-resources; a sale or retail price of 0 means there is none."""

    id: int
    name: str
    type: Literal["physical", "digital"] = "physical"
    sku: str = ""
    description: str = ""
    weight: Decimal = ZERO
    width: Decimal = ZERO
    depth: Decimal = ZERO
    height: Decimal = ZERO
    price: Decimal = ZERO
    cost_price: Decimal = ZERO
    retail_price: Decimal = ZERO
    sale_price: Decimal = ZERO
    map_price: Decimal = ZERO
    tax_class_id: int = 0
    product_tax_code: str = ""
    calculated_price: Decimal = ZERO
    categories: tuple[int, ...] = (23,)
    brand_id: int = 0
    option_set_id: int | None = None
    option_set_display: str = "right"
    inventory_level: int = 0
    inventory_warning_level: int = 0
    inventory_tracking: Literal["none", "product", "variant"] = "none"
    reviews_rating_sum: int = 0
    reviews_count: int = 0
    total_sold: int = 0
    fixed_cost_shipping_price: Decimal = ZERO
    is_free_shipping: bool = False
    is_visible: bool = True
    is_featured: bool = False
    related_products: tuple[int, ...] = (-1,)
    warranty: str = ""
    bin_picking_number: str = ""
    layout_file: str = "product.html"
    upc: str = ""
    mpn: str = ""
    gtin: str = ""
    date_last_imported: str = ""
    search_keywords: str = ""
    availability: Literal["available", "disabled", "preorder"] = "available"
    availability_description: str = ""
    gift_wrapping_options_type: Literal["any", "none", "list"] = "any"
    gift_wrapping_options_list: tuple[int, ...] = ()
    sort_order: int = 0
    condition: Literal["New", "Used", "Refurbished"] = "New"
    is_condition_shown: bool = False
    order_quantity_minimum: int = 0
    order_quantity_maximum: int = 0
    page_title: str = ""
    meta_keywords: tuple[str, ...] = ()
    meta_description: str = ""
    date_created: str = "2025-01-15T09:30:00+00:00"
    date_modified: str = "2025-01-15T09:30:00+00:00"
    view_count: int = 0
    preorder_release_date: str | None = None
    preorder_message: str = ""
    is_preorder_only: bool = False
    is_price_hidden: bool = False
    price_hidden_label: str = ""
    custom_url: CustomUrl
    base_variant_id: int | None = None
    open_graph_type: str = "product"
    open_graph_title: str = ""
    open_graph_description: str = ""
    open_graph_use_meta_description: bool = True
    open_graph_use_product_name: bool = True
    open_graph_use_image: bool = True


class CustomField(Struct, frozen=True, gc=False):
    """A name and a value shown to shoppers on the product's page."""

    id: int
    name: Name250
    value: Name250


class Metafield(Struct, frozen=True, kw_only=True, gc=False):
    """A value that an API client keeps with a variant."""

    id: int
    key: str
    value: str
    namespace: str
    permission_set: PermissionSet
    resource_type: Literal["variant"] = "variant"
    resource_id: int
    description: str = ""
    date_created: str
    date_modified: str
    owner_client_id: str


@dataclass(slots=True)
class CatalogueEntry:
    """A product with what belongs to it; variants ascend by id."""

    product: Product
    variants: list[Variant]
    custom_fields: list[CustomField] = field(default_factory=list)
    modifiers: list[Modifier] = field(default_factory=list)


def made(kind: type[R], defaults: Mapping[str, Any], fields: Mapping[str, Any]) -> R:
    """A record with these fields; raises TypeError for an unknown one, ValueError for a wrong value."""
    unknown = fields.keys() - {field.name for field in msgspec.structs.fields(kind)}
    if unknown:
        raise TypeError(f"A {kind.__name__.lower()} has no {', '.join(sorted(unknown))}.")
    return msgspec.convert({**defaults, **fields}, kind)


def changed(old: R, fields: Mapping[str, Any]) -> R:
    """A record with other values in these fields; raises as `made` does."""
    return made(type(old), msgspec.structs.asdict(old), fields)
