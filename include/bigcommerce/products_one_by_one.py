"""Reads a page of products one by one, where the store cannot answer it as a whole, however small it is.

A stray quote in one product, or a product on which the store itself fails, would otherwise keep all others
from being read. The store lists the ids with next to nothing else; then each product is requested by its id.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import msgspec

from include.bigcommerce.errors import StoreUnavailable, UnexpectedResponse
from include.bigcommerce.product_pages import Page, read_page
from include.bigcommerce.products import id_in, unreadable

log = logging.getLogger(__name__)

# How often a single product fails before it is skipped.
FAILURES_PER_PRODUCT = 2


class _RawMeta(Page):
    meta: msgspec.Raw


_PAGE = msgspec.json.Decoder(Page)
_PAGE_WITH_META = msgspec.json.Decoder(_RawMeta)


def read_one_by_one(
    list_ids: Callable[[], bytes],
    read_product: Callable[[int, int], bytes],
    read_another: Callable[[dict[str, str | int]], bytes],
) -> bytes | None:
    """A page put together from single products; None if the store fails on more than products.

    Of the page of products that `list_ids` gives, only the ids are used; `read_product(id, most_failures)`
    gives a page of one product, `read_another` one of a product beside these. A product that cannot be read
    is on the page with its id and the reason, and parses as Unusable. Raises any BigCommerceError that says
    nothing about a product.
    """
    try:
        listing = read_page(_PAGE_WITH_META, list_ids())
    except (StoreUnavailable, UnexpectedResponse):
        return None
    ids = [found for found in map(id_in, listing.data) if found is not None]
    products: list[bytes] = []
    failed = 0
    for product_id in ids:
        try:
            found = read_page(_PAGE, read_product(product_id, FAILURES_PER_PRODUCT)).data
        except (StoreUnavailable, UnexpectedResponse) as failure:  # noqa: PERF203
            if isinstance(failure, StoreUnavailable) and not failure.reached:
                raise
            log.warning("Product %s is skipped: %s", product_id, failure.sentence)
            products.append(unreadable(product_id, failure))
            failed += 1
        else:  # a product that was deleted meanwhile is on no page
            products.extend(bytes(each) for each in found if id_in(each) == product_id)
    if failed and failed == len(ids) and not _can_send_another(ids, read_another):
        return None
    return b'{"data":[' + b",".join(products) + b'],"meta":' + bytes(listing.meta) + b"}"


def _can_send_another(ids: list[int], read_another: Callable[[dict[str, str | int]], bytes]) -> bool:
    """Whether the store can send a product before or after these: then it fails on these, not on all."""
    sides: list[dict[str, str | int]] = [
        {"id:less": ids[0], "direction": "desc"},
        {"id:greater": ids[-1], "direction": "asc"},
    ]
    for beside in sides:
        try:
            if read_page(_PAGE, read_another(beside)).data:
                return True
        except (StoreUnavailable, UnexpectedResponse):  # noqa: PERF203
            continue
    return False
