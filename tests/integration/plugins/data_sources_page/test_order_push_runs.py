"""Pushes and backfills started from the page: what their runs are to do, and what the page says of them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from tests.support.ordering_store import OrderingStore
from tests.support.page_visitors import ORDER_PUSH, Visitor, words

pytestmark = pytest.mark.usefixtures("order_push_dag")


@pytest.fixture
def store(shop: Callable[..., OrderingStore]) -> OrderingStore:
    """A store that sends initial orders."""
    return shop(store_hash="tea1")


def conf_of(in_airflow: Any) -> dict[str, Any]:
    [run] = in_airflow("SELECT conf FROM dag_run WHERE dag_id = %s", ORDER_PUSH)
    return dict(run["conf"])


def test_push_now_starts_a_run_for_this_store(store: OrderingStore, user: Visitor, in_airflow: Any) -> None:
    answer = user.post("tea1/order-pushes")
    assert answer.status_code == 202
    assert conf_of(in_airflow) == {"store": "tea1", "dry_run": False}
    [run] = in_airflow("SELECT * FROM dag_run")
    assert run["triggering_user_name"] == "a user"
    [entry] = in_airflow("SELECT * FROM log WHERE event = 'bigcommerce.push_orders'")
    assert json.loads(entry["extra"])["run_id"] == answer.json()["dag_run_id"]
    assert "Submitted" in user.read(answer.json()["page"])


def test_a_backfill_is_a_run_over_utc_days_or_moments(
    store: OrderingStore, user: Visitor, in_airflow: Any
) -> None:
    asked = {"from": "2026-11-01", "to": "2026-11-03T08:00:00+01:00", "dry_run": True}
    answer = user.post("tea1/order-pushes", asked)
    assert answer.json()["message"] == "Dry run queued; it will start shortly and send nothing."
    assert conf_of(in_airflow) == {
        "store": "tea1",
        "dry_run": True,
        "from": "2026-11-01T00:00:00+00:00",
        "to": "2026-11-03T08:00:00+01:00",
    }


def test_dry_run_leads_to_its_orders_and_to_those_that_would_be_rejected(
    store: OrderingStore, user: Visitor, viewer: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from plugins.data_sources_page import order_views

    sent = [store.order(completed_at="2026-11-01T08:00:00Z") for _ in range(2)]
    wrong = store.order(completed_at="2026-11-01T09:00:00Z", sales_tax=3)
    other = store.order(completed_at="2026-11-05T08:00:00Z")
    asked = {"from": "2026-11-01", "to": "2026-11-02", "dry_run": True}
    page = user.post("tea1/order-pushes", asked).json()["page"]
    orders = f"api/data-sources/{page}/orders"

    first = viewer.get(orders, limit=2).json()
    assert [(each["order_id"], each["would_be"]) for each in first["orders"]] == [
        (each, "sent") for each in sent
    ]
    [last] = viewer.get(orders, after=first["next"]).json()["orders"]
    assert (last["order_id"], last["would_be"]) == (wrong, "rejected")
    assert "come to" in last["reason"]
    html = viewer.get(page).text
    for order_id in (*sent, wrong):
        assert f'href="tea1/orders/{order_id}"' in html
    assert f'href="tea1/orders/{other}"' not in html
    assert (html.count("Would be sent"), html.count('badge bad">Would be rejected')) == (2, 1)
    assert store.posts() == 0

    monkeypatch.setattr(order_views, "MOST_PLANNED", 2)
    none_yet = viewer.get(orders, show="rejected").json()
    assert none_yet == {"orders": [], "next": sent[1]}
    assert "Look at the next page" in viewer.read(page, show="rejected")
    [found] = viewer.get(orders, show="rejected", after=none_yet["next"]).json()["orders"]
    assert found["order_id"] == wrong


def test_orders_of_a_dry_run_are_sent_without_entering_its_dates_again(
    store: OrderingStore, user: Visitor, viewer: Visitor, in_airflow: Any
) -> None:
    asked = {"from": "2026-11-01", "to": "2026-11-02", "dry_run": True}
    page = user.post("tea1/order-pushes", asked).json()["page"]
    assert "Send these orders" not in user.get(page).text  # there are none
    store.order(completed_at="2026-11-01T08:00:00Z")
    assert "Send these orders" not in viewer.get(page).text
    [button] = re.findall(r"<button[^>]*>Send these orders", user.get(page).text)
    [body] = re.findall(r"data-body='(.*?)'", button)
    in_airflow("DELETE FROM dag_run")
    assert 'data-url="api/data-sources/tea1/order-pushes"' in button
    assert user.post("tea1/order-pushes", json.loads(unescape(body))).status_code == 202
    assert conf_of(in_airflow) == {
        "store": "tea1",
        "dry_run": False,
        "from": "2026-11-01T00:00:00+00:00",
        "to": "2026-11-02T00:00:00+00:00",
    }


def test_run_that_sends_has_no_list_of_a_dry_run(store: OrderingStore, user: Visitor) -> None:
    store.order()
    page = user.post("tea1/order-pushes").json()["page"]
    assert "dry run" not in user.read(page)
    assert user.get(f"api/data-sources/{page}/orders").json() == {"orders": [], "next": None}


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ({"from": "2026-11-01"}, 422, "both from and to"),
        ({"from": "2026-11-02", "to": "2026-11-01"}, 422, "start date must be before the end date"),
        ({"from": "soon", "to": "2026-11-01"}, 422, "'soon' is not a time"),
        ({"order_ids": [0]}, 422, "not valid"),
        ({"order_ids": [-1]}, 422, "not valid"),
        ({"order_ids": [2**70]}, 422, "not valid"),
        ({"order_ids": [True]}, 422, "not valid"),
        ({"order_ids": ["x"]}, 422, "not valid"),
        ({"dryrun": True}, 422, "not valid"),
    ],
)
def test_a_backfill_that_makes_no_sense_starts_nothing(
    store: OrderingStore, user: Visitor, in_airflow: Any, asked: dict[str, Any], status: int, said: str
) -> None:
    answer = user.post("tea1/order-pushes", asked)
    assert answer.status_code == status
    assert said in answer.json()["detail"]
    assert in_airflow("SELECT * FROM dag_run") == []


def test_a_backfill_whose_days_were_forgotten_is_no_push_of_all_that_is_due(
    store: OrderingStore, user: Visitor, in_airflow: Any
) -> None:
    answer = user.post("tea1/order-pushes", {"from": "", "to": " ", "dry_run": False})
    assert (answer.status_code, answer.json()) == (
        422,
        {
            "detail": "Some fields are not valid. Please fix the highlighted ones.",
            "problems": {"from": "Enter a date.", "to": "Enter a date."},
        },
    )
    assert in_airflow("SELECT * FROM dag_run") == []


@pytest.mark.parametrize(
    ("dates", "problems"),
    [
        (
            {"from": "2026-11-02", "to": "2026-11-01"},
            {"to": "The start date must be before the end date."},
        ),
        (
            {"from": "0026-11-01", "to": "2026-11-02"},
            {"from": "There are no orders from 0026-11-01. Give a time from 2000 on."},
        ),
    ],
)
def test_dates_of_a_backfill_that_make_no_sense_are_named_at_their_field(
    store: OrderingStore, user: Visitor, dates: dict[str, str], problems: dict[str, str]
) -> None:
    answer = user.post("tea1/order-pushes", dates)
    assert (answer.status_code, answer.json()["problems"]) == (422, problems)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            "SET send_initial_orders = false",
            "Tea Shop does not receive orders. Switch on “Send initial orders”",
        ),
        ("SET state = 'inactive'", "The data source of Tea Shop is deactivated. Activate it first."),
    ],
)
def test_a_store_that_sends_no_orders_starts_no_run(
    store: OrderingStore, user: Visitor, in_airflow: Any, change: str, said: str
) -> None:
    store.change(f"UPDATE crm.data_source {change}")
    answer = user.post("tea1/order-pushes")
    assert answer.status_code == 409
    assert said in answer.json()["detail"]
    assert in_airflow("SELECT * FROM dag_run") == []


def test_a_run_is_watched_until_it_has_ended_and_says_what_it_did(
    store: OrderingStore, viewer: Visitor, user: Visitor, in_airflow: Any
) -> None:
    started = user.post("tea1/order-pushes").json()
    page = viewer.get(started["page"]).text
    assert "hx-get=" in page
    part = viewer.get(started["page"] + "/state")
    assert "hx-get=" in part.text
    assert "<html" not in part.text
    in_airflow("UPDATE dag_run SET state = 'failed'")
    in_airflow(
        "INSERT INTO dag_run_note (dag_run_id, content, created_at, updated_at) SELECT id, "
        "'Tea Shop: 1 order pushed, 1 found twice in BigCommerce. What BigCommerce has more than once waits "
        "for somebody to look at it: python -m include.order_push list --state uncertain', now(), now() "
        "FROM dag_run"
    )
    ended = viewer.get(started["page"] + "/state").text
    assert "hx-get=" not in ended
    assert "waits for somebody to look at it." in words(ended)
    assert "Failed" in words(ended)
    assert "/dags/bigcommerce_order_push/runs/" in ended
    assert viewer.get(f"api/data-sources/{started['page']}").json()["state"] == "failed"


def test_an_order_from_before_the_switch_can_be_sent(
    store: OrderingStore, user: Visitor, in_airflow: Any
) -> None:
    order_id = store.order(completed_at="2020-01-01T00:00:00Z")
    assert "Send this order" in user.read(f"tea1/orders/{order_id}")
    user.post("tea1/order-pushes", {"order_ids": [order_id]})
    assert conf_of(in_airflow) == {"store": "tea1", "dry_run": False, "order_ids": [order_id]}
