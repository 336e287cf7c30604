"""Reads a store's catalogue page by page.

Reading and parsing are separate: products are kept exactly as the store sent them, and parsed later.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial

import msgspec

from include.bigcommerce.client import StoreClient
from include.bigcommerce.page_size import SMALLEST
from include.bigcommerce.product_pages import (
    COUNTED_PAGE,
    PATH,
    PRODUCTS_PER_PAGE,
    SCOPE,
    CountedPage,
    join_page,
    read_page,
    split_page,
    with_ids,
)
from include.bigcommerce.product_records import Product, Unusable, Variant
from include.bigcommerce.products import id_in, parse_product
from include.bigcommerce.products_one_by_one import read_one_by_one

__all__ = [
    "PRODUCTS_PER_PAGE",
    "Product",
    "ProductsPage",
    "Unusable",
    "Variant",
    "join_page",
    "parse_product",
    "read_products_page",
    "split_page",
]


@dataclass(frozen=True)
class ProductsPage:
    """`products`: the id of each, None if it has none that can be used, and its JSON as the store sent it.

    They are in ascending order. `listed` counts what the store listed, also what it listed twice; `total` all
    products that match, on any page.
    """

    products: list[tuple[int | None, msgspec.Raw]]
    listed: int
    total: int
    has_more: bool
    limit: int  # the largest size that this page might have had

    @property
    def product_ids(self) -> list[int]:
        """Those that can be used, ascending."""
        return [product_id for product_id, _ in self.products if product_id is not None]


def read_products_page(
    client: StoreClient,
    *,
    limit: int = PRODUCTS_PER_PAGE,
    after: int | None = None,
    before: int | None = None,
    page: int | None = None,
    only: Collection[int] | None = None,
) -> ProductsPage:
    """One page of products by ascending id, between the ids `after` and `before`, both excluded.

    `only`: of these ids alone, at most PRODUCTS_PER_PAGE. To read on, pass the last id as `after`: that
    neither skips nor repeats when products come and go. The store may choose smaller pages than `limit` (at
    most 250), and where it fails on large ones a smaller one is read: a `page` by number then begins where
    the large one would have begun, or a little later.
    Where it fails even on the smallest, products are read one by one. Raises any BigCommerceError.
    """
    wanted = _Wanted(limit, after, before, page, only)
    answer, size = client.products_per_page.read(
        limit,
        lambda size, most_failures: _read_whole(client, wanted, size, most_failures),
        otherwise=lambda: _read_one_by_one(client, wanted),
    )
    if answer.data and all(id_in(piece) is None for piece in answer.data):
        # there would be no id to read on from
        answer = _read_one_by_one(client, wanted) or answer
    products = with_ids(answer, after=after, before=before, only=only)
    pagination = answer.meta.pagination
    has_more = pagination.promises_more(len(products), wanted.page_number(size) or 1)
    listed = len(answer.data)
    while has_more and products and products[-1][0] is None:
        products.pop()  # the next page begins with it
        listed -= 1
    return ProductsPage(products, listed, pagination.total, has_more, size)


@dataclass(frozen=True)
class _Wanted:
    """The arguments of `read_products_page`."""

    limit: int
    after: int | None
    before: int | None
    page: int | None
    only: Collection[int] | None

    def params(self, size: int) -> dict[str, str | int]:
        """The query for a page of this size."""
        params: dict[str, str | int] = {"sort": "id", "direction": "asc", "limit": size}
        if self.after is not None:
            params["id:greater"] = self.after
        if self.before is not None:
            params["id:less"] = self.before
        if self.only is not None:
            params["id:in"] = ",".join(map(str, self.only))
        if number := self.page_number(size):
            params["page"] = number
        return params

    def page_number(self, size: int) -> int | None:
        """The number of a page of this size, None where pages go by id."""
        return None if self.page is None else math.ceil((self.page - 1) * self.limit / size) + 1


def _read_whole(client: StoreClient, wanted: _Wanted, size: int, most_failures: int | None) -> CountedPage:
    body = _get(client, most_failures, include="variants", **wanted.params(size))
    return read_page(COUNTED_PAGE, body)


def _read_one_by_one(client: StoreClient, wanted: _Wanted) -> CountedPage | None:
    params = wanted.params(min(wanted.limit, SMALLEST))
    body = read_one_by_one(partial(_get, client), params)
    return None if body is None else read_page(COUNTED_PAGE, body)


def _get(client: StoreClient, most_failures: int | None, **params: str | int) -> bytes:
    return client.send(
        "GET", PATH, params=params, scope=SCOPE, safe_to_repeat=True, most_failures=most_failures
    ).content
