"""Writes batches of variant metafields, and tells what became of each of their items.

A batch written in part is answered with 422: what was written, and an index and a message for each of the
others (product-variants_catalog.v3.yml of BigCommerce: MetaFieldCollectionResponsePartialSuccess_POST_PUT).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from include.bigcommerce.client import StoreClient
from include.bigcommerce.contract import Id, decode
from include.bigcommerce.error_responses import own_words
from include.bigcommerce.errors import BigCommerceError, RequestRefused

PATH = "/v3/catalog/variants/metafields"
SCOPE = "store_v2_products"
_MOST_ATTEMPTS = 5

# What the store's messages mean. One about an item that is none of the first three is a refusal.
_ALREADY_EXISTS = re.compile(r"already exist|duplicate|unique", re.IGNORECASE)
_GONE = re.compile(r"not found|not exist|doesn't exist|no such|deleted", re.IGNORECASE)
_PASSING = re.compile(r"too many|try again|time[d ]*out|temporar|internal|unavailable", re.IGNORECASE)
_BATCH_TOO_LARGE = re.compile(r"too large|too many|at most|maximum|limit|exceed", re.IGNORECASE)


@dataclass(frozen=True)
class VariantMetafield:
    """`id` is None until the store has it; `permission_set` says who may read and write it."""

    variant_id: int
    namespace: str
    key: str
    value: str
    permission_set: str
    id: int | None = None


@dataclass
class BatchOutcome:
    """What became of each metafield; `gone`: its variant, or the metafield itself, is no longer there."""

    written: list[VariantMetafield] = field(default_factory=list)  # with their ids
    already_exists: list[VariantMetafield] = field(default_factory=list)
    gone: list[VariantMetafield] = field(default_factory=list)
    refused: list[tuple[VariantMetafield, str]] = field(default_factory=list)  # with the store's message


class _Written(msgspec.Struct):
    id: Id
    resource_id: int = 0
    namespace: str = ""
    key: str = ""


class _BatchAnswer(msgspec.Struct):
    data: list[_Written] | None = None
    errors: Any = None


_BATCH_ANSWER = msgspec.json.Decoder(_BatchAnswer)


class BatchWriter:
    """Cuts metafields into batches of a size that the store takes, and writes one batch at a time."""

    def __init__(self, client: StoreClient, batch_size: int) -> None:
        self._client = client
        self._batch_size = batch_size

    def batches(self, metafields: Iterable[VariantMetafield]) -> Iterator[list[VariantMetafield]]:
        """Each batch holds either new metafields only, or only such as have an id."""
        begun: dict[bool, list[VariantMetafield]] = {True: [], False: []}
        for metafield in metafields:
            batch = begun[metafield.id is None]
            batch.append(metafield)
            if len(batch) >= self._batch_size:
                begun[metafield.id is None] = []
                yield batch
        yield from filter(None, begun.values())

    def write(self, batch: list[VariantMetafield]) -> tuple[BatchOutcome, BigCommerceError | None]:
        """What became of the batch, and what kept the rest of it from being written."""
        outcome = BatchOutcome()
        try:
            self._write(batch, outcome)
        except BigCommerceError as error:
            return outcome, error
        return outcome, None

    def _write(self, batch: list[VariantMetafield], outcome: BatchOutcome, attempt: int = 1) -> None:
        method = "POST" if batch[0].id is None else "PUT"
        try:
            response = self._client.send(
                method,
                PATH,
                json=[_to_json(metafield) for metafield in batch],
                scope=SCOPE,
                safe_to_repeat=True,  # what was written although the answer was lost "already exists" then
                accept={422},
                earlier_attempts=attempt - 1,
            )
        except RequestRefused as refusal:
            if refusal.status != 413:
                raise
            if len(batch) == 1:
                outcome.refused.append((batch[0], refusal.detail or "It is too large."))
            else:
                self._write_halves(batch, outcome, too_large=True)
            return
        answer = decode(_BATCH_ANSWER, response.content, method=method, path=PATH)
        messages = _messages_by_index(answer.errors)
        if len(batch) == 1 and not response.ok:
            messages = {0: next(iter(messages.values()), own_words(response))}
        elif not (response.ok or answer.data or messages):
            self._write_halves(batch, outcome, too_large=bool(_BATCH_TOO_LARGE.search(own_words(response))))
            return
        again = _sort(batch, answer.data or [], messages, outcome)
        if again and attempt < _MOST_ATTEMPTS:
            self._write([metafield for metafield, _ in again], outcome, attempt + 1)
        else:
            outcome.refused += again

    def _write_halves(self, batch: list[VariantMetafield], outcome: BatchOutcome, *, too_large: bool) -> None:
        """For a batch refused as a whole: for its size, which is remembered, or for one of its items."""
        half = len(batch) // 2
        if too_large:
            self._batch_size = min(self._batch_size, half)
        self._write(batch[:half], outcome)
        self._write(batch[half:], outcome)


def _sort(
    batch: list[VariantMetafield], written: list[_Written], messages: dict[int, str], outcome: BatchOutcome
) -> list[tuple[VariantMetafield, str]]:
    """Put each metafield where it belongs; returns those worth another attempt, with the store's message."""
    new_ids = {(one.resource_id, one.namespace, one.key): one.id for one in written}
    changed_ids = {one.id for one in written}
    again = []
    for index, metafield in enumerate(batch):
        message = messages.get(index, "")
        if metafield.id is None:
            metafield_id = new_ids.get((metafield.variant_id, metafield.namespace, metafield.key))
        else:
            metafield_id = metafield.id if metafield.id in changed_ids else None
        if metafield_id is not None:
            outcome.written.append(replace(metafield, id=metafield_id))
        elif _ALREADY_EXISTS.search(message):
            outcome.already_exists.append(metafield)
        elif _GONE.search(message):
            outcome.gone.append(metafield)
        elif not message or _PASSING.search(message):
            again.append((metafield, message or "The store did not take it, and does not say why."))
        else:
            outcome.refused.append((metafield, message))
    return again


def _messages_by_index(errors: object) -> dict[int, str]:
    """`[{"errors": {"<index>": message}}, …]`, or one such object, as one dict."""
    if isinstance(errors, list):
        found = [one.get("errors") for one in errors if isinstance(one, dict)]
    else:
        found = [errors]
    return {
        int(index): str(message)
        for one in found
        if isinstance(one, dict)
        for index, message in one.items()
        if index.isdecimal()
    }


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
