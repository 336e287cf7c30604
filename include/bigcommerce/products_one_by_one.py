"""Reads a page of products one by one, where the store cannot answer it as a whole, however small it is.

A stray quote in one product, or a product on which the store itself fails, would otherwise keep all others
from being read. The store lists the ids with next to nothing else; then each product is requested by its id.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Protocol, TypeAlias

import msgspec

from include.bigcommerce.errors import StoreUnavailable, UnexpectedResponse
from include.bigcommerce.product_pages import Page, read_page
from include.bigcommerce.products import id_in, unreadable

log = logging.getLogger(__name__)

# How often a single product fails before it is skipped.
FAILURES_PER_PRODUCT = 2
# How far beside a page that fails as a whole others are tried: what is near may fail for the same reason.
DISTANCES = (1, 2, 3, 5, 10, 20, 50, 200, 1_000)
# A store that has no product farther away than this may be one in which all are broken.
FEW = 20

Query: TypeAlias = Mapping[str, str | int]
# The id is always sent, but may not be requested alone.
_ID_ALONE: Query = {"include_fields": "is_visible"}
_WHOLE: Query = {"include": "variants"}


class Get(Protocol):
    """Sends one request for products; gives up after so many failures. Raises any BigCommerceError."""

    def __call__(self, most_failures: int, **query: str | int) -> bytes: ...


class _RawMeta(Page):
    meta: msgspec.Raw


_PAGE = msgspec.json.Decoder(Page)
_PAGE_WITH_META = msgspec.json.Decoder(_RawMeta)


def read_one_by_one(get: Get, query: Query) -> bytes | None:
    """The page of a query put together from single products; None if the store fails on more than products.

    A product that cannot be read is on the page with its id and the reason, and parses as Unusable. Raises
    any BigCommerceError that says nothing about a product.
    """
    try:
        listing = read_page(_PAGE_WITH_META, get(1, **_ID_ALONE, **query))
    except (StoreUnavailable, UnexpectedResponse):
        return None
    ids = _ids(listing)
    products: list[bytes] = []
    sent: list[int] = []
    for product_id in ids:
        try:
            found = read_page(_PAGE, get(FAILURES_PER_PRODUCT, **_WHOLE, **{"id:in": product_id})).data
        except (StoreUnavailable, UnexpectedResponse) as failure:  # noqa: PERF203
            if isinstance(failure, StoreUnavailable) and not failure.reached:
                raise
            log.warning("Product %s is skipped: %s", product_id, failure.sentence)
            products.append(unreadable(product_id, failure))
        else:  # a product that was deleted meanwhile is on no page
            products.extend(bytes(each) for each in found if id_in(each) == product_id)
            sent.append(product_id)
    if sent[-1:] != ids[-1:]:  # an outage may have begun meanwhile
        is_up = _can_send(get, {"id:in": sent[0]}) if sent else _fails_on_products_alone(get, ids)
        if not is_up:
            return None
    return b'{"data":[' + b",".join(products) + b'],"meta":' + bytes(listing.meta) + b"}"


def _ids(page: Page) -> list[int]:
    return [found for found in map(id_in, page.data) if found is not None]


def _fails_on_products_alone(get: Get, ids: list[int]) -> bool:
    """Whether a store that fails on all of these products can send another one.

    Where it has next to no others: whether it can send a page without any.
    """
    farthest = 0
    try:
        for distance, product_id in _beside(get, ids):
            farthest = distance
            if _can_send(get, {"id:in": product_id}):
                return True
    except (StoreUnavailable, UnexpectedResponse):
        return False
    return farthest <= FEW and _can_send(get, {"id:less": 1})


def _beside(get: Get, ids: list[int]) -> Iterator[tuple[int, int]]:
    """The ids of some products before and after these, nearest first, each with its distance."""
    before: Query = {"id:less": ids[0], "sort": "id", "direction": "desc", "limit": 1}
    after: Query = {"id:greater": ids[-1], "sort": "id", "direction": "asc", "limit": 1}
    sides = [before, after]
    for distance in DISTANCES:
        for side in list(sides):
            found = _ids(read_page(_PAGE, get(1, **_ID_ALONE, **side, page=distance)))
            yield from ((distance, product_id) for product_id in found[:1])
            if not found:
                sides.remove(side)


def _can_send(get: Get, query: Query) -> bool:
    try:
        read_page(_PAGE, get(1, **_WHOLE, **query))
    except (StoreUnavailable, UnexpectedResponse):
        return False
    return True
