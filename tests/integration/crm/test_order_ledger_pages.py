"""The ledger as people look at it: by page, by state, by what they search for; never a customer's name."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta, timezone
from typing import Any

import psycopg
import pytest

from include.crm import order_ledger, order_ledger_counts, order_ledger_pages, order_times
from include.crm.data_sources import DataSource
from include.crm.database import query
from include.crm.order_ledger_pages import WantedOrders
from include.crm.order_ledger_rows import OpenCounts, State

Crm = psycopg.Connection[Any]


@pytest.fixture
def tea(source: Callable[..., DataSource]) -> DataSource:
    return source("tea1")


@pytest.fixture
def other(source: Callable[..., DataSource]) -> DataSource:
    return source("other1")


@pytest.fixture
def add_order(order: Callable[..., int], ledger_row: Any) -> Callable[..., int]:
    """An order and its row in the ledger; its id."""

    def add_order(source: DataSource, state: str = "pending", client: str = "", **columns: object) -> int:
        order_id = order(source, client_order_id=client)
        ledger_row(source, order_id, state, **columns)
        return order_id

    return add_order


def listed(crm: Crm, source: DataSource, **arguments: Any) -> list[int]:
    before = arguments.pop("before", None)
    wanted = WantedOrders((source.data_source_id,), **arguments)
    rows = order_ledger_pages.page(crm, wanted, before=before, limit=100)
    return [row.order_id for row in rows]


def test_pages_follow_each_other_newest_first_and_miss_nothing(
    crm: Crm, tea: DataSource, other: DataSource, add_order: Any
) -> None:
    states = ["pushed", "pending", "rejected", "uncertain", "sending"] * 5
    orders = [add_order(tea, state) for state in states]
    add_order(other)
    seen: list[int] = []
    before = None
    while rows := order_ledger_pages.page(crm, WantedOrders((tea.data_source_id,)), before=before, limit=4):
        seen += [row.order_id for row in rows]
        before = rows[-1].order_push_id
    assert seen == orders[::-1]


def test_orders_come_by_completion_page_by_page_and_none_twice(
    crm: Crm, tea: DataSource, other: DataSource, order: Callable[..., int], ledger_row: Any
) -> None:
    days = [3, 1, 2, 2, 5, 4, 2]  # two of the same moment may be on different pages
    at = [f"2026-11-{day:02}T00:00:00Z" for day in days]
    orders = [order(tea, completed_at=each) for each in at]
    for order_id in (*orders, order(other, completed_at=at[0])):
        ledger_row(tea if order_id in orders else other, order_id, "pushed")
    span = WantedOrders(
        (tea.data_source_id,),
        from_time=datetime(2026, 11, 2, tzinfo=timezone.utc),
        to_time=datetime(2026, 11, 5, tzinfo=timezone.utc),
    )
    seen: list[int] = []
    before = None
    while rows := order_ledger_pages.page(crm, span, before=before, limit=2):
        seen += [row.order_id for row in rows]
        before = rows[-1].order_push_id
    assert seen == [orders[5], orders[0], orders[6], orders[3], orders[2]]
    exported = b"".join(order_ledger_pages.export(crm, span, limit=3)).decode().splitlines()[1:]
    assert [int(line.split(",")[0]) for line in exported] == seen[:3]


def test_order_is_found_at_the_time_that_the_crm_corrected(crm: Crm, tea: DataSource, add_order: Any) -> None:
    order_id = add_order(tea, "pushed")
    crm.execute("UPDATE crm.customer_order SET completed_at = '2020-01-01T12:00:00Z'")
    order_times.correct(crm)
    new_year = datetime(2020, 1, 1, tzinfo=timezone.utc)
    assert listed(crm, tea, to_time=new_year + timedelta(days=1)) == [order_id]
    assert listed(crm, tea, to_time=new_year) == []


def test_page_of_an_old_time_reads_no_orders_of_other_times(crm: Crm, tea: DataSource) -> None:
    crm.execute(
        "INSERT INTO crm.customer_order (order_id, campaign_id, order_type, order_status, completed_at, "
        "currency_code, price, total_amount) SELECT n, %s, 'NEW_SALE', 'COMPLETE', "
        "'2026-01-01'::timestamptz + n * interval '1 hour', 'USD', 1, 1 FROM generate_series(1, 5000) n",
        [tea.campaign_id],
    )
    crm.execute(
        "INSERT INTO crm.order_push (data_source_id, order_id, requested_by, state, bigcommerce_order_id) "
        "SELECT %s, n, 'schedule', 'pushed', n FROM generate_series(1, 5000) n",
        [tea.data_source_id],
    )
    crm.execute("ANALYZE crm.order_push")
    old = {
        "from_time": datetime(2026, 1, 2, tzinfo=timezone.utc),
        "to_time": datetime(2026, 3, 1, tzinfo=timezone.utc),
    }
    filters = dict.fromkeys(("states", "kind", "found", "mark", "sent_before", "customer"))
    stores: list[dict[str, object]] = [
        {"data_source_id": None, "data_source_ids": None},
        {"data_source_id": tea.data_source_id, "data_source_ids": None},
    ]
    for store in stores:
        parameters = {**old, **filters, **store, "before": None, "limit": 50}
        plan = crm.execute(
            b"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + query("order_push/page"), parameters
        ).fetchone()
        assert plan is not None
        assert plan[0][0]["Plan"]["Shared Hit Blocks"] <= 60  # the whole table has more


@pytest.mark.parametrize(
    ("state", "expected"),
    [("pending", [5, 1]), ("uncertain", [2]), ("rejected", [3]), ("pushed", [4]), (None, [5, 4, 3, 2, 1])],
)
def test_orders_are_chosen_by_state_and_one_being_sent_is_one_that_waits(
    crm: Crm, tea: DataSource, add_order: Any, state: State | None, expected: list[int]
) -> None:
    for each in ("pending", "uncertain", "rejected", "pushed", "sending"):
        add_order(tea, each)
    assert listed(crm, tea, state=state) == expected
    counted = order_ledger_pages.counts(crm, (tea.data_source_id,))
    assert sum(counted.values()) == 5
    if state:
        assert counted[state] == len(expected)


@pytest.mark.parametrize("search", ["2", " 2 ", "10002", "WEB-2", "crm-2", "CRM-2"])
def test_an_order_is_found_by_each_of_its_ids(
    crm: Crm, tea: DataSource, other: DataSource, add_order: Any, search: str
) -> None:
    for number in (1, 2, 3):
        add_order(tea, "pushed", client=f"WEB-{number}")
    add_order(other, "pushed", client="WEB-2", bigcommerce_order_id=10_002)
    assert listed(crm, tea, search=search) == [2]
    assert listed(crm, tea, search=search, state="pushed") == [2]
    assert listed(crm, tea, search=search, state="rejected") == []


@pytest.mark.parametrize(
    "search",
    [
        "9",
        "WEB",
        "web-1",
        "crm-10001",
        "crm-",
        "9" * 20,
        "-1",
        "1.0",
        "²",
        "\u0661",
        "%",
        "' OR 1=1 --",
        "1\0x",
    ],
)
def test_what_is_no_id_of_an_order_finds_nothing(
    crm: Crm, tea: DataSource, add_order: Any, search: str
) -> None:
    add_order(tea, "pushed", client="WEB-1")
    assert listed(crm, tea, search=search) == []


def test_an_empty_client_order_id_is_no_id(crm: Crm, tea: DataSource, add_order: Any) -> None:
    order_id = add_order(tea)
    assert listed(crm, tea, search="\0") == [order_id]  # nothing is left to search for


def test_customers_and_client_order_ids_of_any_length_are_kept_and_found(
    crm: Crm, tea: DataSource, order: Callable[..., int], ledger_row: Any
) -> None:
    signs = random.Random(7)
    text = "".join(chr(signs.randrange(0x4E00, 0x9FFF)) for _ in range(5_000))  # nothing to compress
    orders = [
        order(tea, name=text, email_address=f"{text}@example.com", client_order_id=text),
        order(tea, client_order_id=text[:200]),
    ]
    for order_id in orders:
        ledger_row(tea, order_id, "pushed")
    assert listed(crm, tea, customer=text[:150]) == listed(crm, tea, search=text) == orders[:1]
    assert listed(crm, tea, search=text[:200]) == orders[1:]


def test_search_for_a_customer_or_a_client_order_id_reads_no_other_orders(crm: Crm, tea: DataSource) -> None:
    crm.execute(
        "INSERT INTO crm.customer_order (order_id, campaign_id, order_type, order_status, currency_code, "
        "price, total_amount, name, email_address, client_order_id) "
        "SELECT n, %s, 'NEW_SALE', 'COMPLETE', 'USD', 1, 1, 'Customer ' || md5(n::text), "
        "md5(n::text) || '@example.com', 'WEB-' || n FROM generate_series(1, 5000) n",
        [tea.campaign_id],
    )
    crm.execute(
        "INSERT INTO crm.order_push (data_source_id, order_id, requested_by, state, reason, next_step) "
        "SELECT %s, n, 'schedule', 'rejected', 'No stock.', 'Restock it.' FROM generate_series(1, 5000) n",
        [tea.data_source_id],
    )
    crm.execute("ANALYZE crm.customer_order, crm.order_push")
    filters = dict.fromkeys(("data_source_id", "data_source_ids", "kind", "found", "mark", "sent_before"))
    times = {"from_time": None, "to_time": None}
    searched: list[tuple[str, dict[str, object], set[str]]] = [
        (
            "order_push/groups",
            {**filters, **times, "customer": "customer abc%", "state": "rejected", "limit": 5},
            {"customer_order_name", "customer_order_email"},
        ),
        (
            "order_push/search",
            {"text": "WEB-7", "order_id": None, "bigcommerce_order_id": None},
            {"customer_order_client_order"},
        ),
    ]
    for name, parameters, indexes in searched:
        plan = crm.execute(b"EXPLAIN (FORMAT JSON) " + query(name), parameters).fetchone()
        assert plan is not None
        assert all(f'"Index Name": "{index}"' in json.dumps(plan[0]) for index in indexes)


def test_all_orders_that_one_client_order_id_means_are_found_page_by_page(
    crm: Crm, tea: DataSource, add_order: Any
) -> None:
    orders = [add_order(tea, client="SUBSCRIPTION-7") for _ in range(3)]
    first = order_ledger_pages.page(crm, WantedOrders(search="SUBSCRIPTION-7"), limit=2)
    assert [row.order_id for row in first] == orders[:0:-1]
    assert listed(crm, tea, search="SUBSCRIPTION-7", before=first[-1].order_push_id) == orders[:1]


def test_a_row_holds_what_people_ask_for_and_nothing_of_the_customer(
    crm: Crm, tea: DataSource, add_order: Any
) -> None:
    add_order(tea, "rejected", client="WEB-1")
    [row] = order_ledger_pages.page(crm, WantedOrders(), limit=1)
    wanted = {"order_id", "client_order_id", "order_type", "total_amount", "currency_code", "reason"}
    assert wanted <= asdict(row).keys()
    assert "ada" not in repr(row).lower()


def test_pushed_orders_are_counted_up_to_a_limit_and_others_exactly(
    crm: Crm, tea: DataSource, add_order: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order_ledger_pages, "MOST_COUNTED", 2)
    for state in ["pushed"] * 5 + ["rejected"] * 5:
        add_order(tea, state)
    counted = order_ledger_pages.counts(crm, (tea.data_source_id,))
    assert counted == {"pending": 0, "uncertain": 0, "rejected": 5, "pushed": 3, "dismissed": 0}


def test_of_all_data_sources_at_once_those_are_counted_that_wait_or_need_someone(
    crm: Crm, tea: DataSource, other: DataSource, add_order: Any, source: Callable[..., DataSource]
) -> None:
    for state in ("pending", "sending", "rejected", "pushed"):
        add_order(tea, state)
    add_order(other, "uncertain")
    add_order(other, "uncertain", next_attempt_at=None)
    add_order(source("quiet1"), "pushed")
    assert order_ledger_counts.open_counts(crm) == {
        tea.data_source_id: OpenCounts(waiting=2, rejected=1),
        other.data_source_id: OpenCounts(uncertain=2, found_twice=1),
    }


def test_an_order_committed_late_is_chosen_however_old_it_is(
    crm: Crm, source: Callable[..., DataSource], order: Callable[..., int]
) -> None:
    """Those completed before the switch of their type are not, and both switches count."""
    shop = source(
        "late1",
        send_initial_orders_since="2026-03-01T00:00:00Z",
        send_rebill_orders_since="2026-01-01T00:00:00Z",
    )
    recent = order(shop, completed_at="2026-11-01T00:00:00Z")
    assert order_ledger.select_new(crm, shop.data_source_id) == 1
    late = order(shop, completed_at="2026-03-01T00:00:00Z")
    rebill = order(shop, order_type="RECURRING", completed_at="2026-01-01T00:00:00Z")
    order(shop, completed_at="2026-02-01T00:00:00Z")
    order(shop, order_type="RECURRING", completed_at="2025-12-31T23:59:59Z")
    assert order_ledger.select_new(crm, shop.data_source_id) == 2
    assert order_ledger.select_new(crm, shop.data_source_id) == 0
    assert sorted(listed(crm, shop)) == [recent, late, rebill]


@pytest.mark.parametrize("switch", ["initial", "rebill"])
def test_one_switch_alone_is_enough(
    crm: Crm, source: Callable[..., DataSource], order: Callable[..., int], switch: str
) -> None:
    shop = source("single1", send_initial_orders=switch == "initial", send_rebill_orders=switch == "rebill")
    orders = {"initial": order(shop), "rebill": order(shop, order_type="RECURRING")}
    assert order_ledger.select_new(crm, shop.data_source_id) == 1
    assert listed(crm, shop) == [orders[switch]]
