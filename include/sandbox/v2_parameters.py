"""The query parameters of V2, which refuses an invalid one with 400 (V3 with 422: paging.py)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import InvalidOperation
from typing import Any

from include.sandbox.paging import Page
from include.sandbox.refusals import Refusal, invalid


def read_parameter(query: Mapping[str, str], name: str, reader: Callable[[str], Any]) -> Any:
    """None if the parameter is missing; raises Refusal 400 if it is invalid."""
    if name not in query:
        return None
    try:
        return reader(query[name])
    except (ValueError, KeyError, InvalidOperation) as error:
        raise invalid(name, f"It cannot be {query[name]!r}.") from error


def read_page(query: Mapping[str, str], cap: int) -> Page:
    """The page that a request wants, of at most `cap` items; raises Refusal 400."""
    for name in ("page", "limit"):
        read_parameter(query, name, int)
    return Page.read(query, cap)


def refuse_unknown_v2(query: Mapping[str, str], known: set[str]) -> None:
    """Raises Refusal 400 for an unknown parameter: the sandbox ignores none silently."""
    for name in sorted(query.keys() - known):
        raise Refusal(400, f"The field '{name}' is not supported by this resource.")
