"""Parses products with their variants: one that cannot be used affects no other, and has its reason.

A product is decoded as a whole. Only one that does not decode is taken apart, variant by variant and without
the members that we do not need; then values in the wrong form are accepted if their meaning is clear.
"""

from __future__ import annotations

import re
from functools import partial

import msgspec

from include.bigcommerce.contract import DECODING_ERRORS, Id
from include.bigcommerce.damaged_json import items, join_members, members, repair
from include.bigcommerce.errors import BigCommerceError
from include.bigcommerce.money import Money, read_money, read_number
from include.bigcommerce.product_records import OptionValue, Product, ProductAlone, Unusable, Variant
from include.bigcommerce.unusable_reasons import Kind, reason_of, reason_unreadable
from include.bigcommerce.value_forms import (
    Form,
    as_amount,
    as_boolean,
    as_list,
    as_text,
    as_whole_number,
)

# How a store states that there is no price, besides null; PHP writes an empty object as a list.
_NO_PRICE = re.compile(rb'"\s*"|\{\s*\}|\[\s*\]')


class _Identified(msgspec.Struct):
    id: Id


class _Unreadable(_Identified):
    # Not a field of the API: no JSON of BigCommerce's has this name.
    reason: str = msgspec.field(name="(unreadable)")


def parse_product(piece: msgspec.Raw) -> Product | Unusable:
    """The usable parts of a product, or why it cannot be used at all."""
    try:
        return _PRODUCT.decode(piece)
    except DECODING_ERRORS:
        return _read_in_pieces(bytes(piece))


def unreadable(product_id: int, failure: BigCommerceError) -> bytes:
    """Stands on a page in place of a product that the store cannot send; parses as Unusable."""
    return msgspec.json.encode(_Unreadable(product_id, reason_unreadable(failure)))


def without_id(product_id: int, piece: msgspec.Raw) -> bytes:
    """Stands on a page in place of a product that comes without its id, by which it was requested."""
    item = parse_product(piece)
    reason = item.reason if isinstance(item, Unusable) else ""
    return msgspec.json.encode(_Unreadable(product_id, reason))


def _read_in_pieces(piece: bytes) -> Product | Unusable:
    """A product that does not decode as a whole: only the members that we need, and variant by variant."""
    try:
        missing = _UNREADABLE.decode(piece)
    except DECODING_ERRORS:
        pass
    else:
        return Unusable("product", missing.id, None, missing.reason)
    try:
        fields = _needed(piece, ProductAlone)
        variants = items(_variants_in(piece))
    except (ValueError, *DECODING_ERRORS) as error:
        return Unusable("product", id_in(piece), None, _why(error, "product", piece), _sku_in(piece))
    try:
        product = _PRODUCT.decode(join_members(fields))
    except DECODING_ERRORS as error:
        return Unusable("product", id_in(piece), None, reason_of(error, "product"), _sku_in(piece))
    for variant in variants:
        try:
            product.variants.append(_read_variant(variant))
        except (ValueError, *DECODING_ERRORS) as error:  # noqa: PERF203
            reason = _why(error, "variant", variant)
            product.unusable.append(Unusable("variant", product.id, id_in(variant), reason, _sku_in(variant)))
    return product


def _variants_in(piece: bytes) -> bytes:
    variants = members(piece).get("variants", b"null")
    return b"[]" if variants == b"null" else as_list(bytes, variants)


def _read_variant(piece: bytes) -> Variant:
    try:
        return _VARIANT.decode(piece)
    except DECODING_ERRORS:
        return _VARIANT.decode(join_members(_needed(piece, Variant)))


def _needed(piece: bytes, struct: type[msgspec.Struct]) -> dict[str, bytes]:
    """The members of an object that a type knows, without empty ones and an unusable retail price.

    No charge depends on a retail price: it is only shown beside the price. Raises ValueError if it is no
    closed object, ValidationError with the name of a member that is not even JSON, such as NaN.
    """
    found = members(piece)
    known = [name for name in struct.__struct_encode_fields__ if name in found]
    needed = {name: _FORMS.get(name, bytes)(repair(found[name])) for name in known}
    for name in _OPTIONAL[struct] & needed.keys():
        if needed[name] == b"null":
            del needed[name]
    for name in ("price", "calculated_price", "retail_price"):
        if _NO_PRICE.fullmatch(needed.get(name, b"")):
            del needed[name]
    try:
        _AMOUNT.decode(needed.get("retail_price", b"null"))
    except DECODING_ERRORS:
        del needed["retail_price"]
    for name, value in needed.items():
        try:
            _ANY.decode(value)
        except DECODING_ERRORS:  # noqa: PERF203
            raise msgspec.ValidationError(f"cannot be read - at `$.{name}`") from None
    return needed


def _option_value(piece: bytes) -> bytes:
    """An option value in the form of the contract; what is no object stays as it is."""
    return join_members(_needed(piece, OptionValue)) if piece.startswith(b"{") else piece


def _why(error: Exception, kind: Kind, piece: bytes) -> str:
    """The reason in plain words; for what cannot be taken apart, the strict decoder's."""
    if not isinstance(error, DECODING_ERRORS):
        try:
            (_PRODUCT if kind == "product" else _VARIANT).decode(piece)
        except DECODING_ERRORS as refusal:
            error = refusal
    return reason_of(error, kind)


def id_in(piece: bytes | msgspec.Raw) -> int | None:
    """The id of a product or variant, None where it has none that can be used."""
    try:
        return _IDENTIFIED.decode(piece).id
    except DECODING_ERRORS:
        pass
    try:
        return _IDENTIFIED.decode(join_members(_needed(bytes(piece), _Identified))).id
    except (ValueError, KeyError, *DECODING_ERRORS):
        return None


def _sku_in(piece: bytes) -> str:
    """The SKU of a product or variant, by which people find it; empty where none can be read."""
    try:
        return _SKU.decode(as_text(repair(members(piece)["sku"]))) or ""
    except (ValueError, KeyError, *DECODING_ERRORS):
        return ""


def _to_money(_: type, value: object) -> Money:
    return value if isinstance(value, Money) else read_money(value)


_FORMS: dict[str, Form] = {
    **dict.fromkeys(("id", "product_id"), as_whole_number),
    **dict.fromkeys(("price", "retail_price", "calculated_price"), as_amount),
    **dict.fromkeys(("name", "sku", "option_display_name", "label"), as_text),
    **dict.fromkeys(("is_visible", "purchasing_disabled"), as_boolean),
    "option_values": partial(as_list, _option_value),
}
_OPTIONAL: dict[type[msgspec.Struct], set[str]] = {
    struct: {each.encode_name for each in msgspec.structs.fields(struct) if not each.required}
    for struct in (ProductAlone, Variant, OptionValue, _Identified)
}
_ANY = msgspec.json.Decoder(msgspec.Raw)
_UNREADABLE = msgspec.json.Decoder(_Unreadable)
_IDENTIFIED = msgspec.json.Decoder(_Identified)
_SKU = msgspec.json.Decoder(str | None)
_AMOUNT = msgspec.json.Decoder(Money | None, dec_hook=_to_money, float_hook=read_number)
_PRODUCT = msgspec.json.Decoder(Product, dec_hook=_to_money, float_hook=read_number)
_VARIANT = msgspec.json.Decoder(Variant, dec_hook=_to_money, float_hook=read_number)
