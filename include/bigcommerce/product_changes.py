"""Lists the products that changed since a time: one request if none did.

A product that was deleted is on no list. GET /v3/catalog/products: products_catalog.v3.yml
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import msgspec

from include.bigcommerce.client import StoreClient
from include.bigcommerce.contract import Id, decode, unexpected
from include.bigcommerce.order_answers import read_moment
from include.bigcommerce.pagination import Meta
from include.bigcommerce.products import PATH

SCOPE = "store_v2_products"
PRODUCTS_PER_PAGE = 250


class ChangedProduct(msgspec.Struct, frozen=True):
    """`date_modified` as the store sent it, which is not necessarily a date."""

    id: Id
    date_modified: Any = None

    @property
    def changed_at(self) -> datetime | None:
        """None if the store did not say it in a way that can be read."""
        try:
            moment = datetime.fromisoformat(str(self.date_modified).replace("Z", "+00:00"))
        except ValueError:
            return None
        return moment if moment.tzinfo else None


class _Page(msgspec.Struct):
    data: list[ChangedProduct]
    meta: Meta


@dataclass(frozen=True)
class ProductChanges:
    """The products that changed, page by page; reading on raises any BigCommerceError.

    `store_time` is the store's clock when they were requested, None if it did not say.
    """

    store_time: datetime | None
    pages: Iterator[list[ChangedProduct]]


def products_changed_since(client: StoreClient, since: datetime) -> ProductChanges:
    """The products that changed at or after a time by the store's clock, which sends one request at once."""
    first, store_time = _read(client, since, 0)
    return ProductChanges(store_time, _pages(client, since, first))


def _pages(client: StoreClient, since: datetime, page: _Page) -> Iterator[list[ChangedProduct]]:
    while True:
        yield page.data
        if not page.meta.pagination.promises_more(len(page.data)):
            return
        page, _ = _read(client, since, page.data[-1].id)


def _read(client: StoreClient, since: datetime, after: int) -> tuple[_Page, datetime | None]:
    """By ascending id: a product that changes again meanwhile moves to no other page."""
    params: dict[str, str | int] = {
        "sort": "id",
        "direction": "asc",
        "limit": PRODUCTS_PER_PAGE,
        # without a time of day the store would take its own
        "date_modified:min": since.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "include_fields": "date_modified",
    }
    if after:
        params["id:greater"] = after
    answer = client.send("GET", PATH, params=params, scope=SCOPE, safe_to_repeat=True)
    page = decode(_PAGE, answer.content, path=PATH)
    ids = [product.id for product in page.data]
    if ids != sorted(set(ids)) or (ids and ids[0] <= after):
        raise unexpected("the ids in $.data are not in the order or the range that was requested", path=PATH)
    return page, read_moment(answer.headers.get("Date"))


_PAGE = msgspec.json.Decoder(_Page)
