"""Writes batches of variant metafields; whatever the store says to a batch, one item costs no other.

A batch that is refused or fails as a whole is halved until the item that causes it is alone. So that an
outage, or a store that refuses all of them, does not cost thousands of requests, the writer stops where one
item after the other fails alike and none is written meanwhile.

What lies together often fails together, such as the variants of one product. So each batch takes items from
far apart: a product with hundreds of bad variants stops nothing, and items that fail in a row are not
neighbours.
"""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import Iterable, Iterator

import msgspec
import requests

from include.bigcommerce.client import StoreClient
from include.bigcommerce.contract import decode
from include.bigcommerce.error_responses import own_words
from include.bigcommerce.errors import (
    BigCommerceError,
    OwnedByAnotherAccount,
    RequestRefused,
    ScopeMissing,
    StoreUnavailable,
    UnexpectedResponse,
)
from include.bigcommerce.metafield_answers import (
    OWNED_BY_ANOTHER,
    BatchAnswer,
    BatchOutcome,
    VariantMetafield,
    messages_by_index,
    sort_items,
)

PATH = "/v3/catalog/variants/metafields"
SCOPE = "store_v2_products"
_MOST_ATTEMPTS = 5
# So often a batch fails with 5xx before it is halved.
_FAILURES_PER_BATCH = 3
# So many single items in a row with the same failure, and nothing written meanwhile, are not about the items.
_MOST_REFUSED_IN_A_ROW = 25
_MOST_FAILED_IN_A_ROW = 10
# Statuses that may be about one item of a batch. Others (402, 405, 423, …) are about the store or the API.
_ABOUT_AN_ITEM = {400, 404, 409, 413, 422}
# From so many items each batch takes some that lie far apart.
_SPREAD_OVER = 5_000
_BATCH_TOO_LARGE = re.compile(r"too large|too many|at most|maximum|limit|exceed", re.IGNORECASE)
_BATCH_ANSWER = msgspec.json.Decoder(BatchAnswer)

_Batch = list[VariantMetafield]


class BatchWriter:
    """Cuts metafields into batches of a size that the store takes, and writes one batch at a time."""

    def __init__(self, client: StoreClient, batch_size: int) -> None:
        self._client = client
        self._batch_size = batch_size
        self._in_a_row = _InARow()

    def batches(self, metafields: Iterable[VariantMetafield]) -> Iterator[_Batch]:
        """Each batch holds either new metafields only, or only such as have an id."""
        open_batches: dict[bool, _Batch] = {True: [], False: []}
        for metafield in _spread(metafields, self._batch_size):
            batch = open_batches[metafield.id is None]
            batch.append(metafield)
            if len(batch) >= self._batch_size:
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

    def _write(self, batch: _Batch, outcome: BatchOutcome, attempt: int = 1, *, halved: bool = False) -> None:
        try:
            response = self._send(batch, attempt, halved=halved)
        except ScopeMissing as refusal:
            # A missing scope is refused for new metafields, too; another account's are refused alone.
            if batch[0].id is None or "scope" in refusal.detail.lower():
                raise
            self._isolate(batch, outcome, _not_ours(refusal))
        except RequestRefused as refusal:
            if refusal.status not in _ABOUT_AN_ITEM:
                raise
            too_large = refusal.status == 413 or bool(_BATCH_TOO_LARGE.search(refusal.detail))
            self._isolate(batch, outcome, refusal, too_large=too_large)
        except StoreUnavailable as failure:
            if not failure.reached or failure.method == "GET":  # the store itself, not this batch
                raise
            self._isolate(batch, outcome, failure, too_large=True)
        else:
            self._sort(batch, response, outcome, attempt)

    def _send(self, batch: _Batch, attempt: int, *, halved: bool) -> requests.Response:
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
            if halved or (isinstance(failure, StoreUnavailable) and not failure.reached):
                raise
        # Is it the store or this batch? During an outage this waits with all the client's patience.
        self._client.send("GET", PATH, params={"limit": 1}, scope=SCOPE, safe_to_repeat=True)
        return send(_FAILURES_PER_BATCH)

    def _sort(self, batch: _Batch, response: requests.Response, outcome: BatchOutcome, attempt: int) -> None:
        method = "POST" if batch[0].id is None else "PUT"
        answer = decode(_BATCH_ANSWER, response.content, method=method, path=PATH)
        messages = messages_by_index(answer.errors)
        if len(batch) == 1 and not response.ok:
            messages = {0: next(iter(messages.values()), own_words(response))}
        elif not (response.ok or answer.data or messages):
            self._halve(batch, outcome, too_large=bool(_BATCH_TOO_LARGE.search(own_words(response))))
            return
        if answer.data:
            self._in_a_row.end()
        again = sort_items(batch, answer.data or [], messages, outcome)
        if again and attempt < _MOST_ATTEMPTS:
            self._write([metafield for metafield, _ in again], outcome, attempt + 1)
        else:
            outcome.refused += again

    def _isolate(
        self, batch: _Batch, outcome: BatchOutcome, error: BigCommerceError, *, too_large: bool = False
    ) -> None:
        """Halve a batch that failed as a whole, or record its only item. Raises the error if all fail so."""
        if len(batch) > 1:
            if not self._in_a_row.is_long(error):
                self._halve(batch, outcome, too_large=too_large)
            elif error.status == 409 and batch[0].id is None:
                outcome.already_exists += batch
            else:
                raise _of_all(error)
            return
        is_long = self._in_a_row.add(error)
        (metafield,) = batch
        if error.status == 409 and metafield.id is None:
            outcome.already_exists.append(metafield)
        elif error.status == 404:
            outcome.gone.append(metafield)
        elif is_long:
            raise _of_all(error)
        else:
            outcome.refused.append((metafield, _reason(error)))

    def _halve(self, batch: _Batch, outcome: BatchOutcome, *, too_large: bool) -> None:
        """Write both halves; if the whole was too large and both are taken, their size is remembered."""
        half = len(batch) // 2
        refused = len(outcome.refused)
        self._write(batch[:half], outcome, halved=True)
        self._write(batch[half:], outcome, halved=True)
        if too_large and len(outcome.refused) == refused:
            self._batch_size = min(self._batch_size, half)


