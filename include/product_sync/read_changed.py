"""Reads the products that hints name, as `extract` reads all products; missing ones are looked up twice.

Nothing is removed because of one answer: the store is asked again for the products that it did not list,
together with some that it has. An answer without those is not believed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from include.bigcommerce.catalog import PRODUCTS_PER_PAGE, ProductsPage, read_products_page
from include.bigcommerce.client import StoreClient
from include.bigcommerce.errors import UnexpectedResponse
from include.bigcommerce.scope_check import read_accessible_store
from include.bigcommerce.store_information import Store
from include.crm import campaign_product_ids, catalogue_pages, sync_runs
from include.crm.database import Connection
from include.product_sync.extract import check_last_page, without_known

# How many products that the store has are requested along with missing ones.
WITNESSES = 5


@dataclass(frozen=True)
class ChangedProducts:
    """`left`: how many missing products are left to the next full sync."""

    left: int
    has_changes: bool


def read_changed(
    crm: Connection,
    client: StoreClient,
    sync_run_id: int,
    campaign_id: int,
    known: Store,
    product_ids: Sequence[int],
) -> ChangedProducts:
    """Read these products into staging; repeating it starts from the beginning. Raises any BigCommerceError.

    If any of them changed, the store itself is read again: prices are published in the currency that it has
    by now, not in the one that is `known`.

    A product that the store does not list, even when asked twice, is not staged, and so it is removed. If
    that would remove more than half of the campaign's variants, they stay: only a full sync can judge that.
    """
    catalogue_pages.start_reading(crm, sync_run_id, store_name=known.name, currency_code=known.currency)
    crm.commit()
    read = _Read(crm, sync_run_id, total=len(product_ids))
    for only in _parts(product_ids, PRODUCTS_PER_PAGE):
        for page in _pages(client, only):
            read.keep(page)
    missing = sorted(campaign_product_ids.among(crm, campaign_id, set(product_ids) - read.listed))
    witnesses = sorted(islice(read.listed, WITNESSES)) or campaign_product_ids.others(
        crm, campaign_id, product_ids, WITNESSES
    )
    crm.commit()
    if missing:
        for page in _pages_again(client, missing, witnesses):
            read.keep(page)
        missing = [each for each in missing if each not in read.listed]
    if read.has_changes:
        store = read_accessible_store(client)
        sync_runs.record_store(crm, sync_run_id, store.name, store.currency)
    left = missing if missing and _are_most(crm, campaign_id, missing) else []
    if left:
        sync_runs.skip_products(crm, sync_run_id, left)
    catalogue_pages.finish_reading(crm, sync_run_id, read.pages)
    crm.commit()
    return ChangedProducts(len(left), read.has_changes)


@dataclass
class _Read:
    """What was read into staging so far: `pages` of the `listed` products; `total` were requested."""

    crm: Connection
    sync_run_id: int
    total: int
    pages: int = 0
    listed: set[int] = field(default_factory=set)
    has_changes: bool = False

    def keep(self, page: ProductsPage) -> None:
        """Add a page, and commit."""
        self.pages += 1
        staged = without_known(self.crm, self.sync_run_id, page.products)
        self.has_changes |= staged.compressed is not None
        catalogue_pages.add(
            self.crm, self.sync_run_id, self.pages, staged, products=page.listed, total=self.total
        )
        self.crm.commit()
        self.listed.update(page.product_ids)


def _pages_again(
    client: StoreClient, missing: Sequence[int], witnesses: Sequence[int]
) -> Iterator[ProductsPage]:
    """Pages of those missing products that the store lists after all. Raises UnexpectedResponse."""
    for part in _parts(missing, PRODUCTS_PER_PAGE - len(witnesses)):
        seen: set[int] = set()
        for page in _pages(client, [*part, *witnesses]):
            seen.update(page.product_ids)
            found = [(product_id, json) for product_id, json in page.products if product_id in part]
            if found:
                yield ProductsPage(found, len(found), page.total, page.has_more, page.limit)
        if witnesses and not seen.intersection(witnesses):
            raise UnexpectedResponse(
                f"Store {client.store_hash} suddenly lists none of its products, so nothing was removed.",
                "The next run of “Store changes” asks again. If this persists, start a sync of the store.",
            )


def _parts(product_ids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    """As many products at a time as one request may name."""
    for first in range(0, len(product_ids), size):
        yield product_ids[first : first + size]


def _pages(client: StoreClient, product_ids: Sequence[int]) -> Iterator[ProductsPage]:
    """The pages of those of these products that the store lists."""
    only = sorted(set(product_ids))
    after: int | None = None
    while True:
        page = read_products_page(client, after=after, only=only)
        check_last_page(client, page, after)
        if page.listed:
            yield page
        if not page.has_more:
            break
        after = page.product_ids[-1]


def _are_most(crm: Connection, campaign_id: int, product_ids: Sequence[int]) -> bool:
    held, of_these = campaign_product_ids.count_variants(crm, campaign_id, product_ids)
    return of_these * 2 > held
