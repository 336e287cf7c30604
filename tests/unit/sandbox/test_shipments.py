"""A merchant ships orders: all at once or in parts, and deletes shipments again."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
import requests

from tests.support.sandbox_client import SandboxClient
from tests.support.sandbox_visits import Visit
from tests.support.store_orders import ORDERS, custom_line, line, order, shipment

SHIPMENTS = f"{ORDERS}/100/shipments"


@pytest.fixture
def store(visit: Visit) -> SandboxClient:
    """A store with order 100: two of one line and one of another."""
    store = visit()
    store.sandbox.settings.stock_is_tracked = False
    made = store.send("POST", ORDERS, json=order(products=[line(), custom_line()]))
    assert made.json()["id"] == 100
    return store


def status(store: SandboxClient) -> tuple[str, int]:
    shown = store.get(f"{ORDERS}/100").json()
    return shown["status"], shown["items_shipped"]


def test_order_is_partially_shipped_until_everything_is(store: SandboxClient) -> None:
    made = store.send("POST", SHIPMENTS, json=shipment(2, tracking_number="1Z", shipping_provider="ups"))
    assert made.status_code == 201
    assert status(store) == ("Partially Shipped", 2)
    assert store.get(f"{ORDERS}/100").json()["date_shipped"] == ""
    rest = [{"order_product_id": 100_002, "quantity": 1}]
    store.send("POST", SHIPMENTS, json=shipment(1, items=rest))
    assert status(store) == ("Shipped", 3)
    assert parsedate_to_datetime(store.get(f"{ORDERS}/100").json()["date_shipped"])
    first, second = store.get(SHIPMENTS).json()
    assert (first["id"], first["items"]) == (
        1,
        [{"order_product_id": 100_001, "product_id": 101, "quantity": 2}],
    )
    assert first["generated_tracking_link"].endswith("/ups/1Z")
    assert first["shipping_provider_display_name"] == "UPS"
    assert second["items"] == [{"order_product_id": 100_002, "product_id": 0, "quantity": 1}]


@pytest.mark.parametrize(
    "body",
    [
        shipment(3),
        shipment(1, order_address_id=7),
        shipment(1, items=[]),
        shipment(1, items=[{"order_product_id": 1, "quantity": 1}]),
        shipment(1, shipping_provider="pigeon"),
        shipment(1, tracking_number="9" * 51),
        shipment(1, colour="red"),
    ],
)
def test_shipment_of_what_cannot_be_shipped_is_refused(store: SandboxClient, body: object) -> None:
    assert store.send("POST", SHIPMENTS, json=body).status_code == 400
    assert status(store) == ("Awaiting Fulfillment", 0)
    assert store.get(SHIPMENTS).status_code == 204


def test_deleted_shipment_is_no_longer_listed_and_the_order_keeps_its_status(store: SandboxClient) -> None:
    store.sandbox.shipments.ship(100)
    assert store.send("DELETE", f"{SHIPMENTS}/1").status_code == 204
    assert store.get(SHIPMENTS).status_code == 204
    assert status(store) == ("Shipped", 0)
    assert store.sandbox.shipments.ship(100).id == 2  # ids are never used again


def test_shipping_changes_the_date_by_which_orders_are_listed(store: SandboxClient) -> None:
    store.sandbox.orders.clock_is_ahead = timedelta(hours=1)
    later = datetime.now(timezone.utc) + timedelta(minutes=30)
    assert store.get(ORDERS, min_date_modified=later.isoformat()).status_code == 204
    store.sandbox.shipments.ship(100, 1)
    changed = store.get(ORDERS, min_date_modified=later.isoformat())
    assert [each["id"] for each in changed.json()] == [100]
    dated = parsedate_to_datetime(changed.headers["Date"])
    assert abs(dated - datetime.now(timezone.utc) - timedelta(hours=1)) < timedelta(seconds=30)


def test_orders_can_change_while_they_are_listed(store: SandboxClient) -> None:
    store.sandbox.after_orders_page(1, lambda orders: orders.change(100, status_id=5))
    assert [store.get(ORDERS).json()[0]["status_id"] for _ in range(2)] == [11, 5]


def test_renamed_status_is_shown_beside_its_own_name(store: SandboxClient) -> None:
    assert store.steer("POST", "/orders/rename_status", status_id=11, name="To pack").status_code == 200
    shown = store.get(f"{ORDERS}/100").json()
    assert (shown["status"], shown["custom_status"]) == ("Awaiting Fulfillment", "To pack")
    assert store.get("/v2/order_statuses/11").json()["custom_label"] == "To pack"


def test_shipments_are_kept_with_their_order_between_starts(visit: Visit, tmp_path: Path) -> None:
    file = tmp_path / "orders.jsonl"
    first = visit()
    first.sandbox.orders.keep_in(file)
    first.send("POST", ORDERS, json=order())
    first.sandbox.shipments.ship(100, 1)
    second = visit()
    second.sandbox.orders.keep_in(file)
    assert [each.id for each in second.sandbox.shipments.of(100)] == [1]
    assert second.sandbox.shipments.ship(100).id == 2


def test_a_merchant_ships_and_voids_on_the_control_panel(store: SandboxClient) -> None:
    panel = f"{store.sandbox.base_url}/_sandbox/panel/orders/100"
    for change, expected in (
        ("ship-one", ("Partially Shipped", 1)),
        ("ship", ("Shipped", 3)),
        ("void", ("Shipped", 0)),
    ):
        shown = requests.post(f"{panel}/{change}", timeout=10)
        assert shown.status_code == 200, shown.text
        assert "Done." in shown.text
        assert status(store) == expected
    requests.post(f"{panel}/status", data={"status_id": "5"}, timeout=10)
    assert status(store) == ("Cancelled", 0)
    assert requests.post(f"{panel}/status", data={"status_id": "99"}, timeout=10).status_code == 400
    assert requests.post(f"{panel}/burn", timeout=10).status_code == 404
    foreign = requests.post(f"{panel}/archive", headers={"Origin": "https://evil.example"}, timeout=10)
    assert foreign.status_code == 403
    requests.post(f"{panel}/archive", timeout=10)
    assert store.sandbox.orders.order(100).is_deleted


@pytest.mark.parametrize("query", [{"colour": "red"}, {"page": "one"}, {"limit": "all"}])
@pytest.mark.parametrize("path", [SHIPMENTS, f"{ORDERS}/100/products"])
def test_unknown_or_invalid_parameters_are_refused_as_everywhere_in_v2(
    store: SandboxClient, path: str, query: dict[str, str]
) -> None:
    refused = store.get(path, **query)
    assert (refused.status_code, refused.json()[0]["status"]) == (400, 400)
