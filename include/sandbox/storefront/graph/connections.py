"""Pages of nodes by the GraphQL Cursor Connections Specification, which the storefront follows."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import Any

from graphql import GraphQLError

PREFIX = "arrayconnection:"
DEFAULT_SIZE = 10  # UNVERIFIED


def connection(nodes: Sequence[Any], arguments: dict[str, Any], largest: int) -> dict[str, Any]:
    """The nodes that `first`, `last`, `after` and `before` ask for, with their cursors.

    Raises GraphQLError if the page is larger than the store allows.
    """
    size = page_size(arguments)
    if not 0 <= size <= largest:
        raise GraphQLError(f"A page has at most {largest} items, and {size} were requested.")
    start = _place(arguments.get("after"), -1) + 1
    end = _place(arguments.get("before"), len(nodes))
    if arguments.get("first") is None and arguments.get("last") is not None:
        start = max(start, end - size)
    else:
        end = min(end, start + size)
    shown = range(start, min(end, len(nodes)))
    return {
        "pageInfo": {
            "hasNextPage": shown.stop < len(nodes),
            "hasPreviousPage": start > 0,
            "startCursor": _cursor(shown.start) if shown else None,
            "endCursor": _cursor(shown.stop - 1) if shown else None,
        },
        "edges": [{"node": nodes[place], "cursor": _cursor(place)} for place in shown],
    }


def page_size(arguments: dict[str, Any]) -> int:
    """How many nodes a connection is asked for."""
    for name in ("first", "last"):
        if arguments.get(name) is not None:
            return int(arguments[name])
    return DEFAULT_SIZE


def _cursor(place: int) -> str:
    return b64encode(f"{PREFIX}{place}".encode()).decode()


def _place(cursor: str | None, default: int) -> int:
    if cursor is None:
        return default
    try:
        return int(b64decode(cursor).decode().removeprefix(PREFIX))
    except ValueError as error:
        raise GraphQLError("This cursor is invalid.") from error
