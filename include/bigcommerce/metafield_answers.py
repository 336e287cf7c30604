"""Sorts the items of a metafield batch by what the store's answer says about each.

A batch written in part is answered with 422: what was written, and an index and a message for each of the
others (product-variants_catalog.v3.yml of BigCommerce: MetaFieldCollectionResponsePartialSuccess_POST_PUT).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from include.bigcommerce.contract import DECODING_ERRORS, Id, difference, unexpected
from include.outside_text import clean_text

OWNED_BY_ANOTHER = (
    "Another API account created this custom field, and only that account may change it. Use an access token "
    "of that account, or delete the field in BigCommerce."
)
_ASK_AGAIN = "Sync again; if it is refused again, ask BigCommerce's support."
_LONGEST_MESSAGE = 300
_LONGEST_INDEX = 6  # digits

# What the store's messages mean; a message that matches none of these is a refusal.
_ALREADY_EXISTS = re.compile(r"already exist|duplicate|unique", re.IGNORECASE)
_GONE = re.compile(r"not found|not exist|doesn't exist|no such|deleted", re.IGNORECASE)
_PASSING = re.compile(r"too many|try again|time[d ]*out|temporar|internal|unavailable", re.IGNORECASE)
_NOT_OURS = re.compile(r"unauthori[sz]ed|forbidden|not allowed|permission", re.IGNORECASE)


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
    refused: list[tuple[VariantMetafield, str]] = field(default_factory=list)  # with reason and next step


class Written(msgspec.Struct):
    """A metafield that was written, as the answer identifies it."""

    id: Id
    resource_id: int = 0
    namespace: str = ""
    key: str = ""


class BatchAnswer(msgspec.Struct):
    """The answer to a batch, written as a whole or in part.

    PHP writes an empty or a numbered list as an object.
    """

    data: list[msgspec.Raw] | dict[str, msgspec.Raw] | None = None
    errors: Any = None


def read_written(answer: BatchAnswer, *, method: str, path: str) -> list[Written]:
    """What was written. An item that cannot be read counts as not mentioned, so its field is sent again.

    Raises UnexpectedResponse if none can be read.
    """
    rows = list(answer.data.values()) if isinstance(answer.data, dict) else answer.data or []
    found: list[Written] = []
    problem = ""
    for place, row in enumerate(rows):
        try:
            found.append(_WRITTEN.decode(row))
        except DECODING_ERRORS as error:  # noqa: PERF203
            problem = problem or difference(error, within=f"$.data[{place}]")
    if problem and not found:
        raise unexpected(problem, method=method, path=path)
    return found


def sort_items(
    batch: list[VariantMetafield], written: list[Written], messages: dict[int, str], outcome: BatchOutcome
) -> list[tuple[VariantMetafield, str]]:
    """Put each metafield where it belongs; those worth a retry are returned, with the reason."""
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
            again.append((metafield, f"{_ended(message)} {_ASK_AGAIN}" if message else no_reason()))
        elif metafield.id is not None and _NOT_OURS.search(message):
            outcome.refused.append((metafield, OWNED_BY_ANOTHER))
        else:
            outcome.refused.append((metafield, refused_because(message)))
    return again


def refused_because(message: str) -> str:
    """The store's message about a field, with the next step."""
    return f"{_ended(message)} Fix this in BigCommerce, then sync again."


def no_reason(status: int | None = None) -> str:
    """The same for a field about which the store says nothing, or only a status."""
    return f"it gives no reason{f' (status {status})' if status else ''}. {_ASK_AGAIN}"


def _ended(message: str) -> str:
    return message if message.endswith((".", "!", "?")) else f"{message}."


def messages_by_index(errors: object) -> dict[int, str]:
    """`[{"errors": {"<index>": message}}, …]`, or one such object, as one dict."""
    if isinstance(errors, list):
        found = [one.get("errors") for one in errors if isinstance(one, dict)]
    else:
        found = [errors]
    return {
        int(index): clean_text(_words(message), _LONGEST_MESSAGE)
        for one in found
        if isinstance(one, dict)
        for index, message in one.items()
        if index.isascii() and index.isdecimal() and len(index) <= _LONGEST_INDEX
    }


def _words(message: object) -> str:
    """A message in plain words, also where it is `{"value": ["is too long"]}`."""
    if isinstance(message, dict):
        return "; ".join(f"{name}: {_words(each)}" for name, each in message.items())
    if isinstance(message, list):
        return "; ".join(map(_words, message))
    return str(message)


_WRITTEN = msgspec.json.Decoder(Written, strict=False)
