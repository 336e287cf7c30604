"""Lists the products that changed since a time: one request if none did.

A product that was deleted is on no list.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import msgspec

from include.bigcommerce.client import StoreClient
from include.bigcommerce.contract import DECODING_ERRORS
from include.bigcommerce.damaged_json import members
from include.bigcommerce.page_size import SMALLEST
from include.bigcommerce.product_ids import list_ids
from include.bigcommerce.product_pages import (
    COUNTED_PAGE,
    PATH,
    PRODUCTS_PER_PAGE,
    SCOPE,
    read_page,
    with_ids,
)
from include.bigcommerce.timestamps import read_rfc2822_time, read_rfc3339_time


@dataclass(frozen=True)
class ChangedProduct:
    """`changed_at` is None if the store did not say it in a way that can be read."""

    id: int
    changed_at: datetime | None = None


@dataclass(frozen=True)
class ProductChanges:
    """The products that changed, page by page; reading on raises any BigCommerceError.

    `store_time` is the store's clock when they were requested, None if it did not say.
    """

    store_time: datetime | None
    pages: Iterator[list[ChangedProduct]]


def products_changed_since(client: StoreClient, since: datetime) -> ProductChanges:
    """The products that changed at or after a time by the store's clock, which sends one request at once."""
    first = _read(client, since, 0)
    return ProductChanges(first.store_time, _pages(client, since, first))


@dataclass(frozen=True)
class _Answer:
    products: list[ChangedProduct]
    has_more: bool
    store_time: datetime | None


def _pages(client: StoreClient, since: datetime, page: _Answer) -> Iterator[list[ChangedProduct]]:
    while True:
        yield page.products
        if not (page.has_more and page.products):
            return
        page = _read(client, since, page.products[-1].id)


def _read(client: StoreClient, since: datetime, after: int) -> _Answer:
    """By ascending id: a product that changes again meanwhile moves to no other page.

    A product without a usable id is passed over: full syncs name it. Where a product breaks the page, the ids
    are listed alone, without the times.
    """
    query: dict[str, str | int] = {
        "sort": "id",
        "direction": "asc",
        # without a time of day the store would take its own
        "date_modified:min": since.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    if after:
        query["id:greater"] = after
    store_time: datetime | None = None

    def get(most_failures: int | None, **params: str | int) -> bytes:
        nonlocal store_time
        answer = client.send(
            "GET", PATH, params=params, scope=SCOPE, safe_to_repeat=True, most_failures=most_failures
        )
        store_time = store_time or read_rfc2822_time(answer.headers.get("Date"))
        return answer.content

    def read(size: int, most_failures: int | None) -> _Answer:
        body = get(most_failures, include_fields="date_modified", limit=size, **query)
        page = read_page(COUNTED_PAGE, body)
        listed = with_ids(page, after=after)
        products = [
            ChangedProduct(product_id, _changed_at(piece))
            for product_id, piece in listed
            if product_id is not None
        ]
        return _Answer(products, page.meta.pagination.promises_more(len(listed)), store_time)

    def ids_alone() -> _Answer | None:
        listed = list_ids(get, {"limit": SMALLEST, **query})
        if listed is None:
            return None
        return _Answer(list(map(ChangedProduct, listed.ids)), len(listed.ids) < listed.total, store_time)

    answer, _ = client.products_per_page.read(PRODUCTS_PER_PAGE, read, otherwise=ids_alone)
    return answer


def _changed_at(piece: msgspec.Raw) -> datetime | None:
    try:
        return read_rfc3339_time(_ANY.decode(members(bytes(piece))["date_modified"]))
    except (ValueError, KeyError, *DECODING_ERRORS):
        return None


_ANY: msgspec.json.Decoder[Any] = msgspec.json.Decoder()
