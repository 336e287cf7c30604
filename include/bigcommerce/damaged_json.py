"""Takes apart JSON that a strict decoder refuses, so that one damaged value costs no more than itself.

Stores send half emoji (a lone `\\ud83d`), raw control characters and numbers of thousands of digits: their
platform cuts texts at a byte, and passes on what was once typed. Only brackets and quotes have to be right
here: a page where they are not is taken for one that was cut off on its way. It is read again, and if that
does not help, product by product. This is slow, and meant for what a strict decoder has refused already.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_STRING = rb'"(?:[^"\\]|\\.)*"'
_QUOTED = re.compile(_STRING, re.DOTALL)
_MEMBER = re.compile(rb"\s*(" + _STRING + rb")\s*:\s*(.*?)\s*", re.DOTALL)
_BRACKET_OR_COMMA = re.compile(
    rb'[^"\[\]{},]*(?:' + _STRING + rb'[^"\[\]{},]*)*([\[\]{},])',
    re.DOTALL,
)
_CLOSING = {b"[": b"]", b"{": b"}"}
_BY_NAME = msgspec.json.Decoder(dict[str, msgspec.Raw])
_IN_ORDER = msgspec.json.Decoder(list[msgspec.Raw])
# In a string: a whole pair of surrogates, any other escape that is right, then everything that is wrong.
_IN_STRING = re.compile(
    rb"(?P<right>\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|\\u(?![dD][89a-fA-F])[0-9a-fA-F]{4}"
    rb'|\\["\\/bfnrt])'
    rb"|(?P<control>[\x00-\x1f])"
    rb"|\\u[0-9a-fA-F]{4}|\\",
)


def is_whole(body: bytes) -> bool:
    """Whether every bracket and quote is closed, so that the body is not cut off."""
    try:
        _split(_without_mark(body))
    except ValueError:
        return False
    return True


def repair(body: bytes) -> bytes:
    """The JSON with valid texts: U+FFFD for what is no character, a space for a control character."""
    return _QUOTED.sub(lambda text: _IN_STRING.sub(_right, text[0]), _without_mark(body))


def members(text: bytes) -> dict[str, bytes]:
    """The members of an object by name, as they are. Raises ValueError if it is not a closed object."""
    try:
        return {name: bytes(value) for name, value in _BY_NAME.decode(text).items()}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    found: dict[str, bytes] = {}
    for part in _split(_without_mark(text), b"{"):
        if match := _MEMBER.fullmatch(part):
            name = repair(match[1]).decode("utf-8", "replace")
            found[msgspec.json.decode(name, type=str)] = match[2]
    return found


def join_members(found: dict[str, bytes]) -> bytes:
    """The object that has these members."""
    return b"{" + b",".join(b'"%b":%b' % (name.encode(), value) for name, value in found.items()) + b"}"


def join_items(found: Iterable[bytes]) -> bytes:
    """The array that has these items."""
    return b"[" + b",".join(found) + b"]"


def items(text: bytes) -> list[bytes]:
    """The items of an array, as they are. Raises ValueError if it is not a closed array."""
    try:
        return [bytes(item) for item in _IN_ORDER.decode(text)]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _split(_without_mark(text), b"[")


def _right(match: re.Match[bytes]) -> bytes:
    if match["right"]:
        return match[0]
    return b" " if match["control"] else rb"\ufffd"


def _without_mark(body: bytes) -> bytes:
    return body.removeprefix(_BYTE_ORDER_MARK).strip()


def _split(text: bytes, opening: bytes = b"") -> list[bytes]:
    """What stands between the commas of the outermost array or object, or of the one that opens so."""
    text = text.strip()
    if not text.startswith(opening or (b"[", b"{")):
        raise ValueError("neither an array nor an object")
    open_brackets: list[bytes] = []
    parts: list[bytes] = []
    start, end = 1, 0
    while match := _BRACKET_OR_COMMA.match(text, end):
        token, end = match[1], match.end()
        if token in _CLOSING:
            open_brackets.append(_CLOSING[token])
        elif token != b",":
            if not open_brackets or open_brackets.pop() != token:
                raise ValueError("a bracket is closed that was not opened")
            if not open_brackets:
                break
        elif len(open_brackets) == 1:
            parts.append(text[start : end - 1])
            start = end
    if open_brackets or end != len(text):
        raise ValueError("cut off, or something follows")
    parts.append(text[start : end - 1])
    return parts if len(parts) > 1 or parts[0].strip() else []
