"""The `meta.pagination` of a V3 collection, and whether it promises more."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

# The CRM keeps such counts as integers; no store has so many of anything.
_Count = Annotated[int, msgspec.Meta(ge=0, lt=2**31)]


class Pagination(msgspec.Struct):
    """`count` is of the items on this page; `links` is an object, but PHP writes an empty one as a list.

    `current_page` is ignored: which page this is, the reader knows better.
    """

    total: _Count
    per_page: _Count
    current_page: _Count = 1
    total_pages: _Count = 1
    count: Any = None
    links: Any = None

    def promises_more(self, items: int, page: int = 1) -> bool:
        """Whether anything here says that another page follows this `page`, which has so many items.

        A server may send smaller pages than requested, so a short page means nothing. Nor does a total that
        is less than what is on this very page: then the next page has to show that there is none.
        """
        if items == 0:
            return False
        next_link = self.links.get("next") if isinstance(self.links, dict) else None
        seen = (page - 1) * self.per_page + items
        return bool(next_link) or page < self.total_pages or seen < self.total or self.total < items


class Meta(msgspec.Struct):
    """The `meta` of a V3 collection."""

    pagination: Pagination
