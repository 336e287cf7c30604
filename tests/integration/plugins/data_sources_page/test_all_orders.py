"""Orders across all stores: groups, filters, CSV, and decisions about many orders at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from include.crm import order_times
from include.order_push.__main__ import main
from tests.support.ordering_store import OrderingStore
from tests.support.page_visitors import MOUNT, Visitor, words

pytestmark = pytest.mark.usefixtures("in_airflow")


@pytest.fixture
def store(shop: Callable[..., OrderingStore]) -> OrderingStore:
    """A store that sends initial orders."""
    return shop(store_hash="tea1")


def reject(store: OrderingStore, *taxes: int, **columns: object) -> list[int]:
    """Orders that do not add up, rejected; their ids."""
    order_ids = [store.order(**{"sales_tax": tax, **columns}) for tax in taxes]
    store.push()
    return order_ids


def decide(visitor: Visitor, verb: str, **body: Any) -> Any:
    return visitor.client.post(f"{MOUNT}/api/orders/{verb}", json=body, headers={"X-Requested-With": "page"})


def listed(visitor: Visitor, **filters: Any) -> list[int]:
    answer = visitor.get("api/orders", **filters)
    assert answer.status_code == 200, answer.text
    return [order["order_id"] for order in answer.json()["orders"]]


def test_orders_rejected_for_the_same_kind_of_reason_are_one_group(
    store: OrderingStore, viewer: Visitor
) -> None:
    wrong = reject(store, 3, 4)
    [other] = reject(store, 0, name="X", price=-1)
    groups = viewer.get("api/orders/groups").json()
    assert [group["number"] for group in groups] == [2, 1]
    assert groups[0]["reason"] in {store.row(order_id)["reason"] for order_id in wrong}
    assert [group["is_example"] for group in groups] == [True, False]
    assert groups[0]["next_step"].endswith("then retry the order.")
    assert listed(viewer, kind=groups[0]["kind"]) == wrong[::-1]
    assert listed(viewer, kind=groups[1]["kind"], state="rejected") == [other]
    page = viewer.read("orders")
    assert f"2 orders, for example: {groups[0]['reason']}" in page
    assert f"1 order: {groups[1]['reason']}" in page
    assert "Retry all 2" not in page  # a viewer


def test_order_whose_total_is_no_number_is_listed_beside_the_others(
    store: OrderingStore, viewer: Visitor
) -> None:
    [odd, other] = reject(store, 0, 1, total_amount="NaN")
    assert listed(viewer) == [other, odd]
    for page in ("orders", "tea1/orders", f"tea1/orders/{odd}"):
        assert viewer.read(page).count("no amount USD") >= 1


def test_orders_are_found_by_store_customer_id_and_time(store: OrderingStore, viewer: Visitor) -> None:
    first = store.order(name="Grace Hopper", email_address="grace@example.com")
    second = store.order(name="100% Tea", email_address="tea_1@example.com")
    store.push()
    store.change(
        "UPDATE crm.customer_order SET completed_at = '2026-11-02T08:00:00Z' WHERE order_id = %s", second
    )
    order_times.correct(store.crm)
    store.crm.commit()
    assert listed(viewer, store="tea1") == [first, second]  # completed last first
    for customer in ("grace", "GRACE@example", "Grace Hopper"):
        assert listed(viewer, customer=customer) == [first]
    assert listed(viewer, customer="100%") == listed(viewer, customer="tea_1") == [second]
    assert listed(viewer, customer="%") == listed(viewer, customer="teaX1") == []
    for search in (f"crm-{first}", str(first), str(store.row(first)["bigcommerce_order_id"])):
        assert listed(viewer, search=search) == [first]
    assert listed(viewer, **{"from": "2026-11-02", "to": "2026-11-02T08:00:01Z"}) == [second]
    assert listed(viewer, to="2026-11-02T08:00:00Z") == []
    page = viewer.get("orders", customer="grace", state="pushed").text
    assert f'href="tea1/orders/{first}"' in page
    assert f'href="tea1/orders/{second}"' not in page
    assert "Grace Hopper" in page


@pytest.mark.parametrize(
    ("filters", "status"),
    [
        ({"store": "nowhere1"}, 404),
        ({"store": "a\0b"}, 404),
        ({"from": "soon"}, 422),
        ({"from": "2026-11-02", "to": "2026-11-01"}, 422),
        ({"search": "1\0"}, 200),
        ({"customer": "\0"}, 200),
        ({"kind": "\0'"}, 200),
        ({"customer": "\\"}, 200),
        ({"state": "lost"}, 422),
    ],
)
def test_filter_that_makes_no_sense_is_answered_plainly(
    store: OrderingStore, viewer: Visitor, filters: dict[str, str], status: int
) -> None:
    for path in ("api/orders", "api/orders/groups", "api/orders.csv"):
        assert viewer.get(path, **filters).status_code == status
    assert viewer.get("orders", **filters).status_code in (status, 404)


def test_pages_keep_the_filters_in_their_links(
    store: OrderingStore, viewer: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from plugins.data_sources_page.pages import orders

    monkeypatch.setattr(orders, "PAGE", 1)
    first, second = reject(store, 3, 4)
    page = viewer.get("orders", state="rejected", store="tea1").text
    before = store.row(second)["order_push_id"]
    assert f'href="orders?store=tea1&amp;state=rejected&amp;before={before}"' in page
    older = viewer.get("orders", state="rejected", store="tea1", before=before).text
    assert f'href="tea1/orders/{first}"' in older
    assert 'href="orders?store=tea1&amp;state=rejected"' in older


def test_whole_group_is_retried_and_only_what_was_rejected_is_sent(
    store: OrderingStore, user: Visitor, viewer: Visitor
) -> None:
    pushed = store.order()
    rejected = reject(store, 3, 4)
    sent_before = store.posts()
    [group] = user.get("api/orders/groups").json()
    assert "Retry all 2" in user.read("orders")
    store.change("UPDATE crm.customer_order SET sales_tax = 0")
    answer = decide(user, "retry", all="true", kind=group["kind"], state="rejected").json()
    assert answer["message"] == "2 orders queued for the next push."
    assert answer["order_ids"] == rejected
    store.push()
    assert store.posts() == sent_before + 2
    assert store.in_store() == store.expected([pushed, *rejected])


def test_selected_orders_are_retried_and_each_other_one_says_why_not(
    store: OrderingStore, user: Visitor
) -> None:
    pushed = store.order()
    [rejected] = reject(store, 3)
    answer = decide(user, "retry", order_ids=[pushed, rejected, 404]).json()
    assert answer["order_ids"] == [rejected]
    assert answer["left"] == [
        {"order_id": pushed, "reason": f"Order {pushed} is in BigCommerce already."},
        {"order_id": 404, "reason": "Order 404 is not in the ledger."},
    ]
    assert "1 order queued for the next push. 2 orders left as they were" in answer["message"]


def test_dismissed_orders_are_listed_apart_with_who_and_why_and_reopened(
    store: OrderingStore, user: Visitor, in_airflow: Any
) -> None:
    first, second = reject(store, 3, 4)
    answer = decide(user, "dismiss", order_ids=[first], because="Refunded by phone").json()
    assert answer["message"] == "1 order dismissed."
    [entry] = in_airflow("SELECT * FROM log WHERE event = 'bigcommerce.dismiss_orders'")
    assert "phone" not in entry["extra"]
    assert listed(user, state="dismissed") == [first]
    assert listed(user, state="rejected") == [second]
    for path in ("orders", "tea1/orders"):
        page = user.read(path, state="dismissed")
        assert "Dismissed by a user on the page Data Sources" in page
        assert "Refunded by phone" in page
    assert "Reopen" in user.read(f"tea1/orders/{first}")
    assert decide(user, "reopen", all=True, state="dismissed").json()["order_ids"] == [first]
    assert store.states() == {first: "rejected", second: "rejected"}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"order_ids": []},
        {"order_ids": [1], "all": True},
        {"order_ids": [0]},
        {"order_ids": [True]},
        {"order_ids": list(range(1, 1002))},
        {"order_ids": [1], "because": "  "},
        {"order_ids": [1], "because": "x" * 501},
    ],
)
def test_unclear_dismissal_changes_nothing(store: OrderingStore, user: Visitor, body: dict[str, Any]) -> None:
    [order_id] = reject(store, 3)
    assert decide(user, "dismiss", **{"because": "No", **body}).status_code in (409, 422)
    assert store.states() == {order_id: "rejected"}


def test_csv_holds_all_orders_of_the_filters_and_no_formula(store: OrderingStore, viewer: Visitor) -> None:
    reject(store, 3, name="=1+1", client_order_id="@x")
    store.order()
    store.push()
    answer = viewer.get("api/orders.csv", state="rejected")
    assert answer.headers["content-type"].startswith("text/csv")
    [row] = csv.DictReader(io.StringIO(answer.text))
    assert (row["customer"], row["client order id"], row["state"]) == ("'=1+1", "'@x", "rejected")
    assert len(list(csv.DictReader(io.StringIO(viewer.get("api/orders.csv").text)))) == 2


def test_customer_is_in_the_page_and_in_no_note_alert_or_command(
    store: OrderingStore, viewer: Visitor, capsys: pytest.CaptureFixture[str]
) -> None:
    [order_id] = reject(store, 3, name="Grace <b>Hopper</b>")
    for path in ("orders", "tea1/orders", f"tea1/orders/{order_id}"):
        assert "Grace &lt;b&gt;Hopper" in viewer.get(path).text
    assert "Grace" not in viewer.get("").text
    main(["list"])
    main(["show", str(order_id)])
    assert "Grace" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("base_url", "is_linked"), [("https://api.bigcommerce.com", True), ("http://127.0.0.1:1", False)]
)
def test_pushed_order_leads_to_the_stores_control_panel_but_not_of_a_sandbox(
    store: OrderingStore, viewer: Visitor, monkeypatch: pytest.MonkeyPatch, base_url: str, is_linked: bool
) -> None:
    from plugins.data_sources_page.pages import orders

    monkeypatch.setattr(orders, "saved_base_url", lambda store_hash: base_url)
    order_id = store.order()
    store.push()
    number = store.row(order_id)["bigcommerce_order_id"]
    link = f'href="https://store-tea1.mybigcommerce.com/manage/orders/{number}"'
    for path in ("tea1/orders", f"tea1/orders/{order_id}"):
        assert (link in viewer.get(path).text) == is_linked


def test_reasons_that_differ_in_names_and_numbers_alone_are_of_one_kind(crm: psycopg.Connection[Any]) -> None:
    stock = [f'"Shirt {size}" (SKU P-105-{size}) is out of stock: {size} left.' for size in (4, 9)]
    assert kinds(crm, stock) == {"… is out of stock"}


@pytest.mark.parametrize(
    "same",
    [
        [
            '"Shirt" (SKU S-1) is out of stock.',
            '"Shirt" (SKU S-1) is out of stock: 9 left.',
            "SKU S-1 is out of stock: 1,200 left.",
            '"Mr. Tea, 3.5 oz" is out of stock.',
            "BigCommerce's product 7 is out of stock.",
            "BigCommerce's variant 8 is out of stock.",
            "A product is out of stock.",
            '"Shirt" is out of stock: 2 left. "Cup" (SKU C) is out of stock.',
            "SKU A is out of stock. SKU B is out of stock. There are 3 more problems.",
        ],
        [
            "The quantity of SKU A exceeds its maximum of 5 pieces.",
            'The quantity of "Cup" exceeds its maximum.',
        ],
        [
            'SKU A needs a value for the option "Size".',
            'SKU B needs a value for the options "Size", "Ink" and "Font".',
            "A product needs a value for its required options.",
        ],
        [
            "SKU A is out of stock. The quantity of SKU B is below its minimum of 2 pieces.",
            "The quantity of SKU C is below its minimum. SKU A is out of stock. SKU D is out of stock.",
        ],
    ],
)
def test_reasons_that_differ_in_details_are_of_one_kind(
    crm: psycopg.Connection[Any], same: list[str]
) -> None:
    assert len(kinds(crm, [f"BigCommerce refused the order. {each}" for each in same])) == 1


def test_other_problems_are_of_other_kinds(crm: psycopg.Connection[Any]) -> None:
    reasons = [
        "SKU A is out of stock.",
        "The quantity of SKU A exceeds its maximum.",
        "The quantity of SKU A is below its minimum.",
        "SKU A is out of stock. The quantity of SKU A is below its minimum.",
        "SKU A needs a value for its required options.",
        "SKU A does not have an option of the order.",
        "The billing address has a country that does not exist.",
        "The shipping address has a country that does not exist.",
        "Price, discount, shipping and tax come to 24.67, but the order's total is 21.67.",
    ]
    assert len(kinds(crm, reasons)) == len(reasons)
    assert kinds(crm, []) == set()
    assert crm.execute("SELECT crm.kind_of_reason(NULL)").fetchone() == (None,)


def kinds(crm: psycopg.Connection[Any], reasons: list[str]) -> set[str]:
    rows = crm.execute("SELECT crm.kind_of_reason(reason) FROM unnest(%s::text[]) AS reason", [reasons])
    return {row[0] for row in rows}


@pytest.mark.parametrize(
    ("dates", "sentence"),
    [
        ({"from": "2027-02-29"}, "'2027-02-29' is not a time. Write it like 2026-11-01"),
        ({"from": "2026-12-01", "to": "2026-11-01"}, "The start date must be before the end date."),
    ],
)
def test_invalid_date_has_its_problem_beside_the_field_which_keeps_it(
    viewer: Visitor, dates: dict[str, str], sentence: str
) -> None:
    answer = viewer.get("orders", customer="Ada", **dates)
    assert answer.status_code == 422
    assert sentence in words(answer.text)
    assert all(f'value="{each}"' in answer.text for each in (*dates.values(), "Ada"))
    assert answer.text.count('aria-invalid="true"') == 2


def test_leap_day_is_a_date(viewer: Visitor) -> None:
    assert "no orders for these filters" in viewer.read(
        "orders", **{"from": "2028-02-29", "to": "2028-03-01"}
    )
