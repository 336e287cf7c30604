"""Reads and writes variant metafields, the custom fields of variants, in bulk.

GET, POST and PUT /v3/catalog/variants/metafields: product-variants_catalog.v3.yml of BigCommerce.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

import msgspec

from include.bigcommerce.client import StoreClient
from include.bigcommerce.contract import Id, decode, unexpected
from include.bigcommerce.errors import BigCommerceError
from include.bigcommerce.metafield_batches import PATH, SCOPE, BatchOutcome, BatchWriter, VariantMetafield
from include.bigcommerce.pagination import Meta

__all__ = [
    "METAFIELDS_PER_BATCH",
    "BatchOutcome",
    "VariantMetafield",
    "read_variant_metafields",
    "write_variant_metafields",
]

# The largest batch is documented nowhere; users of the API report 10 and 50.
METAFIELDS_PER_BATCH = 10
_METAFIELDS_PER_PAGE = 250


class _Listed(msgspec.Struct):
    id: Id
    resource_id: Id
    namespace: str
    key: str
    value: str
    permission_set: str


class _Page(msgspec.Struct):
    data: list[_Listed]
    meta: Meta


_PAGE = msgspec.json.Decoder(_Page)


def read_variant_metafields(
    client: StoreClient, namespace: str, key: str
) -> Iterator[list[VariantMetafield]]:
    """All variants' metafields of this name, page by page. Raises any BigCommerceError."""
    first_of_last_page = None
    for page in itertools.count(1):
        params: dict[str, str | int] = {
            "namespace": namespace,
            "key": key,
            "page": page,
            "limit": _METAFIELDS_PER_PAGE,
        }
        response = client.send("GET", PATH, params=params, scope=SCOPE, safe_to_repeat=True)
        answer = decode(_PAGE, response.content, path=PATH)
        if not answer.data:
            return
        if answer.data[0].id == first_of_last_page:
            raise unexpected(f"page {page} is the one before it again", path=PATH)
        first_of_last_page = answer.data[0].id
        yield [
            VariantMetafield(one.resource_id, one.namespace, one.key, one.value, one.permission_set, one.id)
            for one in answer.data
            if (one.namespace, one.key) == (namespace, key)
        ]
        if not answer.meta.pagination.promises_more(len(answer.data)):
            return


def write_variant_metafields(
    client: StoreClient, metafields: Iterable[VariantMetafield], *, batch_size: int = METAFIELDS_PER_BATCH
) -> Iterator[BatchOutcome]:
    """Create the metafields without an id, update the others; yields what became of each batch as it ends.

    `metafields` is consumed in the caller's thread, only as fast as batches are written, up to
    `client.requests_in_flight` of them at a time. When one fails no other is begun; what those under way
    wrote is yielded before the error is raised. Raises any BigCommerceError.
    """
    writer = BatchWriter(client, batch_size)
    batches = writer.batches(metafields)
    running: set[Future[tuple[BatchOutcome, BigCommerceError | None]]] = set()
    failure: BigCommerceError | None = None
    with ThreadPoolExecutor(client.requests_in_flight) as pool:
        while True:
            while failure is None and len(running) < client.requests_in_flight:
                batch = next(batches, None)
                if batch is None:
                    break
                running.add(pool.submit(writer.write, batch))
            if not running:
                break
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                outcome, error = future.result()
                failure = failure or error
                yield outcome
    if failure:
        raise failure
