"""Step 1: reads the whole catalogue into crm.catalogue_page, each product as the JSON that the store sent.

Products that the store still sends as they were published are kept by id and digest alone.

Pages go by product id (keyset), so products that come and go meanwhile are neither skipped nor read twice.
Several readers at once read a catalogue of many pages, each a range of ids. Two pages read by number say
where the ranges meet; they are pages of the catalogue like any other, so the split costs no request.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from typing import TypeVar

import msgspec

from include.bigcommerce.catalog import ProductsPage, join_page, read_products_page
from include.bigcommerce.client import StoreClient
from include.bigcommerce.errors import UnexpectedResponse
from include.bigcommerce.store_information import Store
from include.crm import catalogue_pages
from include.crm.catalogue_pages import StagedPage
from include.crm.database import Connection
from include.plurals import count_of
from include.product_sync.product_digests import digest

Products = Sequence[tuple[int | None, msgspec.Raw]]
Item = TypeVar("Item")

READERS = 3
# Fewer pages than this are read by one reader: the others would have next to nothing to do.
PAGES_WORTH_SPLITTING = 6


def extract(crm: Connection, client: StoreClient, sync_run_id: int, store: Store) -> int:
    """Read the catalogue of a store into staging, page by page; returns how many products were read.

    Repeating it starts from the beginning. Raises what include.bigcommerce.errors names; the pages read until
    then are kept, but only a reading that got to its end is ever published.
    """
    has_campaign = catalogue_pages.start_reading(
        crm, sync_run_id, store_name=store.name, currency_code=store.currency
    )
    crm.commit()
    products = total = page_number = highest_id = 0
    for page_number, page in enumerate(read_catalogue(client), start=1):
        products += page.listed
        total = total or page.total
        highest_id = max(highest_id, *page.product_ids, 0)
        staged = without_known(crm, sync_run_id, page.products) if has_campaign else whole(page.products)
        catalogue_pages.add(crm, sync_run_id, page_number, staged, products=page.listed, total=total)
        crm.commit()
    if products < total:
        _check_that_products_were_deleted(client, products, highest_id)
    catalogue_pages.finish_reading(crm, sync_run_id, page_number)
    crm.commit()
    return products


def whole(products: Products) -> StagedPage:
    """A page of products (id and JSON) as it is kept where nothing is published yet."""
    first = min((product_id for product_id, _ in products if product_id is not None), default=None)
    return StagedPage({}, _compressed([json for _, json in products]), first)


def without_known(crm: Connection, sync_run_id: int, products: Products) -> StagedPage:
    """A page as it is kept where some products are published already: those without their JSON."""
    digests = {product_id: digest(json) for product_id, json in products if product_id is not None}
    found = catalogue_pages.known_products(crm, sync_run_id, digests)
    known = {product_id: each for product_id, each in digests.items() if product_id in found}
    others = [json for product_id, json in products if product_id not in known]
    return StagedPage(known, _compressed(others), min(digests, default=None))


def _compressed(products: Sequence[msgspec.Raw]) -> bytes | None:
    return catalogue_pages.compressed(join_page(products)) if products else None


def _check_that_products_were_deleted(client: StoreClient, products: int, highest_id: int) -> None:
    """Fewer were read than the store counted at first: some were deleted meanwhile, or pages were lost.

    Lost pages would look like removed products, so ask how many of the ids read there are now; products
    added since have higher ids. Raises UnexpectedResponse.
    """
    now = read_products_page(client, limit=1, before=highest_id + 1).total
    if products < now:
        raise _incomplete(client, now, products)


def check_last_page(client: StoreClient, page: ProductsPage, after: int | None = None) -> None:
    """A page that says no other follows has to hold all that it counts itself.

    `after` is the id that it was requested after. Raises UnexpectedResponse.
    """
    if not page.has_more and page.listed < page.total:
        raise _incomplete(client, page.total, page.listed, after)


def _incomplete(
    client: StoreClient, counted: int, listed: int, after: int | None = None
) -> UnexpectedResponse:
    which = f" with ids above {after}" if after else ""
    return UnexpectedResponse(
        f"Store {client.store_hash} counts {count_of(counted, 'product')}{which} but listed only "
        f"{listed:,}, so nothing was published.",
        "Start the sync again; if this happens every time, ask BigCommerce's support why.",
    )


def read_catalogue(client: StoreClient) -> Iterator[ProductsPage]:
    """Every page of the catalogue: the first page first, the others in no particular order.

    It keeps no page that it has yielded: a few pages take more memory than everything else.
    """
    first = read_products_page(client)
    check_last_page(client, first)
    yield first
    if not first.has_more:
        return
    starts = _first_of_each_range(client, first)
    del first
    if not starts:  # what followed was deleted meanwhile
        return
    ends = [*(page.product_ids[0] for page in starts[1:]), None]
    # a page by number may be wrong about what follows it, so its range is read to its end
    ranges = [
        (start.product_ids[-1], end)
        for start, end in zip(starts, ends, strict=True)
        if start.has_more or len(starts) > 1
    ]
    while starts:
        yield starts.pop(0)
    yield from interleave(_read_between(client, after, before) for after, before in ranges)


def _first_of_each_range(client: StoreClient, first: ProductsPage) -> list[ProductsPage]:
    """After the first page of the catalogue, the first page that each reader begins with."""
    after = first.product_ids[-1]
    pages = math.ceil(first.total / len(first.product_ids))
    readers = min(READERS, client.requests_in_flight) if pages >= PAGES_WORTH_SPLITTING else 1
    with ThreadPoolExecutor(readers) as pool:
        second = pool.submit(read_products_page, client, after=after)
        numbers = [1 + pages * reader // readers for reader in range(1, readers)]
        splits = [
            pool.submit(read_products_page, client, page=number, limit=first.limit) for number in numbers
        ]
        check_last_page(client, second.result(), after)
        starts: list[ProductsPage] = []
        for page in (read.result() for read in (second, *splits)):
            # where the store failed on large pages, their sizes differ and they may overlap
            if page.product_ids and (not starts or page.product_ids[0] > starts[-1].product_ids[-1]):
                starts.append(page)
    return starts


def _read_between(client: StoreClient, after: int, before: int | None) -> Iterator[ProductsPage]:
    """The pages of products whose ids lie between the two, both excluded."""
    while before is None or after + 1 < before:
        page = read_products_page(client, after=after, before=before)
        check_last_page(client, page, after)
        has_more = page.has_more
        if page.product_ids:
            after = page.product_ids[-1]
            yield page
        del page
        if not has_more:
            return


def interleave(sources: Iterable[Iterator[Item]]) -> Iterator[Item]:
    """Items of several iterators as they come, each iterator run by a thread; an error in one ends all.

    Each runs ahead of the consumer by one item at most, so memory does not grow when the consumer is slow.
    """
    sources = list(sources)
    with ThreadPoolExecutor(max(1, len(sources))) as pool:
        running = {pool.submit(next, source, None): source for source in sources}
        while running:
            # one at a time: a finished future keeps its item in memory
            future = wait(running, return_when=FIRST_COMPLETED).done.pop()
            source = running.pop(future)
            item = future.result()
            del future
            if item is not None:
                running[pool.submit(next, source, None)] = source
                yield item
