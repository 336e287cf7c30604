"""Reads a page of products one by one, where the store cannot answer it as a whole, however small it is.

A stray quote in one product, or a product on which the store itself fails, would otherwise keep all others
from being read. The ids are listed with next to nothing else; then each product is requested by its id.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

import msgspec

from include.bigcommerce.errors import StoreUnavailable, UnexpectedResponse
from include.bigcommerce.product_ids import ID_ALONE, NO_PRODUCT, Get, Query, ids_of, list_ids
from include.bigcommerce.product_pages import Page, read_page
from include.bigcommerce.products import id_in, unreadable, without_id

log = logging.getLogger(__name__)

# How often a single product fails before it is skipped.
FAILURES_PER_PRODUCT = 2
# How far beside a page that fails as a whole others are tried: what is near may fail for the same reason.
DISTANCES = (1, 2, 3, 5, 10, 20, 50, 200, 1_000)
# A store that has no product farther away than this may be one in which all are broken.
FEW = 20

_WHOLE: Query = {"include": "variants"}
_PAGE = msgspec.json.Decoder(Page)


def read_one_by_one(get: Get, query: Query) -> bytes | None:
    """The page of a query put together from single products; None if the store fails on more than products.

    A product that cannot be read is on the page with its id and the reason, and parses as Unusable. Raises
    any BigCommerceError that says nothing about a product.
    """
    listed = list_ids(get, query)
    if listed is None:
        return None
    products: list[bytes] = []
    sent: list[int] = []
    for product_id in listed.ids:
        try:
            found = read_page(_PAGE, get(FAILURES_PER_PRODUCT, **_WHOLE, **{"id:in": product_id})).data
        except (StoreUnavailable, UnexpectedResponse) as failure:  # noqa: PERF203
            if isinstance(failure, StoreUnavailable) and not failure.reached:
                raise
            log.warning("Product %s is skipped: %s", product_id, failure.sentence)
            products.append(unreadable(product_id, failure))
        else:  # a product that was deleted meanwhile is on no page
            products.extend(_named(product_id, found))
            sent.append(product_id)
    if sent[-1:] != listed.ids[-1:]:  # an outage may have begun meanwhile
        is_up = _can_send(get, {"id:in": sent[0]}) if sent else _fails_on_products_alone(get, listed.ids)
        if not is_up:
            return None
    pagination = {"total": listed.total, "per_page": query["limit"]}
    return b'{"data":[%b],"meta":{"pagination":%b}}' % (b",".join(products), msgspec.json.encode(pagination))


def _named(product_id: int, found: list[msgspec.Raw]) -> Iterator[bytes]:
    """The product that was requested, with its id even where it comes without one."""
    for piece in found:
        found_id = id_in(piece)
        if found_id == product_id:
            yield bytes(piece)
        elif found_id is None:
            yield without_id(product_id, piece)


def _fails_on_products_alone(get: Get, ids: list[int]) -> bool:
    """Whether a store that fails on all of these products can send another one.

    Where it has next to no others: whether it can send a page without any.
    """
    farthest = 0
    for distance, found in _beside(get, ids):
        farthest = distance
        if any(_can_send(get, {"id:in": product_id}) for product_id in found):
            return True
    return farthest <= FEW and _can_send(get, NO_PRODUCT)


def _beside(get: Get, ids: list[int]) -> Iterator[tuple[int, list[int]]]:
    """Single products before and after these, nearest first: the distance, and the id if it can be listed."""
    before: Query = {"id:less": ids[0], "sort": "id", "direction": "desc", "limit": 1}
    after: Query = {"id:greater": ids[-1], "sort": "id", "direction": "asc", "limit": 1}
    sides = [before, after]
    for distance in DISTANCES:
        for side in list(sides):
            try:
                page = read_page(_PAGE, get(1, **ID_ALONE, **side, page=distance))
            except (StoreUnavailable, UnexpectedResponse):  # noqa: PERF203
                yield distance, []
            else:
                if page.data:
                    yield distance, ids_of(page)
                else:
                    sides.remove(side)


def _can_send(get: Get, query: Query) -> bool:
    try:
        read_page(_PAGE, get(1, **_WHOLE, **query))
    except (StoreUnavailable, UnexpectedResponse):
        return False
    return True
