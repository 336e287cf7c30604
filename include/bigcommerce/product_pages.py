"""Takes pages of products apart and puts them together; each product stays as the store sent it.

GET /v3/catalog/products: products_catalog.v3.yml, developer.bigcommerce.com/docs/rest-catalog/products
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, TypeVar

import msgspec

from include.bigcommerce.contract import DECODING_ERRORS, difference, unexpected
from include.bigcommerce.damaged_json import items, join_members, members
from include.bigcommerce.pagination import Meta
from include.bigcommerce.products import id_in

PATH = "/v3/catalog/products"
SCOPE = "store_v2_products"
PRODUCTS_PER_PAGE = 250


class Page(msgspec.Struct):
    """A page of products, each still as it was sent."""

    data: list[msgspec.Raw]

    @property
    def counted(self) -> Any:
        """How many products the store says are on it, None if it does not say."""
        return None


class CountedPage(Page):
    """A page that says how many products are on it, and how many there are."""

    meta: Meta

    @property
    def counted(self) -> Any:
        return self.meta.pagination.count


AnyPage = TypeVar("AnyPage", bound=Page)


def split_page(body: bytes) -> list[msgspec.Raw]:
    """The products of one page's JSON, each still as it was sent. Raises UnexpectedResponse."""
    return read_page(_PAGE, body).data


def join_page(products: Iterable[msgspec.Raw]) -> bytes:
    """The JSON of a page of these products, for `split_page`."""
    return b'{"data":[%b]}' % b",".join(products)


def read_page(decoder: msgspec.json.Decoder[AnyPage], body: bytes) -> AnyPage:
    """The page, its products as they were sent: a damaged one is still damaged.

    Raises UnexpectedResponse, also where quotation marks within two products make one product of them.
    """
    try:
        return decoder.decode(body)
    except DECODING_ERRORS as error:
        try:
            page = members(body)
            products = items(page.pop("data"))
            answer = decoder.decode(join_members({**page, "data": b"[]"}))
        except (ValueError, KeyError, *DECODING_ERRORS):
            raise unexpected(difference(error), path=PATH) from error
        if answer.counted not in (None, len(products), str(len(products))):
            raise unexpected("quotation marks in $.data are wrong", path=PATH) from error
        answer.data = [msgspec.Raw(product) for product in products]
        return answer


def with_ids(
    page: Page, *, after: int | None = None, before: int | None = None, only: Collection[int] | None = None
) -> list[tuple[int | None, msgspec.Raw]]:
    """The products of a page, each once, with its id, or None if it has none that can be used.

    A store may list a product twice on one page, or on two: then its first mention counts, and `after` and
    `before`, which are on other pages, are passed over. One that ignored the order or the filter would make a
    reader skip products, or go round for ever. So this raises UnexpectedResponse unless the ids ascend
    between those two and are `only` these; and if no product has one.
    """
    products = [(id_in(piece), piece) for piece in page.data]
    ids = list(dict.fromkeys(found for found, _ in products if found is not None))
    if products and not ids:
        raise unexpected("$.data holds no product with an id", path=PATH)
    if (
        ids != sorted(ids)
        or (ids and (ids[0] < (after or 1) or (before and ids[-1] > before)))
        or (only is not None and not set(ids) <= set(only))
    ):
        raise unexpected("the ids in $.data are not in the order or the range that was requested", path=PATH)
    seen = {after, before} - {None}
    once: list[tuple[int | None, msgspec.Raw]] = []
    for product_id, piece in products:
        if product_id is None or product_id not in seen:
            once.append((product_id, piece))
            seen.add(product_id)
    return once


_PAGE = msgspec.json.Decoder(Page)
COUNTED_PAGE = msgspec.json.Decoder(CountedPage, strict=False)