class _InARow:
    """How many single items in a row failed alike while nothing was written; for any number of threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._status: int | None = None
        self._items = 0

    def add(self, error: BigCommerceError) -> bool:
        """Count one more; whether there are now so many that it is not about the items."""
        with self._lock:
            self._items = self._items + 1 if self._status == error.status else 1
            self._status = error.status
        return self.is_long(error)

    def is_long(self, error: BigCommerceError) -> bool:
        """Whether so many failed like this error that it is not about the items."""
        most = _MOST_FAILED_IN_A_ROW if isinstance(error, StoreUnavailable) else _MOST_REFUSED_IN_A_ROW
        with self._lock:
            return self._status == error.status and self._items >= most

    def end(self) -> None:
        """Something was written."""
        with self._lock:
            self._items = 0


def _spread(metafields: Iterable[VariantMetafield], batch_size: int) -> Iterator[VariantMetafield]:
    """The metafields in another order: those that follow each other lie far apart."""
    remaining = iter(metafields)
    while some := list(itertools.islice(remaining, _SPREAD_OVER)):
        distance = -(-len(some) // batch_size)
        for start in range(distance):
            yield from some[start::distance]


def _of_all(error: BigCommerceError) -> BigCommerceError:
    """The error for the whole sync, once so many items failed with it that it is not about them."""
    if type(error) is not RequestRefused:
        return error
    return RequestRefused(
        f"BigCommerce refused the custom fields of {_MOST_REFUSED_IN_A_ROW} variants in a row "
        f"({error.status}: {error.detail}), so the sync did not try the others.",
        "Fix what BigCommerce names, then sync again.",
        method=error.method,
        path=error.path,
        status=error.status,
        detail=error.detail,
    )


def _reason(error: BigCommerceError) -> str:
    if isinstance(error, OwnedByAnotherAccount):
        return OWNED_BY_ANOTHER
    if isinstance(error, StoreUnavailable):
        return f"BigCommerce returns an error for this custom field alone ({error.status or error.detail})."
    return error.detail or f"BigCommerce refused it ({error.status}) and does not say why."


def _not_ours(refusal: ScopeMissing) -> OwnedByAnotherAccount:
    return OwnedByAnotherAccount(
        "Another API account created these custom fields, and only that account may change them "
        f"({refusal.status}: {refusal.detail}).",
        "Use an access token of the API account that created them, or delete these fields in BigCommerce.",
        method=refusal.method,
        path=refusal.path,
        status=refusal.status,
        detail=refusal.detail,
    )


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
