"""Reads a store's products with their variants, page by page, and parses them to the digit.

Reading and parsing are apart: a page is kept exactly as the store sent it and may be parsed later, again.
GET /v3/catalog/products: developer.bigcommerce.com/docs/rest-catalog/products
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import msgspec

from include.bigcommerce.client import StoreClient
from include.bigcommerce.contract import Id, NotAsAgreed, decode, difference, unexpected
from include.bigcommerce.pagination import Meta

SCOPE = "store_v2_products"
PRODUCTS_PER_PAGE = 250
_PATH = "/v3/catalog/products"


class Money(Decimal):
    """An amount with exactly the digits the store wrote."""


class OptionValue(msgspec.Struct):
    """One choice that makes up a variant, e.g. Size = M."""

    option_display_name: str
    label: str


class Variant(msgspec.Struct):
    """What can be bought. A price of None is the product's; `calculated_price` is what a shopper pays.

    A product without options has one variant, its base variant, whose `option_values` are empty.
    """

    id: Id
    product_id: int
    sku_or_null: str | None = msgspec.field(name="sku", default=None)
    price: Money | None = None
    sale_price: Money | None = None
    retail_price: Money | None = None
    calculated_price: Money | None = None
    purchasing_disabled: bool = False
    option_values: list[OptionValue] = []

    @property
    def sku(self) -> str:
        """Empty if it has none."""
        return self.sku_or_null or ""


@dataclass(frozen=True)
class Unusable:
    """A product or a variant that cannot be used; the ids are None where they are what is wrong."""

    kind: Literal["product", "variant"]
    product_id: int | None
    variant_id: int | None
    reason: str


class _ProductAlone(msgspec.Struct, kw_only=True):
    id: Id
    name: str
    sku_or_null: str | None = msgspec.field(name="sku", default=None)
    is_visible: bool = True
    price: Money | None = None
    sale_price: Money | None = None
    retail_price: Money | None = None
    calculated_price: Money | None = None

    @property
    def sku(self) -> str:
        """Empty if it has none; what is sold is the variant's."""
        return self.sku_or_null or ""


class Product(_ProductAlone, kw_only=True):
    """A product with those of its variants that can be used; `unusable` are the others."""

    variants: list[Variant] = []
    # no field of the API: the name is one that no JSON of theirs has
    unusable: list[Unusable] = msgspec.field(default_factory=list, name="(unusable)")


class _ProductInPieces(_ProductAlone, kw_only=True):
    variants: list[msgspec.Raw] = []


class _Identified(msgspec.Struct):
    id: Id


class _Page(msgspec.Struct):
    data: list[msgspec.Raw]


class _PageWithMeta(_Page):
    meta: Meta


@dataclass(frozen=True)
class ProductsPage:
    """`body` is the JSON as the store sent it; `total` counts all products that match, on any page.

    `listed` are those on this page, also such as have no usable id and so none among `product_ids`.
    """

    body: bytes
    product_ids: list[int]  # ascending
    listed: int
    total: int
    has_more: bool


def read_products_page(
    client: StoreClient,
    *,
    limit: int = PRODUCTS_PER_PAGE,
    after: int | None = None,
    before: int | None = None,
    page: int | None = None,
) -> ProductsPage:
    """One page of products by ascending id, between the ids `after` and `before` (both left out).

    To read on, pass the last id as `after`: that neither skips nor repeats when products come and go.
    The store may choose smaller pages than `limit` (at most 250). Raises any BigCommerceError.
    """
    params: dict[str, str | int] = {"include": "variants", "sort": "id", "direction": "asc", "limit": limit}
    params |= {
        name: value
        for name, value in {"id:greater": after, "id:less": before, "page": page}.items()
        if value is not None
    }
    body = client.send("GET", _PATH, params=params, scope=SCOPE, safe_to_repeat=True).content
    answer = decode(_PAGE_WITH_META, body, path=_PATH)
    ids = [found for found in map(_id_in, answer.data) if found is not None]
    if answer.data and not ids:
        raise unexpected("$.data holds no product with an id", path=_PATH)
    # A store that ignored the order or the filter would make the reader skip products, or go round for ever.
    if ids != sorted(set(ids)) or (ids and (ids[0] <= (after or 0) or (before and ids[-1] >= before))):
        raise unexpected("the ids in $.data are not in the order or the range that was asked for", path=_PATH)
    pagination = answer.meta.pagination
    listed = len(answer.data)
    return ProductsPage(body, ids, listed, pagination.total, pagination.promises_more(listed))


def parse_products(body: bytes) -> Iterator[Product | Unusable]:
    """The products of one page's JSON, in its order; one that cannot be used spoils no other.

    Raises UnexpectedResponse if it is not a page at all.
    """
    for piece in decode(_PAGE, body, path=_PATH).data:
        try:
            yield _PRODUCT.decode(piece)
        except NotAsAgreed:  # noqa: PERF203
            yield _without_bad_variants(piece)


def _without_bad_variants(piece: msgspec.Raw) -> Product | Unusable:
    """A product that does not decode as a whole, without those variants that do not."""
    try:
        pieces = _PRODUCT_IN_PIECES.decode(piece)
    except NotAsAgreed as error:
        return Unusable("product", _id_in(piece), None, difference(error))
    product = Product(**{name: getattr(pieces, name) for name in _ProductAlone.__struct_fields__})
    for index, variant in enumerate(pieces.variants):
        try:
            product.variants.append(_VARIANT.decode(variant))
        except NotAsAgreed as error:  # noqa: PERF203
            reason = difference(error, within=f"$.variants[{index}]")
            product.unusable.append(Unusable("variant", product.id, _id_in(variant), reason))
    return product


def _id_in(piece: msgspec.Raw) -> int | None:
    try:
        return _IDENTIFIED.decode(piece).id
    except NotAsAgreed:
        return None


def _to_money(_: type, value: object) -> Money:
    """msgspec's hook for Money; numbers with a point or an exponent are Money already."""
    if isinstance(value, Money):
        return value
    if type(value) is int:
        return Money(value)
    raise ValueError(f"Expected `number`, got `{type(value).__name__}`")  # worded as msgspec does


_IDENTIFIED = msgspec.json.Decoder(_Identified)
_PAGE = msgspec.json.Decoder(_Page)
_PAGE_WITH_META = msgspec.json.Decoder(_PageWithMeta)
_PRODUCT = msgspec.json.Decoder(Product, dec_hook=_to_money, float_hook=Money)
_PRODUCT_IN_PIECES = msgspec.json.Decoder(_ProductInPieces, dec_hook=_to_money, float_hook=Money)
_VARIANT = msgspec.json.Decoder(Variant, dec_hook=_to_money, float_hook=Money)
