"""Pages of V3 and their envelope: data beside meta.pagination with its totals and links.

Invalid parameters are refused with 422. V2 has pages without an envelope: v2_parameters.py.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from include.sandbox.encoding import to_json
from include.sandbox.refusals import Refusal

T = TypeVar("T")

DEFAULT_LIMIT = 50
LARGEST_LIMIT = 250


@dataclass(frozen=True)
class Page:
    """The page that a request wants, within the largest size that the store allows."""

    query: Mapping[str, str]
    number: int
    size: int

    @classmethod
    def read(cls, query: Mapping[str, str], cap: int) -> Page:
        """From `page` and `limit`; at most `cap` items. Raises Refusal 422 if they are not numbers."""
        number = read_integer(query, "page", 1)
        size = read_integer(query, "limit", DEFAULT_LIMIT)
        return cls(query, max(1, number), max(1, min(size, cap, LARGEST_LIMIT)))

    def cut(self, items: Sequence[T]) -> Sequence[T]:
        """The items of this page."""
        return items[(self.number - 1) * self.size : self.number * self.size]

    def pagination(self, total: int, count: int) -> dict[str, Any]:
        """The content of meta.pagination; links.next exists only if there is a next page."""
        pages = -(-total // self.size)
        links = {"current": self._link(self.number)}
        if self.number > 1:
            links["previous"] = self._link(self.number - 1)
        if self.number < pages:
            links["next"] = self._link(self.number + 1)
        return {
            "total": total,
            "count": count,
            "per_page": self.size,
            "current_page": self.number,
            "total_pages": pages,
            "links": links,
        }

    def _link(self, number: int) -> str:
        others = {name: value for name, value in self.query.items() if name not in ("page", "limit")}
        return "?" + urlencode({**others, "page": number, "limit": self.size}, safe=":,")


def read_integer(query: Mapping[str, str], name: str, default: int) -> int:
    """Raises Refusal 422 if the parameter is not a whole number."""
    try:
        return int(query.get(name, default))
    except ValueError as error:
        raise Refusal(
            422, f"The filter {name} is not a whole number.", {name: "must be an integer"}
        ) from error


def refuse_unknown(query: Mapping[str, str], known: Collection[str]) -> None:
    """Raises Refusal 422 for an unknown parameter: the sandbox ignores none silently."""
    unknown = sorted(query.keys() - set(known))
    if unknown:
        raise Refusal(422, f"The filter(s): {', '.join(unknown)} are not valid filter parameter(s).")


def envelope(data: bytes, meta: dict[str, Any]) -> bytes:
    """A V3 answer; `data` is JSON already."""
    return b'{"data":%b,"meta":%b}' % (data, to_json(meta))


def list_envelope(page: Page, items: Sequence[T], render: Callable[[T], bytes] = to_json) -> bytes:
    """One page of `items` as a V3 answer."""
    shown = page.cut(items)
    data = b"[%b]" % b",".join(render(item) for item in shown)
    return envelope(data, {"pagination": page.pagination(len(items), len(shown))})


def trim(record: Any, query: Mapping[str, str]) -> dict[str, Any]:
    """A record as a dict with `include_fields` or without `exclude_fields`; the id always stays."""
    fields = {name: getattr(record, name) for name in record.__struct_fields__}
    included = {"id", *query["include_fields"].split(",")} if "include_fields" in query else fields.keys()
    excluded = set(query.get("exclude_fields", "").split(",")) - {"id"}
    return {name: value for name, value in fields.items() if name in included and name not in excluded}
