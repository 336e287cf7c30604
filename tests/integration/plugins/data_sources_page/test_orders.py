"""The pages and the API of orders: the ledger, one order, and its retry."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.ordering_store import ADDRESS, OrderingStore
from tests.support.page_visitors import ORDER_PUSH, Visitor, words

PRIVATE = [text for text in ADDRESS.values() if text != "US"]
pytestmark = pytest.mark.usefixtures("in_airflow")


@pytest.fixture
def store(shop: Callable[..., OrderingStore]) -> OrderingStore:
    """A store that sends initial orders."""
    return shop(store_hash="tea1")


def reject(store: OrderingStore, **columns: object) -> int:
    """An order that does not add up, rejected; its id."""
    order_id = store.order(**{"sales_tax": 3, **columns})
    store.push()
    assert store.states()[order_id] == "rejected"
    return order_id


def double(store: OrderingStore) -> int:
    """An order that BigCommerce has twice; its id."""
    order_id = store.order()
    store.push()
    store.change(
        "UPDATE crm.order_push SET state = 'uncertain', bigcommerce_order_id = NULL, next_attempt_at = NULL, "
        "reason = 'BigCommerce has this order more than once: its orders 5, 6.', next_step = 'Cancel and "
        "archive all but one of them in BigCommerce, then retry the order.'"
    )
    return order_id


def test_the_ledger_is_shown_newest_first_with_state_total_and_ids(
    store: OrderingStore, viewer: Visitor
) -> None:
    pushed, rejected = store.order(client_order_id="WEB-1"), reject(store)
    page = viewer.read("tea1/orders")
    assert page.index(f"{rejected} Ada ") < page.index(f"{pushed} WEB-1 Ada ")
    assert "Waiting 0 Unclear 0 Rejected 1 Pushed 1 Dismissed 0" in page
    row = store.row(pushed)
    assert f"Pushed as {row['bigcommerce_order_id']}" in page
    found = viewer.get("api/data-sources/tea1/orders").json()
    assert found["next"] is None
    first, second = found["orders"]
    assert (first["order_id"], first["state"], first["can_be_retried"]) == (rejected, "rejected", True)
    assert (second["order_id"], second["client_order_id"]) == (pushed, "WEB-1")
    assert isinstance(second["total_amount"], str)
    assert second["completed_at"].endswith(("Z", "+00:00"))


def test_a_rejected_order_says_why_and_what_next_with_a_button_instead_of_a_command(
    store: OrderingStore, user: Visitor, viewer: Visitor
) -> None:
    order_id = reject(store)
    row = store.row(order_id)
    assert row["next_step"].endswith("then retry the order.")
    for path in ("tea1/orders", f"tea1/orders/{order_id}"):
        page = user.read(path)
        assert row["reason"] in page
        assert "then retry the order." in page
        assert "python -m" not in page
        assert f"Retry order {order_id}" in page
        assert "Retry order" not in viewer.read(path)


@pytest.mark.parametrize("state", ["pending", "uncertain", "rejected", "pushed"])
def test_orders_are_filtered_by_state(store: OrderingStore, viewer: Visitor, state: str) -> None:
    pushed, rejected = store.order(), reject(store)
    expected = {"pushed": [pushed], "rejected": [rejected]}.get(state, [])
    found = viewer.get("api/data-sources/tea1/orders", state=state).json()["orders"]
    assert [order["order_id"] for order in found] == expected
    page = viewer.read("tea1/orders", state=state)
    assert ("There are no" in page) == (not expected)
    assert viewer.get("tea1/orders", state="lost").status_code == 404
    assert viewer.get("api/data-sources/tea1/orders", state="lost").status_code == 422


def test_an_order_is_searched_by_its_ids_also_in_bigcommerce(store: OrderingStore, viewer: Visitor) -> None:
    first, second = store.order(client_order_id="WEB-1"), store.order()
    store.push()
    for search in (str(first), str(store.row(first)["bigcommerce_order_id"]), "WEB-1"):
        found = viewer.get("api/data-sources/tea1/orders", search=search).json()["orders"]
        assert [order["order_id"] for order in found] == [first]
        page = viewer.get("tea1/orders", search=search).text
        assert f'href="tea1/orders/{first}"' in page
        assert f'href="tea1/orders/{second}"' not in page


def test_an_order_that_is_not_in_the_ledger_is_found_by_id_with_why(
    store: OrderingStore, viewer: Visitor
) -> None:
    order_id = store.order(is_test=True)
    page = viewer.read("tea1/orders", search=str(order_id))
    assert f"Order {order_id} is not in the ledger: It is a test order" in page
    assert "Not in the ledger" in viewer.read(f"tea1/orders/{order_id}")
    assert viewer.get(f"api/data-sources/tea1/orders/{order_id}").json()["state"] == "not chosen"
    assert "There is no order 404 in the CRM." in viewer.read("tea1/orders", search="404")
    assert "No order has “nothing” as its id" in viewer.read("tea1/orders", search="nothing")


def test_pages_follow_each_other(store: OrderingStore, viewer: Visitor) -> None:
    orders = [store.order() for _ in range(5)]
    store.push()
    seen: list[int] = []
    before = None
    while True:
        given = {"before": before} if before else {}
        found = viewer.get("api/data-sources/tea1/orders", limit=2, **given).json()
        seen += [order["order_id"] for order in found["orders"]]
        before = found["next"]
        if before is None:
            break
    assert seen == orders[::-1]
    row = store.row(orders[2])
    older = viewer.read("tea1/orders", before=row["order_push_id"])
    assert "Older orders" in older
    assert "Newest" in older


def test_one_order_shows_what_was_ordered_and_all_that_was_tried(store: OrderingStore, user: Visitor) -> None:
    order_id = reject(store, quantity=3)
    user.post(f"tea1/orders/{order_id}/retry")
    store.push()
    page = user.read(f"tea1/orders/{order_id}")
    assert store.variants[0]["sku"] in page
    assert "Tax 3.00" in page
    tried = page[page.index("Timeline") :]
    assert tried.index("Placed") < tried.index("Prepared, rejected") < tried.index("Retry requested")
    assert "a user on the page Data Sources" in tried
    order = user.get(f"api/data-sources/tea1/orders/{order_id}").json()
    assert [attempt["action"] for attempt in order["history"]] == ["translate", "retry", "translate"]
    assert [event["what"] for event in order["timeline"]] == [
        "Placed",
        "Completed",
        "Prepared, rejected",
        "Retry requested",
        "Prepared, rejected",
    ]
    assert order["lines"][0]["quantity"] == 3
    assert order["lines"][0]["price"] == str(store.variants[0]["price"])


def test_no_answer_about_one_order_names_the_customer(store: OrderingStore, user: Visitor) -> None:
    order_id = reject(store)
    answers = [
        user.get(f"api/data-sources/tea1/orders/{order_id}"),
        user.post(f"tea1/orders/{order_id}/retry"),
    ]
    for answer in answers:
        for private in PRIVATE:
            assert private not in answer.text


def test_what_the_crm_and_the_store_say_is_text_never_markup(store: OrderingStore, user: Visitor) -> None:
    evil = "<script>alert(1)</script>"
    order_id = reject(store, client_order_id=evil)
    store.change("UPDATE crm.order_push SET reason = %s", evil)
    store.change("UPDATE crm.customer_order_line SET name = %s, sku = %s", evil, evil)
    store.change("UPDATE crm.order_push_attempt SET detail = %s", evil)
    for path in ("tea1/orders", f"tea1/orders/{order_id}"):
        assert evil not in user.get(path).text
        assert evil in user.read(path)
    assert evil not in user.get("tea1/orders", search=evil).text


def test_corrected_order_is_retried_and_pushed(store: OrderingStore, user: Visitor) -> None:
    order_id = reject(store)
    store.change("UPDATE crm.customer_order SET sales_tax = 0")
    answer = user.post(f"tea1/orders/{order_id}/retry")
    assert (answer.status_code, answer.json()["retried"]) == (200, [order_id])
    assert answer.json()["message"] == (f"Order {order_id} queued for the next push.")
    page = user.read(f"tea1/orders/{order_id}")
    assert "Waiting" in page
    assert "Push now" in page
    store.push()
    assert store.states() == {order_id: "pushed"}
    again = user.post(f"tea1/orders/{order_id}/retry")
    assert again.status_code == 409
    assert again.json()["detail"] == f"Order {order_id} is pushed, so it cannot be retried."


def test_an_order_found_twice_can_be_looked_up_again(store: OrderingStore, user: Visitor) -> None:
    order_id = double(store)
    page = user.read("tea1/orders", state="uncertain")
    assert "Needs a decision" in page
    assert f"Retry order {order_id}" in page
    answer = user.post(f"tea1/orders/{order_id}/retry").json()
    assert answer["message"].endswith("will be checked in BigCommerce by the next push.")
    store.push()
    assert store.states() == {order_id: "pushed"}


def test_all_rejected_orders_of_a_store_are_retried_after_a_confirmation(
    store: OrderingStore, user: Visitor, viewer: Visitor
) -> None:
    rejected = [reject(store), reject(store)]
    assert "Retry all 2 … The next push sends these orders again." in user.read("tea1/orders")
    assert "Retry all" not in viewer.read("tea1/orders")
    answer = user.post("tea1/orders/retry")
    assert answer.json()["message"] == "2 orders queued for the next push."
    assert set(store.states().values()) == {"pending"}
    assert sorted(answer.json()["retried"]) == rejected
    assert user.post("tea1/orders/retry").json()["message"] == "There are no rejected orders."


def test_a_retry_is_in_the_audit_log(store: OrderingStore, user: Visitor, in_airflow: Any) -> None:
    order_id = reject(store)
    user.post(f"tea1/orders/{order_id}/retry")
    user.post(f"tea1/orders/{order_id}/retry")  # refused
    [entry] = in_airflow("SELECT * FROM log WHERE event LIKE 'bigcommerce%%'")
    assert (entry["event"], entry["owner"], entry["dag_id"]) == (
        "bigcommerce.retry_orders",
        "a user",
        ORDER_PUSH,
    )
    assert json.loads(entry["extra"])["order_ids"] == [order_id]


def test_an_order_that_waits_for_a_switch_says_so(store: OrderingStore, user: Visitor) -> None:
    order_id = reject(store)
    store.change("UPDATE crm.data_source SET send_initial_orders = false")
    answer = user.post(f"tea1/orders/{order_id}/retry").json()
    assert answer["message"] == (
        f"Order {order_id} queued for the next push. "
        "The data source of store tea1 does not send initial orders. "
        "Switch on initial orders in its settings."
    )
    page = user.read(f"tea1/orders/{order_id}")
    assert "does not send initial orders" in page
    assert "Push now" not in page


def test_order_of_another_store_is_neither_shown_nor_retried(store: OrderingStore, user: Visitor) -> None:
    order_id = reject(store)
    store.change("INSERT INTO crm.data_source (store_hash, store_name) VALUES ('another1', 'Coffee Shop')")
    for answer in (
        user.get(f"another1/orders/{order_id}"),
        user.get(f"api/data-sources/another1/orders/{order_id}"),
        user.post(f"another1/orders/{order_id}/retry"),
    ):
        assert answer.status_code == 404
        assert f"Order {order_id} belongs to store tea1, not to another1." in words(answer.text)
    assert "belongs to store tea1" in user.read("another1/orders", search=str(order_id))
    assert user.post("another1/orders/retry").json()["retried"] == []
    assert store.states() == {order_id: "rejected"}


@pytest.mark.parametrize(
    "path", ["nowhere1/orders", "nowhere1/orders/1", "nowhere1/order-pushes/x", "tea1/order-pushes/x"]
)
def test_missing_order_or_run_is_answered_with_404(store: OrderingStore, user: Visitor, path: str) -> None:
    for answer in (user.get(path), user.get(f"api/data-sources/{path}")):
        assert answer.status_code == 404
        assert "has no data source" in answer.text or "has no run x" in answer.text


@pytest.mark.parametrize("order_id", ["0", "-1", "9" * 20, "five"])
def test_what_cannot_be_an_order_is_not_found(store: OrderingStore, user: Visitor, order_id: str) -> None:
    assert user.get(f"tea1/orders/{order_id}").status_code == 404
    assert user.get(f"api/data-sources/tea1/orders/{order_id}").status_code == 422


@pytest.mark.parametrize("path", ["orders/1/retry", "orders/retry", "order-pushes"])
def test_a_viewer_changes_nothing_nor_does_a_foreign_page(
    store: OrderingStore, viewer: Visitor, user: Visitor, visitor: Any, in_airflow: Any, path: str
) -> None:
    reject(store)
    assert viewer.post(f"tea1/{path}").status_code == 403
    assert visitor(None).post(f"tea1/{path}").status_code == 401
    url = f"/data-sources/api/data-sources/tea1/{path}"
    assert user.client.post(url, json={}).status_code == 403
    foreign = {"X-Requested-With": "page", "Origin": "https://evil.example"}
    assert user.client.post(url, json={}, headers=foreign).status_code == 403
    assert store.states() == {1: "rejected"}
    assert in_airflow("SELECT * FROM dag_run") == []


def test_an_empty_ledger_says_how_orders_get_there(store: OrderingStore, user: Visitor) -> None:
    assert "automatically with the next push" in user.read("tea1/orders")
    store.change("UPDATE crm.data_source SET send_initial_orders = false")
    assert "Switch on “Send initial orders” or “Send rebill orders”" in user.read("tea1/orders")


def test_very_many_pushed_orders_are_shown_without_an_exact_number(
    store: OrderingStore, user: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from include.crm import order_ledger_pages
    from plugins.data_sources_page.pages import orders

    monkeypatch.setattr(order_ledger_pages, "MOST_COUNTED", 2)
    monkeypatch.setattr(orders, "MOST_COUNTED", 2)
    for _ in range(3):
        store.order()
    store.push()
    assert "Pushed 2+" in user.read("tea1/orders")


def test_unavailable_database_is_named(user: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", "postgresql://nobody:hidden@127.0.0.1:1/crm")
    for answer in (user.get("tea1/orders"), user.get("api/data-sources/tea1/orders")):
        assert answer.status_code == 503
        assert "hidden" not in answer.text
