"""Checks what an access token may do, without changing anything in the store."""

from __future__ import annotations

from collections.abc import Callable

from include.bigcommerce import metafield_batches, orders
from include.bigcommerce.catalog import read_products_page
from include.bigcommerce.client import StoreClient
from include.bigcommerce.error_responses import scopes_missing, store_not_accessible
from include.bigcommerce.errors import RequestRefused, ScopeMissing
from include.bigcommerce.store_information import Store, read_store


def try_access(client: StoreClient, *, sends_orders: bool) -> Store:
    """The store, if the token may do everything that a data source needs: three or four requests.

    Raises ScopeMissing, whose sentence names every missing scope; StoreNotAccessible where nothing at all is
    allowed; TokenRejected, TryLater, …
    """
    found: list[Store] = []
    checks: list[Callable[[], object]] = [
        lambda: found.append(read_store(client)),
        lambda: read_products_page(client, limit=1),
        lambda: _write_no_metafields(client),
    ]
    if sends_orders:
        checks.append(lambda: orders.read_one(client))
    missing: list[ScopeMissing] = []
    for check in checks:
        try:
            check()
        except ScopeMissing as error:  # noqa: PERF203 - the others are checked as well
            missing.append(error)
    if len(missing) == len(checks):
        raise store_not_accessible(client.store_hash, missing[0].detail)
    if missing:
        raise scopes_missing(client.store_hash, missing)
    return found[0]


def read_accessible_store(client: StoreClient) -> Store:
    """The store, to begin a sync with. Raises StoreNotAccessible where nothing is allowed, not just this."""
    try:
        return read_store(client)
    except ScopeMissing as missing:
        try:
            read_products_page(client, limit=1)
        except ScopeMissing:
            raise store_not_accessible(client.store_hash, missing.detail) from missing
        raise


def _write_no_metafields(client: StoreClient) -> None:
    """Write an empty batch of metafields: only a 403 matters, the store may well refuse an empty batch."""
    try:
        client.send(
            "PUT",
            metafield_batches.PATH,
            json=[],
            scope=metafield_batches.SCOPE,
            safe_to_repeat=True,
        )
    except RequestRefused:
        return
