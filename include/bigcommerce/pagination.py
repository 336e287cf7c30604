"""The `meta.pagination` of a V3 collection, and whether it promises more."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

# The CRM keeps such counts as integers; no store has so many of anything.
_Count = Annotated[int, msgspec.Meta(ge=0, lt=2**31)]


class Pagination(msgspec.Struct):
    """`count` is of the items on this page; `links` is an object, but PHP writes an empty one as a list."""

    total: _Count
    per_page: _Count
    current_page: _Count = 1
    total_pages: _Count = 1
    count: Any = None
    links: Any = None

    def promises_more(self, items: int) -> bool:
        """Whether anything here says that a page follows this one of so many items.

        A server may send smaller pages than requested, so a short page means nothing.
        """
        next_link = self.links.get("next") if isinstance(self.links, dict) else None
        seen = (self.current_page - 1) * self.per_page + items
        return items > 0 and (bool(next_link) or self.current_page < self.total_pages or seen < self.total)


class Meta(msgspec.Struct):
    """The `meta` of a V3 collection."""

    pagination: Pagination
