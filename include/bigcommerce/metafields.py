"""Reads and writes variant metafields, the custom fields of variants, in bulk.

GET, POST and PUT /v3/catalog/variants/metafields: product-variants_catalog.v3.yml of BigCommerce.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TypeVar

import msgspec
import requests

from include.bigcommerce.batch_size import LARGEST_BATCH, BatchSize
from include.bigcommerce.client import StoreClient
from include.bigcommerce.contract import DECODING_ERRORS, Id, decode, difference, unexpected
from include.bigcommerce.errors import BigCommerceError
from include.bigcommerce.metafield_answers import BatchOutcome, VariantMetafield
from include.bigcommerce.metafield_batches import PATH, SCOPE, BatchWriter
from include.bigcommerce.pagination import Meta
from include.bigcommerce.value_forms import Form, as_object, as_text, as_whole_number
from include.outside_text import storable

__all__ = [
    "LARGEST_BATCH",
    "BatchOutcome",
    "BatchSize",
    "VariantMetafield",
    "read_variant_metafields",
    "write_variant_metafields",
]

_METAFIELDS_PER_PAGE = 250
# Rows may come twice where pages shrink, and others may be added meanwhile. More is a store that goes round.
_MORE_THAN_COUNTED = 1_000
# What is longer than any value or permission that we write differs from it anyway.
_LONGEST_TEXT = 300


class _Listed(msgspec.Struct):
    id: Id
    resource_id: Id
    namespace: str
    key: str
    value: str
    permission_set: str


class _Name(msgspec.Struct):
    namespace: str
    key: str


class _Page(msgspec.Struct):
    data: list[msgspec.Raw]
    meta: Meta


_NAME = msgspec.json.Decoder(_Name)
_LISTED = msgspec.json.Decoder(_Listed)
_PAGE = msgspec.json.Decoder(_Page, strict=False)
# A value such as 228.123 is easily taken for a number.
_FORMS: dict[str, Form] = {
    **dict.fromkeys(("id", "resource_id"), as_whole_number),
    **dict.fromkeys(("namespace", "key", "value"), as_text),
    "permission_set": bytes,
}
_Row = TypeVar("_Row")


def read_variant_metafields(
    client: StoreClient, namespace: str, key: str
) -> Iterator[list[VariantMetafield]]:
    """All variants' metafields of this name, page by page; one may come twice where pages have to shrink.

    Rows of other apps are skipped, and one that cannot be used costs no other. Raises any BigCommerceError;
    at the end UnexpectedResponse if no row was of use and some could not be read at all.
    """
    place = _Place()
    page_before: list[bytes] = []
    listed = 0
    is_usable, problem = False, ""
    while True:
        answer, place = _read_page(client, namespace, key, place)
        if not answer.data:
            break
        rows = [bytes(row) for row in answer.data]
        if rows == page_before:
            raise unexpected(f"page {place.page} is the one before it again", path=PATH)
        page_before = rows
        listed += len(rows)
        if listed > 2 * answer.meta.pagination.total + _MORE_THAN_COUNTED:
            raise unexpected("the pages hold far more rows than $.meta.pagination.total counts", path=PATH)
        usable, first_problem = _usable(rows, namespace, key)
        is_usable, problem = is_usable or bool(usable), problem or first_problem
        yield usable
        if not answer.meta.pagination.promises_more(len(answer.data), place.page):
            break
    if problem and not is_usable:
        raise unexpected(problem, path=PATH)


@dataclass(frozen=True)
class _Place:
    """How far the listing was read: so many pages of this size, and the largest size that the store gives."""

    page: int = 0
    size: int = _METAFIELDS_PER_PAGE
    cap: int = _METAFIELDS_PER_PAGE

    def next_page(self, requested: int) -> int:
        """The page that follows where this size is requested; it may begin earlier, never later."""
        return self.page * self.size // min(requested, self.cap) + 1


def _read_page(client: StoreClient, namespace: str, key: str, last: _Place) -> tuple[_Page, _Place]:
    def send(size: int, most_failures: int | None) -> requests.Response:
        page = last.next_page(size)
        params: dict[str, str | int] = {"namespace": namespace, "key": key, "page": page, "limit": size}
        return client.send(
            "GET", PATH, params=params, scope=SCOPE, safe_to_repeat=True, most_failures=most_failures
        )

    response, size = client.metafields_per_page.read(_METAFIELDS_PER_PAGE, send)
    answer = decode(_PAGE, response.content, path=PATH)
    given = min(size, max(answer.meta.pagination.per_page, 1))
    cap = given if given < size else last.cap
    return answer, _Place(last.next_page(size), given, cap)


def _usable(rows: list[bytes], namespace: str, key: str) -> tuple[list[VariantMetafield], str]:
    """Those of this name, and what is wrong with the first row that cannot be read; empty if all can."""
    found, problem = [], ""
    for row in rows:
        try:
            name = _read(_NAME, row)
            one = _read(_LISTED, row) if (name.namespace, name.key) == (namespace, key) else None
        except DECODING_ERRORS as error:
            problem = problem or difference(error, within="$.data[…]")
            continue
        if one:
            value, permission_set = (
                storable(each, _LONGEST_TEXT) for each in (one.value, one.permission_set)
            )
            fields = (one.resource_id, one.namespace, one.key, value, permission_set, one.id)
            found.append(VariantMetafield(*fields))
    return found, problem


def _read(decoder: msgspec.json.Decoder[_Row], row: bytes) -> _Row:
    try:
        return decoder.decode(row)
    except DECODING_ERRORS as error:
        try:
            return decoder.decode(as_object(_FORMS, row))
        except (ValueError, *DECODING_ERRORS):
            raise error from None


def write_variant_metafields(
    client: StoreClient, metafields: Iterable[VariantMetafield], size: BatchSize | None = None
) -> Iterator[BatchOutcome]:
    """Create the metafields without an id, update the others; yields what happened to each batch as it ends.

    `metafields` is consumed in the caller's thread, 5,000 at a time and only as fast as batches are written,
    in another order. Up to `client.requests_in_flight` batches are under way at once, after the first has
    shown whether the store takes so many items; `size` learns that. When one fails, no other is started; the
    results of those in progress are yielded before the error is raised. Raises any BigCommerceError.
    """
    writer = BatchWriter(client, size or BatchSize())
    batches = writer.batches(metafields)
    running: set[Future[tuple[BatchOutcome, BigCommerceError | None]]] = set()
    failure: BigCommerceError | None = None
    lanes = 1
    with ThreadPoolExecutor(client.requests_in_flight) as pool:
        while True:
            while failure is None and len(running) < lanes:
                batch = next(batches, None)
                if batch is None:
                    break
                running.add(pool.submit(writer.write, batch))
            if not running:
                break
            done, running = wait(running, return_when=FIRST_COMPLETED)
            lanes = client.requests_in_flight
            for future in done:
                outcome, error = future.result()
                failure = failure or error
                yield outcome
    if failure:
        raise failure
