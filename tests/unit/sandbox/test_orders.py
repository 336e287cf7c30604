"""A client creates, finds and changes orders."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support.sandbox_client import SandboxClient
from tests.support.sandbox_visits import Visit
from tests.support.store_orders import ORDERS, address, custom_line, line, order


def create(store: SandboxClient, **changes: Any) -> dict[str, Any]:
    """The order as the store answers it; nothing is refused for want of stock."""
    store.sandbox.settings.stock_is_tracked = False
    response = store.send("POST", ORDERS, json=order(**changes))
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def found(store: SandboxClient, **query: Any) -> list[int]:
    response = store.get(ORDERS, **query)
    assert response.status_code in (200, 204), response.text
    return [each["id"] for each in response.json()] if response.status_code == 200 else []


def test_new_order_is_returned_as_it_is_read_later(visit: Visit) -> None:
    store = visit()
    made = create(store, staff_notes="CRM order 1", payment_method="Credit Card")
    assert store.get(f"{ORDERS}/{made['id']}").json() == made
    assert store.get(ORDERS, external_order_id="crm-1").json() == [made]
    assert (made["status_id"], made["status"]) == (11, "Awaiting Fulfillment")
    assert (made["external_source"], made["external_id"], made["order_source"]) == ("CRM", None, "external")
    assert (made["staff_notes"], made["payment_method"]) == ("CRM order 1", "Credit Card")
    assert made["billing_address"]["state"] == "Texas"


def test_status_is_pending_by_default(visit: Visit) -> None:
    assert create(visit(), status_id=None)["status_id"] == 1


def test_dates_are_rfc_2822_in_utc_and_may_be_given(visit: Visit) -> None:
    store = visit()
    given = create(store, date_created="Tue, 20 Nov 2012 02:00:00 +0200")
    assert given["date_created"] == "Tue, 20 Nov 2012 00:00:00 +0000"
    made_now = parsedate_to_datetime(create(store)["date_created"])
    assert abs(made_now - datetime.now(timezone.utc)) < timedelta(seconds=30)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("20.0000", "20.0000", "20.0000")),
        ({"products": [line(), custom_line(price_ex_tax=4.2)]}, ("24.2000", "25.0000", "25.0000")),
        ({"discount_amount": "2.5000"}, ("20.0000", "20.0000", "17.5000")),
        ({"discount_amount": 99}, ("20.0000", "20.0000", "0.0000")),
        (
            {"shipping_cost_ex_tax": "4.1000", "shipping_cost_inc_tax": "4.9500"},
            ("20.0000", "20.0000", "24.9500"),
        ),
        ({"base_shipping_cost": "4.95"}, ("20.0000", "20.0000", "24.9500")),
        (
            {
                "handling_cost_ex_tax": 1,
                "handling_cost_inc_tax": 2,
                "wrapping_cost_ex_tax": 3,
                "wrapping_cost_inc_tax": 4,
            },
            ("20.0000", "20.0000", "26.0000"),
        ),
        ({"subtotal_ex_tax": "30", "subtotal_inc_tax": "33.3"}, ("30.0000", "33.3000", "20.0000")),
        ({"total_ex_tax": "18.01", "total_inc_tax": "21.65"}, ("20.0000", "20.0000", "21.6500")),
        ({"total_ex_tax": 0, "total_inc_tax": 0}, ("20.0000", "20.0000", "0.0000")),
        (
            {"products": [line(price_ex_tax=0.1, price_inc_tax=0.3, quantity=3)]},
            ("0.3000", "0.9000", "0.9000"),
        ),
    ],
)
def test_totals_are_calculated_unless_overridden(
    visit: Visit, changes: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    made = create(visit(), **changes)
    assert (made["subtotal_ex_tax"], made["subtotal_inc_tax"], made["total_inc_tax"]) == expected


def test_tax_is_the_difference_of_the_two_totals(visit: Visit) -> None:
    made = create(visit(), total_ex_tax="18.0100", total_inc_tax="21.6500")
    assert made["total_tax"] == "3.6400"


def test_line_without_prices_gets_the_catalogues_price(visit: Visit) -> None:
    store = visit()
    store.sandbox.catalogue.change_product(101, sale_price="0")
    store.sandbox.catalogue.set_price(1001, "12.34")
    made = create(store, products=[line(price_ex_tax=None, price_inc_tax=None)])
    assert made["total_inc_tax"] == "24.6800"


def test_the_lines_and_the_shipping_address_can_be_read(visit: Visit) -> None:
    store = visit()
    made = create(
        store,
        products=[line(), custom_line(sku="G-1")],
        shipping_addresses=[address(first_name="Trish", country="", country_iso2="de", state="")],
    )
    first, second = store.get(f"{ORDERS}/{made['id']}/products").json()
    assert (first["product_id"], first["variant_id"], first["sku"], first["quantity"]) == (
        101,
        1001,
        "P-101-1",
        2,
    )
    assert (second["product_id"], second["name"], second["sku"]) == (0, "Gift", "G-1")
    [shipping] = store.get(f"{ORDERS}/{made['id']}/shipping_addresses").json()
    assert (shipping["first_name"], shipping["country"], shipping["country_iso2"]) == (
        "Trish",
        "Germany",
        "DE",
    )
    assert made["items_total"] == 3


def test_order_without_a_shipping_address_ships_to_the_billing_address(visit: Visit) -> None:
    store = visit()
    [shipping] = store.get(f"{ORDERS}/{create(store)['id']}/shipping_addresses").json()
    assert shipping["street_1"] == "123 Main Street"


def test_the_same_order_sent_twice_is_there_twice(visit: Visit) -> None:
    store = visit()
    assert create(store)["id"] != create(store)["id"]
    assert len(found(store, external_order_id="crm-1")) == 2


def test_stock_moves_with_every_order_and_not_with_a_refused_one(visit: Visit) -> None:
    store = visit()
    catalogue = store.sandbox.catalogue
    catalogue.set_stock(1001, 5)
    assert store.send("POST", ORDERS, json=order()).status_code == 200
    assert catalogue.variant(1001).inventory_level == 3
    refused = store.send("POST", ORDERS, json=order(products=[line(), line(), custom_line()]))
    assert refused.status_code == 409
    assert catalogue.variant(1001).inventory_level == 3
    assert len(store.sandbox.orders) == 1
    assert '"inventory_level":3' in store.get("/v3/catalog/products/101/variants").text


def test_the_stock_of_a_product_moves_where_the_product_is_tracked(visit: Visit) -> None:
    store = visit()
    catalogue = store.sandbox.catalogue
    catalogue.change_product(101, inventory_tracking="product", inventory_level=3)
    assert [store.send("POST", ORDERS, json=order()).status_code for _ in range(2)] == [200, 409]
    assert catalogue.product(101).inventory_level == 1
    catalogue.change_product(101, inventory_tracking="none")
    assert store.send("POST", ORDERS, json=order()).status_code == 200


def test_nothing_found_is_204_or_an_empty_list(visit: Visit) -> None:
    store = visit()
    nothing = store.get(ORDERS, external_order_id="crm-9")
    assert (nothing.status_code, nothing.content) == (204, b"")
    store.sandbox.settings.nothing_found_status = 200
    nothing = store.get(ORDERS, external_order_id="crm-9")
    assert (nothing.status_code, nothing.json()) == (200, [])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, [100, 101, 102, 103]),
        ({"sort": "id:desc"}, [103, 102, 101, 100]),
        ({"sort": "date_created:asc"}, [103, 101, 100, 102]),
        ({"min_id": 101, "max_id": 102}, [101, 102]),
        ({"limit": 3}, [100, 101, 102]),
        ({"limit": 3, "page": 2}, [103]),
        ({"limit": 3, "page": 3}, []),
        ({"status_id": 10}, [101]),
        ({"min_date_created": "Sun, 01 Jan 2012 00:00:00 +0000"}, [100, 101, 102]),
        (
            {"min_date_created": "2012-01-01T00:00:00Z", "max_date_created": "2013-01-01T00:00:00.000+00:00"},
            [101],
        ),
        ({"max_date_created": "2012-06-01T02:00:00+02:00"}, [101, 103]),
        ({"min_total": "20.01"}, [102]),
        ({"max_total": "20"}, [100, 101, 103]),
        ({"email": "JOE@example.com"}, [103]),
        ({"payment_method": "cash"}, [100]),
        ({"customer_id": 7}, []),
        ({"external_order_id": "crm"}, []),
    ],
)
def test_filters_and_sort_orders_select_what_they_name(
    visit: Visit, query: dict[str, Any], expected: list[int]
) -> None:
    store = visit()
    create(store, payment_method="cash")
    create(store, status_id=10, date_created="Fri, 01 Jun 2012 00:00:00 +0000")
    create(store, total_ex_tax=21, total_inc_tax=21)
    create(
        store,
        billing_address=address(email="joe@example.com"),
        date_created="Sat, 01 Jan 2011 00:00:00 +0000",
    )
    assert found(store, **query) == expected


def test_a_page_has_at_most_250_orders(visit: Visit) -> None:
    store = visit()
    first = create(store)["id"]
    for _ in range(255):
        store.sandbox.orders.duplicate(first)
    assert len(found(store)) == 50
    assert len(found(store, limit=1000)) == 250
    assert len(found(store, limit=250, min_id=350)) == 6


@pytest.mark.parametrize(
    "query",
    [
        {"colour": "red"},
        {"min_id": "x"},
        {"limit": "all"},
        {"sort": "mood"},
        {"sort": "id:up"},
        {"min_date_created": "soon"},
        {"is_deleted": "maybe"},
    ],
)
def test_unknown_or_invalid_parameters_are_refused(visit: Visit, query: dict[str, str]) -> None:
    refused = visit().get(ORDERS, **query)
    assert (refused.status_code, refused.json()[0]["status"]) == (400, 400)


def test_a_changed_status_is_counted_under_its_new_one(visit: Visit) -> None:
    store = visit()
    made = create(store)
    changed = store.send("PUT", f"{ORDERS}/{made['id']}", json={"status_id": 2}).json()
    assert (changed["status_id"], changed["status"], changed["custom_status"]) == (2, "Shipped", "Shipped")
    counts = store.get(f"{ORDERS}/count").json()
    assert counts["count"] == 1
    assert {each["name"]: each["count"] for each in counts["statuses"] if each["count"]} == {"Shipped": 1}
    assert store.get(f"{ORDERS}/count", status_id=11).json()["count"] == 0


def test_archived_order_is_not_listed_but_can_be_read(visit: Visit) -> None:
    store = visit()
    made = create(store)
    assert store.send("DELETE", f"{ORDERS}/{made['id']}").status_code == 204
    assert found(store, external_order_id="crm-1") == []
    assert found(store, is_deleted="true") == [made["id"]]
    assert store.get(f"{ORDERS}/{made['id']}").json()["is_deleted"] is True
    store.sandbox.settings.archived_are_listed = True
    assert found(store, external_order_id="crm-1") == [made["id"]]
    store.send("PUT", f"{ORDERS}/{made['id']}", json={"is_deleted": False})
    assert found(store, is_deleted="false") == [made["id"]]


def test_the_statuses_are_those_of_bigcommerce(visit: Visit) -> None:
    store = visit()
    statuses = store.get("/v2/order_statuses").json()
    assert [each["id"] for each in statuses] == list(range(15))
    assert store.get("/v2/order_statuses/12").json()["name"] == "Manual Verification Required"
    assert store.get("/v2/order_statuses/15").status_code == 404


def test_unknown_orders_and_statuses_are_answered_404(visit: Visit) -> None:
    store = visit()
    for method, body in (("GET", None), ("PUT", {"status_id": 1}), ("DELETE", None)):
        refused = store.send(method, f"{ORDERS}/7", json=body)
        assert (refused.status_code, refused.json()[0]["status"]) == (404, 404)


def test_orders_need_their_own_scope(visit: Visit) -> None:
    store = visit(scopes=["store_v2_orders_read_only"])
    assert store.get(ORDERS).status_code == 204
    refused = store.send("POST", ORDERS, json=order())
    assert (refused.status_code, refused.json()[0]["status"]) == (403, 403)
    store.sandbox.access.drop_scope("store_v2_orders")
    assert store.get(ORDERS).status_code == store.get("/v2/order_statuses").status_code == 403


def test_orders_and_stock_can_be_steered_over_http(visit: Visit) -> None:
    store = visit()
    made = create(store)["id"]
    twin = store.steer("POST", "/orders/duplicate", order_id=made).json()["id"]
    assert found(store, external_order_id="crm-1") == [made, twin]
    store.steer("POST", "/orders/archive", order_id=twin)
    store.steer("POST", "/orders/change", order_id=made, status_id=5)
    assert store.get(f"{ORDERS}/{made}").json()["status"] == "Cancelled"
    store.steer("POST", "/orders/remove", order_id=made)
    assert store.get(f"{ORDERS}/{made}").status_code == 404
    assert store.steer("POST", "/orders/remove", order_id=made).status_code == 404
    assert store.steer("POST", "/orders/create").status_code == 404
    assert store.steer("GET", "/state").json()["orders"] == 1
    assert (
        store.steer("POST", "/catalogue/set_stock", variant_id=1001, level=0).json()["inventory_level"] == 0
    )
    store.steer("PATCH", "/settings", stock_is_tracked=True)
    assert store.send("POST", ORDERS, json=order()).status_code == 409
    assert store.steer("PATCH", "/settings", created_status=201, currencies=["EUR"]).status_code == 200
    store.steer("PATCH", "/settings", stock_is_tracked=False)
    answer = store.send("POST", ORDERS, json=order())
    assert (answer.status_code, answer.json()["currency_code"]) == (201, "EUR")


def test_orders_in_a_file_survive_a_restart(visit: Visit, tmp_path: Path) -> None:
    file = tmp_path / "orders.jsonl"
    first = visit()
    first.sandbox.orders.keep_in(file)
    products = [line(), custom_line(price_ex_tax=4.2)]
    made = create(first, products=products, payment_provider_id=7, date_created="2011-01-01T00:00:00+02:00")
    archived, changed, gone = (create(first)["id"] for _ in range(3))
    assert first.send("DELETE", f"{ORDERS}/{archived}").status_code == 204
    assert first.send("PUT", f"{ORDERS}/{changed}", json={"status_id": 10}).status_code == 200
    first.sandbox.orders.remove(gone)
    with file.open("ab") as torn:
        torn.write(file.read_bytes()[:100])
    for _ in range(2):  # the second start finds no trace of the torn line
        second = visit()
        stock = second.sandbox.catalogue.variant(1001)
        second.sandbox.orders.keep_in(file)
        assert second.sandbox.catalogue.variant(1001) == stock
        assert list(second.sandbox.orders) == list(first.sandbox.orders)
        for part in ("", "/products", "/shipping_addresses"):
            path = f"{ORDERS}/{made['id']}{part}"
            assert second.get(path).json() == first.get(path).json()
        second.sandbox.settings.findable_after_seconds = 1e9
        second.sandbox.settings.findable_after_requests = 1000
        assert found(second) == [made["id"], changed]
        assert found(second, is_deleted="true") == [archived]
        assert found(second, max_date_created="2012-01-01T00:00:00Z") == [made["id"]]
        next_id = second.sandbox.orders.duplicate(changed).id
        assert next_id > gone
        second.sandbox.orders.remove(next_id)
        gone = next_id
