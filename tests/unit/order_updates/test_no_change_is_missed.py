"""Whatever the clocks say and however orders move, every change of our orders is read, and for how little.

The store is played in this process, so that hypothesis can try hundreds of histories: it answers the requests
of the real client's functions, and its clock is the only one that stamps orders.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any, cast

import pytest
import requests
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from include.bigcommerce.client import StoreClient
from include.crm import store_orders
from include.crm.data_sources import DataSource
from include.crm.store_order_rows import Cursor, KnownOrder, ReadOrder, ShipmentChanges, ShipmentFacts
from include.order_updates import orders_to_read

NOON = datetime(2026, 11, 28, 12, tzinfo=timezone.utc)


@dataclass
class PlayedOrder:
    """An order whose only shipment carries the number of its last change as its tracking number."""

    id: int
    modified: datetime
    version: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "date_modified": format_datetime(self.modified),
            "status_id": 2,
            "custom_status": "Shipped",
            "items_total": 1,
            "items_shipped": 1,
        }


@dataclass
class PlayedStore:
    """A store that moves on between two requests: `between` is called after each answer."""

    page_cap: int = 250
    now: datetime = NOON
    date_header_is_ahead: timedelta = timedelta()
    tells_the_time: bool = True
    orders: dict[int, PlayedOrder] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    between: Callable[[], None] = lambda: None

    def change(self, order_id: int) -> None:
        order = self.orders.setdefault(order_id, PlayedOrder(order_id, self.now))
        order.modified = self.now.replace(microsecond=0)
        order.version += 1

    def send(
        self, method: str, path: str, *, params: dict[str, Any] | None = None, **_: object
    ) -> requests.Response:
        """As StoreClient.send."""
        assert method == "GET"
        self.requests.append(path)
        body = self._shipments(path) if path.endswith("shipments") else self._listed(params or {})
        answer = requests.Response()
        answer.status_code = 200 if body else 204
        answer._content = json.dumps(body).encode() if body else b""
        if self.tells_the_time:
            answer.headers["Date"] = format_datetime(self.now + self.date_header_is_ahead, usegmt=True)
        self.between()
        return answer

    def _shipments(self, path: str) -> list[dict[str, Any]]:
        order = self.orders[int(path.split("/")[3])]
        items = [{"order_product_id": 1, "product_id": 1, "quantity": 1}]
        return [{"id": order.id, "tracking_number": str(order.version), "items": items}]

    def _listed(self, params: dict[str, Any]) -> list[dict[str, Any]]:
        since = parsedate_to_datetime(params["min_date_modified"])
        found = [order for order in self.orders.values() if order.modified >= since]
        found = [order for order in found if order.id >= params.get("min_id", 0)]
        if params["sort"] == "date_modified:desc":
            found.sort(key=lambda order: order.modified, reverse=True)
        else:
            found.sort(key=lambda order: order.id)
        return [order.as_json() for order in found[: min(params["limit"], self.page_cap)]]


class PlayedCrm:
    """What include.crm.store_orders keeps, without a database: every order of the store is ours."""

    def __init__(self) -> None:
        self.read: dict[int, ReadOrder] = {}
        self.versions: dict[int, int] = {}
        self.at: Cursor | None = None

    def commit(self) -> None:
        """Nothing is lost here."""

    def install(self, patched: pytest.MonkeyPatch) -> None:
        for name in ("known", "save", "save_shipments", "cursor", "move_cursor", "never_read", "hinted"):
            patched.setattr(store_orders, name, getattr(self, name))

    def known(self, _: object, __: int, ids: list[int]) -> dict[int, KnownOrder]:
        return {
            order_id: KnownOrder(
                order_id,
                read.facts if (read := self.read.get(order_id)) else None,
                read.read_again if read else True,
                order_id in self.versions,
            )
            for order_id in ids
        }

    def save(self, _: object, __: int, orders: list[ReadOrder]) -> set[int]:
        self.read.update((order.order_id, order) for order in orders)
        return {order.order_id for order in orders}

    def save_shipments(
        self, _: object, __: int, order_id: int, shipments: list[ShipmentFacts], ___: object
    ) -> ShipmentChanges:
        [shipment] = shipments
        self.versions[order_id] = int(shipment.tracking_number)
        return ShipmentChanges(1, 0, 0)

    def cursor(self, _: object, __: int) -> Cursor:
        return self.at or Cursor(NOON, None, None, NOON)

    def move_cursor(self, _: object, __: int, **moved: Any) -> None:
        self.at = Cursor(now=NOON, **moved)

    def never_read(self, *_: object) -> list[int]:
        return []

    def hinted(self, *_: object) -> list[int]:
        return []


def look(store: PlayedStore, crm: PlayedCrm, our_clock_is_ahead: timedelta = timedelta()) -> None:
    source = cast(DataSource, type("Source", (), {"data_source_id": 1}))
    orders_to_read.read_changes(
        cast(Any, crm), cast(StoreClient, store), source, now=lambda: store.now + our_clock_is_ahead
    )


seconds = st.one_of(st.integers(-1, 1), st.integers(-500, 500)).map(lambda number: timedelta(seconds=number))
pauses = st.sampled_from([0.0, 0.3, 1.0, 45.0, 900.0, 7 * 86400.0])
changes = st.lists(st.integers(1, 12), max_size=4)


@hypothesis_settings(max_examples=150, deadline=None)
@given(
    history=st.lists(st.tuples(changes, pauses), min_size=1, max_size=8),
    meanwhile=st.lists(changes, max_size=30),
    page_cap=st.sampled_from([1, 2, 3, 250]),
    store_is_ahead=seconds,
    our_clock_is_ahead=st.one_of(seconds, st.just(timedelta(days=3)), st.just(timedelta(days=-3))),
    tells_the_time=st.booleans(),
)
def test_last_change_of_every_order_is_read(
    history: list[tuple[list[int], float]],
    meanwhile: list[list[int]],
    page_cap: int,
    store_is_ahead: timedelta,
    our_clock_is_ahead: timedelta,
    tells_the_time: bool,
) -> None:
    """The store's web server and its database differ by minutes at most; our clock by anything.

    A store that does not tell the time can only be compared with our clock, which then may not be far ahead.
    Two changes of an order within a second, one before it is read and one after, can only be told apart
    where the clocks agree to the second.
    """
    if not tells_the_time:
        our_clock_is_ahead = min(our_clock_is_ahead, timedelta(seconds=500))
    ahead = min(store_is_ahead, our_clock_is_ahead) if tells_the_time else our_clock_is_ahead
    step = timedelta(seconds=0.2 if ahead <= timedelta(seconds=1) else 1)
    store = PlayedStore(page_cap, date_header_is_ahead=store_is_ahead, tells_the_time=tells_the_time)
    moving = iter(meanwhile)

    def between() -> None:
        store.now += step
        for order_id in next(moving, []):
            store.change(order_id)

    store.between = between
    crm = PlayedCrm()
    with pytest.MonkeyPatch.context() as patched:
        crm.install(patched)
        for changed, pause in history:
            for order_id in changed:
                store.change(order_id)
            store.now += timedelta(seconds=pause)
            look(store, crm, our_clock_is_ahead)
        store.between = lambda: None
        store.now += timedelta(minutes=15)
        look(store, crm, our_clock_is_ahead)
    assert crm.versions == {order.id: order.version for order in store.orders.values()}


@pytest.fixture(scope="module")
def large_once() -> tuple[PlayedStore, PlayedCrm]:
    """A store with 10,000 orders of ours that were read; tests change copies of it."""
    store, crm = PlayedStore(), PlayedCrm()
    for order_id in range(1, 10_001):
        store.now += timedelta(seconds=1)
        store.change(order_id)
    store.now += timedelta(hours=1)
    with pytest.MonkeyPatch.context() as patched:
        crm.install(patched)
        look(store, crm)
    assert len(crm.versions) == 10_000
    store.now += timedelta(minutes=15)
    return store, crm


@pytest.fixture
def large(
    large_once: tuple[PlayedStore, PlayedCrm], monkeypatch: pytest.MonkeyPatch
) -> tuple[PlayedStore, PlayedCrm]:
    """The store with 10,000 orders, for one test alone."""
    store = PlayedStore(now=large_once[0].now)
    store.orders = {order.id: replace(order) for order in large_once[0].orders.values()}
    crm = PlayedCrm()
    crm.read, crm.versions, crm.at = dict(large_once[1].read), dict(large_once[1].versions), large_once[1].at
    crm.install(monkeypatch)
    return store, crm


def test_nothing_changed_is_one_request_however_many_orders_there_are(
    large: tuple[PlayedStore, PlayedCrm],
) -> None:
    store, crm = large
    for _ in range(3):
        look(store, crm)
        store.now += timedelta(minutes=15)
    assert store.requests == ["/v2/orders"] * 3


def test_a_hundred_changes_of_ten_thousand_orders_are_one_page_and_a_hundred_requests(
    large: tuple[PlayedStore, PlayedCrm],
) -> None:
    store, crm = large
    for order_id in range(50, 10_001, 100):
        store.change(order_id)
    store.now += timedelta(minutes=5)
    look(store, crm)
    assert len(store.requests) == 1 + 100
    store.requests.clear()
    store.now += timedelta(minutes=15)
    look(store, crm)
    assert store.requests == ["/v2/orders"]
