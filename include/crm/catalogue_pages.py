"""crm.catalogue_page: a store's products exactly as a running sync read them, page by page.

They are kept so that a repeated step reads nothing from the store again.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import psycopg

from include.crm.database import execute, fetch_one

Connection = psycopg.Connection[Any]


def start_reading(crm: Connection, sync_run_id: int, *, store_name: str, currency_code: str) -> None:
    """Forget the pages that an earlier attempt read, and reset the progress of the sync."""
    execute(crm, "catalogue_pages/forget", sync_run_id=sync_run_id)
    execute(
        crm,
        "catalogue_pages/start_reading",
        sync_run_id=sync_run_id,
        store_name=store_name,
        currency_code=currency_code,
    )


def add(
    crm: Connection, sync_run_id: int, page_number: int, body: bytes, *, products: int, total: int
) -> None:
    """Keep one page with so many products; `total`: how many the store says it has in all."""
    execute(
        crm,
        "catalogue_pages/add",
        sync_run_id=sync_run_id,
        page_number=page_number,
        body=body,
        products=products,
        total=total,
    )


def finish_reading(crm: Connection, sync_run_id: int, pages: int) -> None:
    """The whole catalogue is there, in so many pages; only then is it ever published."""
    execute(crm, "catalogue_pages/finish_reading", sync_run_id=sync_run_id, pages=pages)


def bodies(crm: Connection, sync_run_id: int) -> Iterator[bytes]:
    """Every page of a sync, one at a time, so that memory stays flat."""
    for page_number in itertools.count(1):
        page = fetch_one(crm, "catalogue_pages/get", sync_run_id=sync_run_id, page_number=page_number)
        if page is None:
            return
        yield page["body"]


def forget_unneeded(crm: Connection, sync_run_id: int) -> None:
    """Forget the pages of this sync and of older ones of the same store that have ended."""
    execute(crm, "catalogue_pages/forget_unneeded", sync_run_id=sync_run_id)
