"""Step 1: the whole catalogue, exactly as the store sends it, into crm.catalogue_page.

Pages go by product id (keyset), so products that come and go meanwhile are neither skipped nor read twice.
A catalogue of many pages is read by several readers at once, each with a range of ids of its own. Where the
ranges part is found by reading two pages by number: they are pages of the catalogue like any other, so the
split costs no request.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from typing import Any, TypeVar

import psycopg

from include.bigcommerce.catalog import ProductsPage, read_products_page
from include.bigcommerce.client import StoreClient
from include.bigcommerce.errors import UnexpectedResponse
from include.bigcommerce.store_information import Store
from include.crm.database import execute

Connection = psycopg.Connection[Any]
Item = TypeVar("Item")

READERS = 3
# Fewer pages than this are read by one reader: the others would have next to nothing to do.
PAGES_WORTH_SPLITTING = 6


def extract(crm: Connection, client: StoreClient, sync_run_id: int, store: Store) -> int:
    """Read the catalogue of a store into staging, page by page; how many products were read.

    Repeating it starts afresh. Raises what include.bigcommerce.errors names; the pages read until then are
    kept, but only a reading that got to its end is ever published.
    """
    execute(crm, "product_sync/forget_pages", sync_run_id=sync_run_id)
    execute(
        crm,
        "product_sync/start_reading",
        sync_run_id=sync_run_id,
        store_name=store.name,
        currency_code=store.currency,
    )
    crm.commit()
    products = total = page_number = 0
    for page_number, page in enumerate(read_catalogue(client), start=1):
        products += page.listed
        total = total or page.total
        execute(
            crm,
            "product_sync/add_page",
            sync_run_id=sync_run_id,
            page_number=page_number,
            body=page.body,
            products=page.listed,
            total=total,
        )
        crm.commit()
    if products < total:
        _check_that_products_vanished(client, products)
    execute(crm, "product_sync/finish_reading", sync_run_id=sync_run_id, pages=page_number)
    crm.commit()
    return products


def _check_that_products_vanished(client: StoreClient, products: int) -> None:
    """Fewer were read than the store counted at first: some were deleted meanwhile, or pages were lost.

    Lost pages would look like removed products, so ask how many there are now. Raises UnexpectedResponse.
    """
    now = read_products_page(client, limit=1).total
    if products < now:
        raise UnexpectedResponse(
            f"Store {client.store_hash} counts {now:,} products but listed only {products:,}, so nothing was "
            "published. Start the sync again; if it stays so, ask BigCommerce's support why."
        )


def read_catalogue(client: StoreClient) -> Iterator[ProductsPage]:
    """Every page of the catalogue: the first of it first, the others in no particular order."""
    first = read_products_page(client)
    yield first
    if not first.has_more:
        return
    pages = math.ceil(first.total / len(first.product_ids))
    readers = min(READERS, client.requests_in_flight) if pages >= PAGES_WORTH_SPLITTING else 1
    with ThreadPoolExecutor(readers) as pool:
        second = pool.submit(read_products_page, client, after=first.product_ids[-1])
        numbers = [1 + pages * reader // readers for reader in range(1, readers)]
        splits = [pool.submit(read_products_page, client, page=number) for number in numbers]
        starts = [page for page in (read.result() for read in (second, *splits)) if page.product_ids]
    yield from starts
    ends: list[int | None] = [page.product_ids[0] for page in starts[1:]]
    yield from interleave(
        _read_between(client, start.product_ids[-1], end)
        for start, end in zip(starts, [*ends, None], strict=False)
        if start.has_more
    )


def _read_between(client: StoreClient, after: int, before: int | None) -> Iterator[ProductsPage]:
    """The pages of products whose ids lie between the two, both excluded."""
    while before is None or after + 1 < before:
        page = read_products_page(client, after=after, before=before)
        if page.product_ids:
            yield page
            after = page.product_ids[-1]
        if not page.has_more:
            return


def interleave(sources: Iterable[Iterator[Item]]) -> Iterator[Item]:
    """What several iterators yield, each run by a thread, as it comes; an error in one ends all.

    Each runs ahead of the taker by one item at most, so memory does not grow when the taker is slow.
    """
    sources = list(sources)
    with ThreadPoolExecutor(max(1, len(sources))) as pool:
        running = {pool.submit(next, source, None): source for source in sources}
        while running:
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                source = running.pop(future)
                item = future.result()
                if item is not None:
                    running[pool.submit(next, source, None)] = source
                    yield item
