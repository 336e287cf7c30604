"""Reads which options BigCommerce requires in every order of a product: its mandatory modifiers.

GET /v3/catalog/products?include=modifiers, at most 10 products a page: product-modifiers_catalog.v3.yml.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial

import msgspec

from include.bigcommerce.client import StoreClient
from include.bigcommerce.contract import DECODING_ERRORS, Id, decode
from include.bigcommerce.errors import StoreUnavailable, UnexpectedResponse
from include.bigcommerce.product_pages import PATH, SCOPE
from include.bigcommerce.value_forms import (
    Form,
    as_boolean,
    as_list,
    as_object,
    as_text,
    as_whole_number,
)

log = logging.getLogger(__name__)

PRODUCTS_PER_REQUEST = 10
# How often the store fails on several products before each is requested alone, and then on one of them.
_MOST_FAILURES = 2


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

    If the store fails on that, each product is requested alone. A product on which it still fails, or that it
    did not list, is missing from the answer. Raises any BigCommerceError.
    """
    try:
        return _read(client, product_ids, most_failures=_MOST_FAILURES)
    except (StoreUnavailable, UnexpectedResponse) as failure:
        if isinstance(failure, StoreUnavailable) and not failure.reached:
            raise
    answers = [_read_alone(client, product_id) for product_id in product_ids]
    if len(answers) > 1 and all(answer is None for answer in answers):
        # the store rather than the products: it gets as long as with any other request
        return _read(client, product_ids, most_failures=None)
    return {product_id: found for answer in answers if answer for product_id, found in answer.items()}


def _read_alone(client: StoreClient, product_id: int) -> dict[int, list[Modifier]] | None:
    """None if the store fails on this product."""
    try:
        return _read(client, [product_id], most_failures=_MOST_FAILURES)
    except (StoreUnavailable, UnexpectedResponse) as failure:
        log.warning("The options of product %s are not read: %s", product_id, failure.sentence)
        return None


def _read(
    client: StoreClient, product_ids: Sequence[int], *, most_failures: int | None
) -> dict[int, list[Modifier]]:
    params: dict[str, str | int] = {
        "id:in": ",".join(map(str, product_ids)),
        "include": "modifiers",
        # the id is always sent, but may not be requested
        "include_fields": "is_visible",
        "limit": PRODUCTS_PER_REQUEST,
    }
    response = client.send(
        "GET", PATH, params=params, scope=SCOPE, safe_to_repeat=True, most_failures=most_failures
    )
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
