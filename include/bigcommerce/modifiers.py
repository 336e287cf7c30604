"""Reads which options BigCommerce requires in every order of a product: its mandatory modifiers.

GET /v3/catalog/products?include=modifiers, at most 10 products a page: product-modifiers_catalog.v3.yml.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import msgspec

from include.bigcommerce.client import StoreClient
from include.bigcommerce.contract import DECODING_ERRORS, Id, decode
from include.bigcommerce.product_pages import PATH, SCOPE
from include.bigcommerce.value_forms import (
    Form,
    as_boolean,
    as_list,
    as_object,
    as_text,
    as_whole_number,
)

PRODUCTS_PER_REQUEST = 10


class ModifierChoice(msgspec.Struct, frozen=True):
    """One value to choose from."""

    id: Id
    label: str = ""


class Modifier(msgspec.Struct, frozen=True):
    """A modifier; `option_values` are empty for text, numbers, dates and files."""

    id: Id
    type: str
    required: bool
    display_name: str = ""
    name: str = ""
    option_values: list[ModifierChoice] | None = None


class _Product(msgspec.Struct):
    id: Id
    modifiers: list[msgspec.Raw] = []


class _Page(msgspec.Struct):
    data: list[msgspec.Raw]


def read_required_modifiers(client: StoreClient, product_ids: Sequence[int]) -> dict[int, list[Modifier]]:
    """The required modifiers by product id, for at most PRODUCTS_PER_REQUEST products; one request.

    A product that the store did not list is missing from the answer. Raises any BigCommerceError.
    """
    params: dict[str, str | int] = {
        "id:in": ",".join(map(str, product_ids)),
        "include": "modifiers",
        "include_fields": "id",
        "limit": PRODUCTS_PER_REQUEST,
    }
    response = client.send("GET", PATH, params=params, scope=SCOPE, safe_to_repeat=True)
    found: dict[int, list[Modifier]] = {}
    for piece in decode(_PAGE, response.content, path=PATH).data:
        try:
            product = _PRODUCT.decode(as_object(_PRODUCT_FORMS, bytes(piece)))
        except (ValueError, *DECODING_ERRORS):
            continue  # one odd product spoils no other: it is read again in the next sync
        if product.id in product_ids:
            found[product.id] = [each for each in map(_modifier, product.modifiers) if each]
    return found


def _modifier(piece: msgspec.Raw) -> Modifier | None:
    """None for one that is not required, or that makes no sense."""
    try:
        modifier = _MODIFIER.decode(as_object(_MODIFIER_FORMS, bytes(piece)))
    except (ValueError, *DECODING_ERRORS):
        return None
    return modifier if modifier.required else None


_CHOICE_FORMS: dict[str, Form] = {"id": as_whole_number, "label": as_text}
_MODIFIER_FORMS: dict[str, Form] = {
    "id": as_whole_number,
    "type": bytes,
    "required": as_boolean,
    "display_name": as_text,
    "name": as_text,
    "option_values": partial(as_list, partial(as_object, _CHOICE_FORMS)),
}
_PRODUCT_FORMS: dict[str, Form] = {"id": as_whole_number, "modifiers": partial(as_list, bytes)}
_PAGE = msgspec.json.Decoder(_Page)
_PRODUCT = msgspec.json.Decoder(_Product)
_MODIFIER = msgspec.json.Decoder(Modifier)
