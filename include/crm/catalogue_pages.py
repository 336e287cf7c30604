"""crm.catalogue_page: a store's products as a running sync read them, page by page.

They are kept so that a repeated step reads nothing from the store again. Of a product that the store still
sends as it was published, only the id and the digest are kept. The JSON of the others is compressed here:
it takes a small part of the time that Postgres's own takes, and a third of the space.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from isal import isal_zlib

from include.crm.database import Connection, execute, fetch_all, fetch_one


@dataclass(frozen=True)
class StagedPage:
    """A page as it is kept: digests of known products by BigCommerce id, and the others' JSON, compressed.

    `first_product_id` is the least BigCommerce id on the page, None if none can be used.
    """

    known: dict[int, bytes]
    compressed: bytes | None
    first_product_id: int | None

    def body(self) -> bytes | None:
        """The JSON. Pages that an older version kept, during a deploy, are not compressed."""
        if self.compressed is None or self.compressed.startswith(b"{"):
            return self.compressed
        return isal_zlib.decompress(self.compressed)


def compressed(body: bytes) -> bytes:
    """The JSON as a page keeps it."""
    return isal_zlib.compress(body, level=1)


def start_reading(crm: Connection, sync_run_id: int, *, store_name: str, currency_code: str) -> bool:
    """Forget what an earlier attempt read, and reset the progress; False if there is no campaign yet."""
    execute(crm, "catalogue_pages/forget", sync_run_id=sync_run_id)
    row = fetch_one(
        crm,
        "catalogue_pages/start_reading",
        sync_run_id=sync_run_id,
        store_name=store_name,
        currency_code=currency_code,
    )
    return row is not None and row["has_campaign"]


def known_products(crm: Connection, sync_run_id: int, digests: Mapping[int, bytes]) -> set[int]:
    """Those of these products (digest by BigCommerce id) whose JSON with that digest is published."""
    rows = fetch_all(
        crm,
        "catalogue_pages/known_products",
        sync_run_id=sync_run_id,
        product_ids=list(digests),
        digests=list(digests.values()),
    )
    return {row["bigcommerce_product_id"] for row in rows}


def add(
    crm: Connection, sync_run_id: int, page_number: int, page: StagedPage, *, products: int, total: int
) -> None:
    """Keep one page with so many products; `total`: how many the store says it has in all."""
    execute(
        crm,
        "catalogue_pages/add",
        sync_run_id=sync_run_id,
        page_number=page_number,
        first_product_id=page.first_product_id,
        body=page.compressed,
        known_product_ids=list(page.known),
        known_digests=list(page.known.values()),
        products=products,
        total=total,
    )


def finish_reading(crm: Connection, sync_run_id: int, pages: int) -> None:
    """Record that the whole catalogue is there, in so many pages; only then is it ever published."""
    execute(crm, "catalogue_pages/finish_reading", sync_run_id=sync_run_id, pages=pages)


def pages(crm: Connection, sync_run_id: int) -> Iterator[StagedPage]:
    """Every page of a sync by ascending product ids, one at a time, so that memory stays flat."""
    for row in fetch_all(crm, "catalogue_pages/in_order", sync_run_id=sync_run_id):
        page = fetch_one(crm, "catalogue_pages/get", sync_run_id=sync_run_id, **row)
        assert page is not None, "nobody else deletes the pages of a sync that works"
        known = zip(page["known_product_ids"], page["known_digests"], strict=True)
        yield StagedPage(dict(known), page["body"], page["first_product_id"])


def forget_unneeded(crm: Connection, sync_run_id: int) -> None:
    """Forget the pages of this sync and of older ones of the same store that have ended."""
    execute(crm, "catalogue_pages/forget_unneeded", sync_run_id=sync_run_id)
