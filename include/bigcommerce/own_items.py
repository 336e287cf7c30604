"""Reads and deletes what our API account has made in a store: a few items, each with a path of its own."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from include.bigcommerce.client import StoreClient
from include.bigcommerce.contract import DECODING_ERRORS, decode, unexpected
from include.bigcommerce.errors import RequestRefused
from include.bigcommerce.pagination import Meta, Pagination

_Item = TypeVar("_Item")
_PER_PAGE = 50
_NOT_FOUND = 404


class _Listed(msgspec.Struct):
    data: list[msgspec.Raw]
    meta: Meta


class _ListedPerhapsWithoutTotals(msgspec.Struct):
    data: list[msgspec.Raw]
    meta: Any = None


_LISTED = msgspec.json.Decoder(_Listed, strict=False)
_LISTED_PERHAPS_WITHOUT_TOTALS = msgspec.json.Decoder(_ListedPerhapsWithoutTotals)


def read_items(
    client: StoreClient,
    path: str,
    decoder: msgspec.json.Decoder[_Item],
    *,
    scope: str,
    has_totals: bool = True,
) -> list[_Item]:
    """All items; usually one request. One that is not as documented is skipped.

    Without totals, where a list may lack them, its first page is all. Raises any BigCommerceError.
    """
    found: list[_Item] = []
    page_before: list[bytes] = []
    for page in range(1, 1_000):
        response = client.send(
            "GET", path, params={"page": page, "limit": _PER_PAGE}, scope=scope, safe_to_repeat=True
        )
        data, pagination = _page(response.content, path, has_totals=has_totals)
        rows = [bytes(row) for row in data]
        if rows and rows == page_before:
            raise unexpected(f"page {page} is the one before it again", path=path)
        page_before = rows
        found += [item for row in rows if (item := _read(decoder, row)) is not None]
        if pagination is None or not pagination.promises_more(len(rows), page):
            break
    return found


def _page(body: bytes, path: str, *, has_totals: bool) -> tuple[list[msgspec.Raw], Pagination | None]:
    """The rows of a page, and its totals if they can be read; they have to be where lists have them."""
    if has_totals:
        whole = decode(_LISTED, body, path=path)
        return whole.data, whole.meta.pagination
    listed = decode(_LISTED_PERHAPS_WITHOUT_TOTALS, body, path=path)
    try:
        return listed.data, msgspec.convert(listed.meta, Meta, strict=False).pagination
    except msgspec.ValidationError:
        return listed.data, None


def _read(decoder: msgspec.json.Decoder[_Item], row: bytes) -> _Item | None:
    try:
        return decoder.decode(row)
    except DECODING_ERRORS:
        return None


def delete_item(client: StoreClient, path: str, *, scope: str) -> None:
    """Delete an item; one that is gone already is no error. Raises any other BigCommerceError."""
    try:
        client.send("DELETE", path, scope=scope, safe_to_repeat=True)
    except RequestRefused as refused:
        if refused.status != _NOT_FOUND:
            raise
