"""The list of stores: a table, or cards for a few. What it shows is in the address, which can be shared."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from include.crm.database import Connection
from include.data_sources.status import overviews_of
from plugins.data_sources_page import store_list
from plugins.data_sources_page.dependencies import Crm
from plugins.data_sources_page.parameters import LONGEST_SEARCH
from plugins.data_sources_page.permissions import User, reader, visible_stores
from plugins.data_sources_page.rendering import render
from plugins.data_sources_page.store_list import PROBLEMS_FIRST, WantedStores

router = APIRouter(include_in_schema=False, dependencies=[Depends(reader)])

# More stores than these are easier to compare in a table.
MOST_CARDS = 6
ROWS = 50
CARDS = 24
# The page refreshes its rows this often: while a sync runs, and else.
RUNNING_SECONDS, QUIET_SECONDS = 3, 15

# Each filter with its label, and the class of its number while that is not 0.
FILTERS = (
    ("failed", "Failed", "bad"),
    ("running", "Running", "run"),
    ("late", "Late", "warn"),
    ("rejected", "With rejected orders", "bad"),
    ("paused", "Paused", "quiet"),
)
# The columns that have numbers are on the right.
COLUMNS = (
    ("status", "Status", False),
    ("store", "Store", False),
    ("last-sync", "Synced", False),
    ("changes", "Changes", True),
    ("warnings", "Warnings", True),
    ("waiting", "Orders waiting", True),
    ("rejected", "Rejected", True),
    ("freshness", "Freshness", False),
    ("next-sync", "Next sync", False),
)

Text = Annotated[str, Query(max_length=LONGEST_SEARCH)]
View = Literal["", "table", "cards"]


@dataclass(frozen=True)
class Shown:
    """What the address asks for, with the names of its query."""

    show: Text = ""
    search: Text = ""
    tag: Text = ""
    sort: Text = PROBLEMS_FIRST
    view: View = ""
    page: Annotated[int, Query(ge=1, le=100_000)] = 1

    @property
    def wanted(self) -> WantedStores:
        """The stores, and their order."""
        return WantedStores(self.show, self.search, self.tag, self.sort)

    def query(self, **changes: object) -> str:
        """The query with other values, beginning at the first page; it leaves out defaults."""
        values = {**vars(self), "page": 1, **changes}
        changed = {each.name: values[each.name] for each in fields(self) if values[each.name] != each.default}
        return f"?{urlencode(changed)}" if changed else ""

    def link(self, **changes: object) -> str:
        """The address of the list with other values."""
        return f"./{self.query(**changes)}"

    def link_to_sort(self, column: str) -> str:
        """The address that sorts by a column, the other way if it does so already."""
        return self.link(sort=f"-{column}" if self.sort == column else column)

    def direction(self, column: str) -> str:
        """How the list is sorted by a column, in the words of aria-sort."""
        if self.sort.removeprefix("-") != column:
            return "none"
        return "descending" if self.sort.startswith("-") else "ascending"


@router.get("/")
def list_data_sources(
    request: Request, user: User, crm: Crm, shown: Annotated[Shown, Depends()]
) -> HTMLResponse:
    """All data sources, those that need a person first."""
    return render(request, user, "data_sources.html", **_list(crm, user, shown))


# A hyphen, which no store hash has.
@router.get("/store-list")
def refresh_list(request: Request, user: User, crm: Crm, shown: Annotated[Shown, Depends()]) -> HTMLResponse:
    """The counts and the rows alone, which the page requests repeatedly."""
    return render(request, user, "store_list.html", **_list(crm, user, shown))


def _list(crm: Connection, user: BaseUser, shown: Shown) -> dict[str, Any]:
    stores = store_list.all_stores(crm)
    visible = visible_stores(user, [each.row.store_hash for each in stores])
    known = [each for each in stores if each.row.store_hash in visible]
    found = store_list.select(known, shown.wanted)
    as_cards = shown.view == "cards" or (not shown.view and len(known) <= MOST_CARDS)
    size = CARDS if as_cards else ROWS
    # a page that is there no more, because stores left the list meanwhile, is its last one
    shown = replace(shown, page=min(shown.page, max(1, math.ceil(len(found) / size))))
    rows = found[(shown.page - 1) * size : shown.page * size]
    return {
        "shown": shown,
        "number": len(known),
        "found": len(found),
        "first": (shown.page - 1) * size + 1,
        "rows": rows,
        "cards": _cards(crm, rows) if as_cards else [],
        "as_cards": as_cards,
        "has_more": len(found) > shown.page * size,
        "counts": store_list.counts(known),
        "tags": store_list.tags(known),
        "filters": FILTERS,
        "columns": COLUMNS,
        "seconds": RUNNING_SECONDS if any(map(_is_changing, rows)) else QUIET_SECONDS,
    }


def _is_changing(store: store_list.ListedStore) -> bool:
    """Whether a sync is under way, or Airflow is about to list the DAG."""
    return store.is_running or (store.row.state == "active" and store.dag is None)


def _cards(crm: Connection, rows: list[store_list.ListedStore]) -> list[Any]:
    ids = [each.row.data_source_id for each in rows]
    found = overviews_of(crm, ids) if ids else {}
    return [found[each] for each in ids if each in found]
