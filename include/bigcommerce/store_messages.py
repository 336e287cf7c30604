"""Reads the store's own message in an answer that is not a success.

Some gateways quote the request that they refuse, so the access token is hidden.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
import requests

from include.bigcommerce.contract import DECODING_ERRORS
from include.bigcommerce.damaged_json import repair
from include.outside_text import clean_html_text

_LONGEST_MESSAGE = 300
# A longer body holds nothing that people could read, and is not taken apart.
_LARGEST_BODY = 2**18
_LARGEST_PAGE = 20_000
_DEEPEST = 8
# Where V3 puts the errors of some routes, as of POST …/refunds, instead of what the route returns.
_IN_PLACE_OF_DATA = ("data", "batch_errors")
_NOT_JSON = object()


def own_words(response: requests.Response) -> str:
    """The store's message, trimmed: of V3 `{title, detail, errors}`, V2 `[{message}]`, HTML or text."""
    return message(decoded(response), response)


def decoded(response: requests.Response) -> object:
    """The JSON body without the access token, for `message`; a mark of its own where it is not JSON.

    Damaged texts are repaired: an error names products, and stores send half characters in their names.
    """
    if len(response.content) > _LARGEST_BODY:
        return _NOT_JSON
    body = _without_token(response)
    try:
        return msgspec.json.decode(body)
    except DECODING_ERRORS:
        pass
    try:
        return msgspec.json.decode(repair(body.decode("utf-8", "replace").encode()))
    except DECODING_ERRORS:
        return _NOT_JSON


def message(answer: object, response: requests.Response) -> str:
    """The message in what `decoded` returned."""
    if answer is not _NOT_JSON:
        said = " ".join(dict.fromkeys(_messages(answer, _DEEPEST)))
    else:
        page = _without_token(response)[:_LARGEST_PAGE].decode("utf-8", "replace")
        title = re.search(r"<title[^<>]*>([^<]*)</title>", page, re.IGNORECASE)
        said = title[1] if title else re.sub(r"<[^<>]*>", " ", page)
    return clean_html_text(said, _LONGEST_MESSAGE)


def _without_token(response: requests.Response) -> bytes:
    token = response.request.headers.get("X-Auth-Token") or b""
    token = token.encode("latin-1", "replace") if isinstance(token, str) else token
    return response.content.replace(token, "…".encode()) if token else response.content


def _messages(answer: object, depth: int, *, are_named: bool = False) -> Iterator[str]:
    """The messages in an error body, in reading order; what is nested deeper is skipped.

    `are_named`: an object without any is a list of errors by the name of what each is about.
    """
    if depth == 0:
        return
    if isinstance(answer, list):
        for item in answer:
            yield from _messages(item, depth - 1, are_named=are_named)
    elif not isinstance(answer, dict):
        if _is_text(answer):
            yield str(answer)
    else:
        messages = [*_own_messages(answer, depth - 1)]
        if not messages and are_named:
            messages = [*_by_name(answer, depth - 1)]
        yield from messages or _messages([answer.get(name) for name in _IN_PLACE_OF_DATA], depth - 1)


def _own_messages(answer: dict[str, object], depth: int) -> Iterator[str]:
    for name in ("title", "message", "detail", "error"):
        yield from _messages(answer.get(name), depth, are_named=True)
    details = answer.get("details")
    if isinstance(details, dict) and _is_text(details.get("invalid_reason")):
        yield str(details["invalid_reason"])
    errors = answer.get("errors")
    yield from _by_name(errors, depth) if isinstance(errors, dict) else _messages(errors, depth)


def _by_name(errors: dict[str, object], depth: int) -> Iterator[str]:
    for name, error in errors.items():
        for said in _messages(error, depth, are_named=True):
            yield f"{name}: {said}"


def _is_text(value: object) -> bool:
    return bool(value) and isinstance(value, (str, int, float)) and not isinstance(value, bool)
