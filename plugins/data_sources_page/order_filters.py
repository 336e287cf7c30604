"""The filters of the list of orders, as they stand in an address of the page, its API or its CSV."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Query

from include.crm import data_sources
from include.crm.data_sources import NoDataSource
from include.crm.database import Connection
from include.crm.order_ledger_pages import OrderMark, WantedOrders
from include.order_push.errors import UnclearRequest
from include.order_push.run_request import read_time
from plugins.data_sources_page.parameters import (
    LONGEST_SEARCH,
    LONGEST_TIME,
    MarkFilter,
    OrderSearch,
    OrderState,
)

LONGEST_STORE = 64
LONGEST_KIND = 32


@dataclass(frozen=True)
class OrderFilters:
    """The filters as people give them; empty ones are not given. `from_time` and `to_time` are text."""

    store: str = ""
    state: OrderState | None = None
    search: str = ""
    customer: str = ""
    kind: str = ""
    mark: OrderMark | None = None
    from_time: str = ""
    to_time: str = ""

    def wanted(self, crm: Connection, visible: Collection[str]) -> WantedOrders:
        """What to read of the stores that the user may see. Raises NoDataSource, UnclearRequest."""
        from_time, to_time = _moment(self.from_time), _moment(self.to_time)
        if from_time and to_time and from_time >= to_time:
            raise UnclearRequest("The start date must be before the end date.")
        return WantedOrders(
            data_source_ids=self._data_source_ids(crm, visible),
            state=self.state,
            search=self.search,
            customer=self.customer,
            kind=self.kind,
            mark=self.mark,
            from_time=from_time,
            to_time=to_time,
        )

    def address(self, path: str, **changes: Any) -> str:
        """`path` with the filters that are given, after changes; other names are just added."""
        own = {name: value for name, value in changes.items() if name in self.__dataclass_fields__}
        filters = replace(self, **own)
        values: dict[str, Any] = {
            "store": filters.store,
            "state": filters.state,
            "search": filters.search,
            "customer": filters.customer,
            "kind": filters.kind,
            "mark": filters.mark,
            "from": filters.from_time,
            "to": filters.to_time,
            **{name: value for name, value in changes.items() if name not in own},
        }
        query = urlencode({name: value for name, value in values.items() if value})
        return f"{path}?{query}" if query else path

    @property
    def are_narrow(self) -> bool:
        """Whether anything but the store and the state is filtered."""
        return any((self.search, self.customer, self.kind, self.mark, self.from_time, self.to_time))

    def _data_source_ids(self, crm: Connection, visible: Collection[str]) -> tuple[int, ...] | None:
        sources = data_sources.names(crm)
        chosen = [
            each for each in sources if each.store_hash in visible and self.store in ("", each.store_hash)
        ]
        if self.store and not chosen:
            raise NoDataSource(self.store)
        is_all = len(chosen) == len(sources)
        return None if is_all else tuple(each.data_source_id for each in chosen)


def _order_filters(
    # not named like the {store} of a path, which fastapi would take it for
    of_store: Annotated[
        str, Query(alias="store", max_length=LONGEST_STORE, description="Only this store, by its hash.")
    ] = "",
    state: OrderState | None = None,
    search: OrderSearch = "",
    customer: Annotated[
        str,
        Query(max_length=LONGEST_SEARCH, description="The start of a customer's name or e-mail address."),
    ] = "",
    kind: Annotated[
        str, Query(max_length=LONGEST_KIND, description="The kind of the reason, of a group.")
    ] = "",
    mark: MarkFilter = None,
    from_time: Annotated[
        str, Query(alias="from", max_length=LONGEST_TIME, description="Completed from then on.")
    ] = "",
    to_time: Annotated[
        str, Query(alias="to", max_length=LONGEST_TIME, description="Completed before then.")
    ] = "",
) -> OrderFilters:
    search, customer, kind = search.strip(), customer.strip(), kind.strip()
    return OrderFilters(of_store, state, search, customer, kind, mark, from_time.strip(), to_time.strip())


def _moment(text: str) -> datetime | None:
    return read_time(text) if text else None


Filters = Annotated[OrderFilters, Depends(_order_filters)]
