"""Lists the ids of products with next to nothing else, also where a product breaks even such a list.

A stray quote in the one field that comes with the id, or an id that is none, spoils every answer that holds
the product. So ids are requested one at a time, and the one that does not come is found by halving: a range
of ids without any product is answered with an empty list, and one that holds the product is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from include.bigcommerce.errors import StoreUnavailable, UnexpectedResponse
from include.bigcommerce.product_pages import COUNTED_PAGE, CountedPage, Page, read_page
from include.bigcommerce.products import id_in

Query: TypeAlias = Mapping[str, str | int]
# The id is always sent, but may not be requested alone.
ID_ALONE: Query = {"include_fields": "is_visible"}
NO_PRODUCT: Query = {"id:less": 1, "limit": 1}
HIGHEST_ID = 2**63 - 1


class Get(Protocol):
    """Sends one request for products; gives up after so many failures. Raises any BigCommerceError."""

    def __call__(self, most_failures: int, **query: str | int) -> bytes: ...


@dataclass(frozen=True)
class ListedIds:
    """The ids of one page, ascending; `total` counts the products that match the query, on any page."""

    ids: list[int]
    total: int


def list_ids(get: Get, query: Query) -> ListedIds | None:
    """The ids on the page of a query by ascending id; None if the store fails on more than products.

    The page of a query with a `page` number may begin a little later. Raises any BigCommerceError that says
    nothing about a product.
    """
    page = _read(get, query)
    if page and ((ids := ids_of(page)) or not page.data):
        return ListedIds(ids, page.meta.pagination.total)
    nothing = _read(get, NO_PRODUCT)
    if nothing is None or nothing.data:
        return None
    return _one_at_a_time(get, _from_first_readable(get, query) if "page" in query else query)


def ids_of(page: Page) -> list[int]:
    """The ids of its products, without those that have none that can be used."""
    return list(dict.fromkeys(found for found in map(id_in, page.data) if found is not None))


def _read(get: Get, query: Query) -> CountedPage | None:
    """None where the store fails, or what it sends is no page."""
    try:
        return read_page(COUNTED_PAGE, get(1, **ID_ALONE, **query))
    except StoreUnavailable as failure:
        if not failure.reached:
            raise
    except UnexpectedResponse:
        pass
    return None


def _from_first_readable(get: Get, query: Query) -> Query:
    """The same products by a range of ids instead of a page number, from the first whose id can be read."""
    size, number = int(query["limit"]), int(query["page"])
    ranged = {name: value for name, value in query.items() if name != "page"}
    for place in range((number - 1) * size + 1, number * size + 1):
        page = _read(get, {**ranged, "limit": 1, "page": place})
        if page and (ids := ids_of(page)):
            return {**ranged, "id:greater": ids[0] - 1}
    return {**ranged, "id:less": 1}


def _one_at_a_time(get: Get, query: Query) -> ListedIds:
    ids: list[int] = []
    total: int | None = None
    after = int(query.get("id:greater", 0))
    while len(ids) < int(query["limit"]):
        page = _read(get, {**query, "id:greater": after, "limit": 1})
        if page and not page.data:
            return ListedIds(ids, total or len(ids))
        if page:
            total = total or len(ids) + page.meta.pagination.total
        found = next((each for each in ids_of(page) if each > after), None) if page else None
        if found is None:
            found = _find_by_halving(get, query, after)
        if found is None:
            break
        ids.append(found)
        after = found
    # if none of these could be listed, there may be another
    return ListedIds(ids, total or len(ids) + 1)


def _find_by_halving(get: Get, query: Query, after: int) -> int | None:
    """The least id above `after` of a product that cannot be listed; None if there is none after all."""
    end = int(query.get("id:less", HIGHEST_ID))

    def is_empty(before: int) -> bool:
        page = _read(get, {**query, "id:greater": after, "id:less": before, "limit": 1})
        return page is not None and not page.data

    empty, step = after + 1, 1
    while is_empty(min(after + 1 + step, end)):
        empty = min(after + 1 + step, end)
        if empty == end:
            return None
        step *= 2
    holding = min(after + 1 + step, end)
    while holding - empty > 1:
        middle = (empty + holding) // 2
        if is_empty(middle):
            empty = middle
        else:
            holding = middle
    return holding - 1
