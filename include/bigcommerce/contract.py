"""Decodes the store's JSON as its contract describes it, and says in plain words where it differs."""

from __future__ import annotations

import re
from decimal import InvalidOperation
from typing import Annotated, TypeVar

import msgspec

from include.bigcommerce.damaged_json import repair
from include.bigcommerce.errors import UnexpectedResponse

# Everything that a decoder raises for bytes that are not the expected JSON.
DECODING_ERRORS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, InvalidOperation)

# An id of BigCommerce: never 0 (a variant of "product 0" is an orphan), and it fits a database's bigint.
# Decoders that are not strict also read one that is written as text.
Id = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]

_T = TypeVar("_T")
_LOCATED = re.compile(r"^(?P<problem>.*?)(?: - at `(?P<where>\$.*)`)?$", re.DOTALL)
_WRONG_TYPE = re.compile(r"Expected `(?P<expected>\w+)[^`]*`, got `(?P<got>[^`]+)`")
_MISSING_FIELD = re.compile(r"Object missing required field `(?P<field>[^`]+)`")
_PLAIN_WORDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number with decimals",
    "bool": "true or false",
    "null": "empty",
    "array": "a list",
    "object": "an object",
    "number": "a number",
    "list": "a list",
    "dict": "an object",
}


def decode(decoder: msgspec.json.Decoder[_T], body: bytes, *, method: str = "GET", path: str) -> _T:
    """The body as the decoder's type; damaged texts are repaired.

    Raises UnexpectedResponse naming the JSON path that differs.
    """
    try:
        try:
            return decoder.decode(body)
        except msgspec.ValidationError:
            raise
        except msgspec.DecodeError:
            return decoder.decode(repair(body))
    except DECODING_ERRORS as error:
        raise unexpected(difference(error), method=method, path=path) from error


def unexpected(what: str, *, method: str = "GET", path: str) -> UnexpectedResponse:
    """The error for an answer that breaks the contract; `what` says where and how."""
    return UnexpectedResponse(
        f"BigCommerce's answer to {method} {path} does not match its API contract: {what}.",
        "If this persists, BigCommerce's API has changed: contact the maintainers of this program.",
        method=method,
        path=path,
        detail=what,
    )


def names_another(stated: object, expected: int) -> bool:
    """Whether an answer states another id than the request; it may write it as text, or not at all."""
    return stated not in (expected, str(expected), None)


def difference(error: Exception, within: str = "$") -> str:
    """msgspec's error in plain words, e.g. `price at $.variants[2].price is text, not a number`.

    `within` is the JSON path of what was decoded.
    """
    where, problem = locate(error)
    if where == "$":
        return f"{within} {problem}"
    field = re.sub(r"\[.*", "", where.rpartition(".")[2])
    return f"{field} at {within}{where[1:]} {problem}"


def locate(error: Exception) -> tuple[str, str]:
    """The JSON path that is wrong, and how: `$.variants[2].price`, `is text, not a number`."""
    if isinstance(error, UnicodeDecodeError):
        return "$", "holds text that is not UTF-8"
    if isinstance(error, InvalidOperation):
        return "$", "holds a number that is too large or too small"
    if not isinstance(error, msgspec.ValidationError):
        return "$", "is empty, is cut off, or is not JSON"
    located = _LOCATED.match(str(error))
    assert located is not None, "the pattern matches any text"
    problem, where = located["problem"], located["where"] or "$"
    if missing := _MISSING_FIELD.match(problem):
        return f"{where}.{missing['field']}", "is missing"
    if wrong := _WRONG_TYPE.match(problem):
        expected, got = (_PLAIN_WORDS.get(word, word) for word in (wrong["expected"], wrong["got"]))
        return where, f"is {got}, not {expected}"
    problem = problem.replace("Expected `int`", "is not a whole number")
    return where, problem.replace("Integer value out of range", "is too large a number")
