"""Corrects the form of values whose meaning is beyond doubt, to that of the contract.

A store's platform and what sits between it and us write 1 for true, "12.50" for 12.50, or 42 for "42"; PHP
writes an empty or a numbered list as an object. Nobody would read any of these otherwise. What could mean
two things, such as "1,250" or "1e2", stays as it is, and is refused by the decoder. All values are JSON.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from include.bigcommerce.damaged_json import items, join_items, join_members, members, repair

Form = Callable[[bytes], bytes]

_DIGITS = rb"(?:0|[1-9][0-9]{0,18})"
_WHOLE_NUMBER = re.compile(rb'("?)(%b)(?:\.0+)?\1' % _DIGITS)
_TEXT_OF_AMOUNT = re.compile(rb'"(-?%b(?:\.[0-9]+)?)"' % _DIGITS)
_PLAIN_NUMBER = re.compile(rb"-?%b(?:\.[0-9]+)?" % _DIGITS)
_BOOLEANS = {b"1": b"true", b'"1"': b"true", b'"true"': b"true"}
_BOOLEANS |= {b"0": b"false", b'"0"': b"false", b'"false"': b"false"}


def as_whole_number(value: bytes) -> bytes:
    """12 for "12" and 12.0."""
    found = _WHOLE_NUMBER.fullmatch(value)
    return found[2] if found else value


def as_amount(value: bytes) -> bytes:
    """12.50 for "12.50"."""
    found = _TEXT_OF_AMOUNT.fullmatch(value)
    return found[1] if found else value


def as_text(value: bytes) -> bytes:
    """ "42" for 42, with the digits as they are written."""
    return b'"%b"' % value if _PLAIN_NUMBER.fullmatch(value) else value


def as_boolean(value: bytes) -> bytes:
    """true for 1, "1" and "true"; false likewise."""
    return _BOOLEANS.get(value, value)


def as_list(each: Form, value: bytes) -> bytes:
    """[a, b] for {"0": a, "1": b}, with each item in its own form. Raises ValueError if it is not closed."""
    if value.startswith(b"{"):
        found = members(value)
        if not all(key.isdecimal() for key in found):
            return value
        return join_items(map(each, found.values()))
    return join_items(map(each, items(value))) if value.startswith(b"[") else value


def as_object(forms: Mapping[str, Form], value: bytes) -> bytes:
    """Only these members of an object, each in its form; null is skipped, because it says as little.

    Raises ValueError if it is no closed object.
    """
    found = members(value)
    present = {name: found[name] for name in forms if found.get(name, b"null") != b"null"}
    return join_members({name: forms[name](repair(each)) for name, each in present.items()})
