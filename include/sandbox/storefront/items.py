"""What lies in a cart, in the shapes of carts.sf.yml.

An item keeps the name, SKU and price that it had when it was added. The refusals' texts are UNVERIFIED:
the official file shows none.
"""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any, Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType, field

from include.sandbox.catalogue.catalogue import Catalogue
from include.sandbox.catalogue.records import CatalogueEntry, Variant
from include.sandbox.encoding import ZERO
from include.sandbox.refusals import Refusal
from include.sandbox.storefront.request_bodies import Contact, Theme, WantedItem


class ShownOption(Struct, frozen=True, rename="camel"):
    """An option of an item, sent only where `include` asks for it."""

    name: str
    name_id: int
    value: str
    value_id: int | None


class Item(Struct, kw_only=True, rename="camel"):
    """A physical or digital item; its `url` is a path until it is sent."""

    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    variant_id: int
    product_id: int
    sku: str
    name: str
    url: str
    quantity: int
    brand: str = ""
    is_taxable: bool = True
    image_url: str
    discounts: tuple[()] = ()
    discount_amount: Decimal = ZERO
    coupon_amount: Decimal = ZERO
    original_price: Decimal
    list_price: Decimal
    sale_price: Decimal
    extended_list_price: Decimal = ZERO
    extended_sale_price: Decimal = ZERO
    type: Literal["physical", "digital"]
    is_mutable: bool = True
    is_shipping_required: bool | UnsetType = UNSET
    gift_wrapping: UnsetType | None = UNSET
    options: tuple[ShownOption, ...] | UnsetType = ()

    def with_quantity(self, quantity: int) -> Item:
        """The item with what this quantity costs."""
        return msgspec.structs.replace(
            self,
            quantity=quantity,
            extended_list_price=self.list_price * quantity,
            extended_sale_price=self.sale_price * quantity,
        )


class Certificate(Struct, kw_only=True):
    """A gift certificate."""

    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    amount: Decimal
    taxable: bool = False
    message: str
    name: str
    recipient: Contact
    sender: Contact
    theme: Theme
    type: Literal["giftCertificate"] = "giftCertificate"


class CustomItem(Struct, kw_only=True, rename="camel"):
    """An item that is not in the catalogue; only the Management API can add one."""

    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    name: str
    sku: str
    quantity: int
    list_price: Decimal
    extended_list_price: Decimal


def item_with_sku(catalogue: Catalogue, sku: str, quantity: int) -> WantedItem | None:
    """The first variant with this SKU, as a link names it; None if there is none."""
    if not sku:
        return None
    with catalogue.lock:
        found = next((each for each in catalogue.all_variants() if each.sku == sku), None)
    return WantedItem(found.product_id, quantity, found.id) if found else None


def new_item(catalogue: Catalogue, wanted: WantedItem) -> Item:
    """The product's variant with its choices; raises Refusal 422 if it cannot be sold so."""
    entry, variant = _find(catalogue, wanted)
    if entry.product.availability == "disabled" or variant.purchasing_disabled:
        raise _refused("This product cannot be purchased.")
    product = entry.product
    price = variant.calculated_price or ZERO
    physical: dict[str, Any] = {"is_shipping_required": True, "gift_wrapping": None}
    return Item(
        variant_id=variant.id,
        product_id=product.id,
        sku=variant.sku,
        name=product.name,
        url=product.custom_url.url,
        quantity=wanted.quantity,
        image_url=f"https://cdn.example.com/products/{product.id}/220.png",
        original_price=product.price if variant.price is None else variant.price,
        list_price=price,
        sale_price=price,
        type=product.type,
        options=(*_variant_options(variant), *_choices(entry, wanted)),
        **(physical if product.type == "physical" else {}),
    ).with_quantity(wanted.quantity)


def _find(catalogue: Catalogue, wanted: WantedItem) -> tuple[CatalogueEntry, Variant]:
    try:
        entry = catalogue.entry(wanted.product_id)
    except KeyError as error:
        raise _refused("This product does not exist.") from error
    if wanted.variant_id is None:
        chosen = {(each.option_id, str(each.option_value)) for each in wanted.option_selections}
        matching = [
            variant
            for variant in entry.variants
            if {(each.option_id, str(each.id)) for each in variant.option_values} <= chosen
        ]
    else:
        matching = [variant for variant in entry.variants if variant.id == wanted.variant_id]
    if len(matching) != 1:
        raise _refused("This product has options, variant ID is required")
    return entry, matching[0]


def _variant_options(variant: Variant) -> list[ShownOption]:
    return [
        ShownOption(each.option_display_name, each.option_id, each.label, each.id)
        for each in variant.option_values
    ]


def _choices(entry: CatalogueEntry, wanted: WantedItem) -> list[ShownOption]:
    """The modifiers' chosen values; raises Refusal 422 if a required one is missing or a value is unknown."""
    chosen = {each.option_id: str(each.option_value) for each in wanted.option_selections}
    shown = []
    for modifier in entry.modifiers:
        value = chosen.get(modifier.id, "")
        if not value and not modifier.required:
            continue
        if not modifier.understands(value):
            raise _refused(f"Choose a value for the option {modifier.display_name}.")
        value_id = int(value) if modifier.option_values else None
        shown.append(ShownOption(modifier.display_name, modifier.id, modifier.shown(value), value_id))
    return shown


def _refused(reason: str) -> Refusal:
    return Refusal(422, reason)
