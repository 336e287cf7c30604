"""Tries what an access token may do, without changing anything in the store."""

from __future__ import annotations

from collections.abc import Callable

from include.bigcommerce import metafield_batches, orders
from include.bigcommerce.catalog import read_products_page
from include.bigcommerce.client import StoreClient
from include.bigcommerce.error_responses import scopes_missing
from include.bigcommerce.errors import RequestRefused, ScopeMissing
from include.bigcommerce.store_information import Store, read_store


def try_access(client: StoreClient, *, sends_orders: bool) -> Store:
    """The store, if the token may do all that a data source needs: three or four requests.

    Raises ScopeMissing, whose sentence names every scope that is missing; TokenRejected, TryLater, …
    """
    found: list[Store] = []
    tries: list[Callable[[], object]] = [
        lambda: found.append(read_store(client)),
        lambda: read_products_page(client, limit=1),
        lambda: _write_no_metafields(client),
    ]
    if sends_orders:
        tries.append(lambda: orders.read_one(client))
    missing: list[ScopeMissing] = []
    for attempt in tries:
        try:
            attempt()
        except ScopeMissing as error:  # noqa: PERF203 - the others are tried, too
            missing.append(error)
    if missing:
        raise scopes_missing(client.store_hash, missing)
    return found[0]


def _write_no_metafields(client: StoreClient) -> None:
    """Write an empty batch of metafields: only a 403 says anything, the store may well refuse emptiness."""
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
