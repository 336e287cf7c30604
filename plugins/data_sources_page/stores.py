"""The data source that a route's {store} names."""

from __future__ import annotations

from include.data_sources.status import Overview, overviews
from plugins.data_sources_page.errors import NotFound


def overview_of(store: str) -> Overview:
    """How a data source stands, in whatever state it is. Raises NotFound."""
    for overview in overviews(store):
        return overview
    raise NotFound(f"Store {store} has no data source. Activate it first.")
