"""Writes batches of variant metafields; an item that the store refuses keeps no other from being written.

A batch that is refused or fails as a whole is cut into smaller ones until the item that causes it is alone.
If the store takes all items in smaller ones, the batch was too large, and from then on no larger one is sent.
The store's message does not matter: it is not documented how a store says that a batch is too large.

The writer stops when one item after the other fails alike and none is written meanwhile. So an outage, or a
store that refuses all items, does not cost thousands of requests.

What lies together often fails together, such as the variants of one product. So each batch takes items from
far apart: a product with hundreds of bad variants stops nothing, and items that fail in a row are not
neighbours. A batch that is cut is cut in the same way.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

import msgspec
import requests

from include.bigcommerce.batch_size import BatchSize, next_smaller
from include.bigcommerce.client import StoreClient
from include.bigcommerce.contract import decode
from include.bigcommerce.errors import (
    BigCommerceError,
    RequestRefused,
    ScopeMissing,
    StoreUnavailable,
    UnexpectedResponse,
)
from include.bigcommerce.metafield_answers import (
    BatchAnswer,
    BatchOutcome,
    VariantMetafield,
    messages_by_index,
    read_written,
    sort_items,
)
from include.bigcommerce.metafield_failures import InARow, failure_of_all, owned_by_another, reason_of
from include.bigcommerce.store_messages import own_words

PATH = "/v3/catalog/variants/metafields"
SCOPE = "store_v2_products"
_MOST_ATTEMPTS = 5
# How often a batch fails with 5xx before it is split.
_FAILURES_PER_BATCH = 3
# Statuses that may be about one item of a batch. Others (402, 405, 423, …) are about the store or the API.
_ABOUT_AN_ITEM = {400, 404, 409, 413, 422}
# From so many items each batch takes some that lie far apart.
_SPREAD_OVER = 5_000
_BATCH_ANSWER = msgspec.json.Decoder(BatchAnswer, strict=False)

_Batch = list[VariantMetafield]


class BatchWriter:
    """Cuts metafields into batches of a size that the store takes, and writes one batch at a time."""

    def __init__(self, client: StoreClient, size: BatchSize) -> None:
        self._client = client
        self._size = size
        self._in_a_row = InARow()

    def batches(self, metafields: Iterable[VariantMetafield]) -> Iterator[_Batch]:
        """Each batch holds either new metafields only, or only such as have an id."""
        open_batches: dict[bool, _Batch] = {True: [], False: []}
        for metafield in _spread(metafields, self._size.current):
            batch = open_batches[metafield.id is None]
            batch.append(metafield)
            if len(batch) >= self._size.current:
                open_batches[metafield.id is None] = []
                yield batch
        yield from filter(None, open_batches.values())

    def write(self, batch: _Batch) -> tuple[BatchOutcome, BigCommerceError | None]:
        """What happened to the batch, and the error that kept the rest of it from being written."""
        outcome = BatchOutcome()
        try:
            self._write(batch, outcome)
        except BigCommerceError as error:
            return outcome, error
        return outcome, None

    def _write(
        self, batch: _Batch, outcome: BatchOutcome, attempt: int = 1, *, is_piece: bool = False
    ) -> bool:
        """Write a batch, in pieces if need be; False if some of its items are the reason for the pieces."""
        if len(batch) > self._size.current:  # learnt since the batch was made
            return self._write_pieces(batch, self._size.current, outcome)
        try:
            response = self._send(batch, attempt, is_piece=is_piece)
        except ScopeMissing as refusal:
            if refusal.names_a_scope:
                raise
            # A limit of the platform, or fields of another account: that may be about a single item.
            is_new = batch[0].id is None
            return self._isolate(batch, outcome, refusal if is_new else owned_by_another(refusal))
        except RequestRefused as refusal:
            if refusal.status not in _ABOUT_AN_ITEM:
                raise
            return self._isolate(batch, outcome, refusal)
        except StoreUnavailable as failure:
            if not failure.reached or failure.method == "GET":  # the store itself, not this batch
                raise
            return self._isolate(batch, outcome, failure)
        return self._sort(batch, response, outcome, attempt)

    def _write_pieces(self, batch: _Batch, size: int, outcome: BatchOutcome) -> bool:
        taken = True
        for piece in _pieces(batch, size):
            taken &= self._write(piece, outcome, is_piece=True)
        return taken

    def _send(self, batch: _Batch, attempt: int, *, is_piece: bool) -> requests.Response:
        def send(most_failures: int) -> requests.Response:
            return self._client.send(
                "POST" if batch[0].id is None else "PUT",
                PATH,
                json=[_to_json(metafield) for metafield in batch],
                scope=SCOPE,
                safe_to_repeat=True,  # what was written although the answer was lost "already exists" then
                accept={422},
                earlier_attempts=attempt - 1,
                most_failures=most_failures,
            )

        try:
            return send(_FAILURES_PER_BATCH)
        except (StoreUnavailable, UnexpectedResponse) as failure:
            if is_piece or (isinstance(failure, StoreUnavailable) and not failure.reached):
                raise
        # Is it the store or this batch? During an outage this waits with all the client's patience.
        self._client.send("GET", PATH, params={"limit": 1}, scope=SCOPE, safe_to_repeat=True)
        return send(_FAILURES_PER_BATCH)

    def _sort(self, batch: _Batch, response: requests.Response, outcome: BatchOutcome, attempt: int) -> bool:
        method = "POST" if batch[0].id is None else "PUT"
        answer = BatchAnswer()
        if response.content:  # 204 says as little as an empty list
            answer = decode(_BATCH_ANSWER, response.content, method=method, path=PATH)
        written = read_written(answer, method=method, path=PATH)
        messages = messages_by_index(answer.errors)
        refused_as_a_whole = not (response.ok or written or messages)
        if refused_as_a_whole and len(batch) > 1:
            return self._cut(batch, outcome, refused=True)
        if len(batch) == 1 and not response.ok:
            messages = {0: next(iter(messages.values()), own_words(response))}
        if written:
            self._in_a_row.end()
        again = sort_items(batch, written, messages, outcome)
        if again and (attempt < _MOST_ATTEMPTS or len(again) < len(batch)):
            return self._write([metafield for metafield, _ in again], outcome, attempt + 1)
        outcome.refused += again
        return not refused_as_a_whole

    def _isolate(self, batch: _Batch, outcome: BatchOutcome, error: BigCommerceError) -> bool:
        """Cut a batch that failed as a whole, or record its only item. Raises the error if all fail so."""
        if len(batch) > 1:
            if not self._in_a_row.is_long(error):
                return self._cut(batch, outcome, refused=not isinstance(error, StoreUnavailable))
            if error.status != 409 or batch[0].id is not None:
                raise failure_of_all(error)
            outcome.already_exists += batch
            return False
        is_long = self._in_a_row.add(error)
        (metafield,) = batch
        if error.status == 409 and metafield.id is None:
            outcome.already_exists.append(metafield)
        elif error.status == 404:
            outcome.gone.append(metafield)
        elif is_long:
            raise failure_of_all(error)
        else:
            outcome.refused.append((metafield, reason_of(error)))
        return False

    def _cut(self, batch: _Batch, outcome: BatchOutcome, *, refused: bool) -> bool:
        """Write in pieces a batch that was refused or failed; if no item is the reason, it was too large."""
        smaller = next_smaller(len(batch))
        taken = self._write_pieces(batch, smaller, outcome)
        if taken:
            self._size.learn(smaller, refused=refused)
        return taken


def _spread(metafields: Iterable[VariantMetafield], batch_size: int) -> Iterator[VariantMetafield]:
    """The metafields in another order: those that follow each other lie far apart."""
    remaining = iter(metafields)
    while some := list(itertools.islice(remaining, _SPREAD_OVER)):
        for piece in _pieces(some, batch_size):
            yield from piece


def _pieces(metafields: list[VariantMetafield], size: int) -> list[_Batch]:
    """The metafields in batches of at most this size, each of some that lie far apart."""
    number = -(-len(metafields) // size)
    return [metafields[start::number] for start in range(number)]


def _to_json(metafield: VariantMetafield) -> dict[str, str | int]:
    """An item of a batch: a new metafield names its variant, one to be changed its own id."""
    target = {"resource_id": metafield.variant_id} if metafield.id is None else {"id": metafield.id}
    return {
        **target,
        "namespace": metafield.namespace,
        "key": metafield.key,
        "value": metafield.value,
        "permission_set": metafield.permission_set,
    }
