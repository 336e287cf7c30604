"""Orders that the store refuses, in the words of V2, without leaving anything behind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from include.sandbox import Sandbox, serve
from tests.support.sandbox_client import SandboxClient
from tests.support.sandbox_visits import Visit
from tests.support.store_orders import ORDERS, address, custom_line, line, order

OPTIONS = "The options of one or more products are invalid."
STOCK = "Quantities of one or more products are out of stock or did not meet quantity requirements."


@pytest.fixture(scope="module")
def store() -> Iterator[SandboxClient]:
    """One for all, since a refusal leaves nothing behind: ten of the first variant, and no orders."""
    with serve(Sandbox(products=10, variants=2, quota=None)) as sandbox, requests.Session() as session:
        sandbox.catalogue.set_stock(1001, 10)
        yield SandboxClient(sandbox, session)


def refuse(store: SandboxClient, body: Any, status: int = 400) -> dict[str, Any]:
    refused = store.send("POST", ORDERS, json=body)
    assert refused.status_code == status, refused.text
    [error] = refused.json()
    assert error["status"] == status
    assert len(store.sandbox.orders) == 0
    assert store.sandbox.catalogue.variant(1001).inventory_level == 10
    answer: dict[str, Any] = error
    return answer


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"billing_address": address(first_name="")}, "first_name"),
        ({"billing_address": address(last_name=" ")}, "last_name"),
        ({"billing_address": address(street_1="")}, "street_1"),
        ({"billing_address": address(city="")}, "city"),
        ({"billing_address": address(zip="")}, "zip"),
        ({"billing_address": address(zip="1")}, "zip"),
        ({"billing_address": address(zip=78751)}, "zip"),
        ({"billing_address": address(email="jane at example.com")}, "email"),
        ({"billing_address": address(email="jane@example")}, "email"),
        ({"billing_address": address(country_iso2="ZZ")}, "country_iso2"),
        ({"billing_address": address(country_iso2="", country="Atlantis")}, "country"),
        ({"billing_address": address(country_iso2="", country="")}, "country"),
        ({"billing_address": address(state="")}, "state"),
        ({"billing_address": address(state="TX")}, "state"),
        ({"billing_address": address(country_iso2="CA")}, "state"),
        ({"billing_address": address(first_name="x" * 256)}, "first_name"),
        ({"shipping_addresses": [address(state="Ontario")]}, "state"),
        ({"shipping_addresses": [address(street_1="")]}, "street_1"),
        ({"products": []}, "products"),
        ({"products": [line(quantity=0)]}, "quantity"),
        ({"products": [line(quantity=1.5)]}, "quantity"),
        ({"products": [line(price_ex_tax=-1)]}, "price_ex_tax"),
        ({"products": [custom_line(name="")]}, "name"),
        ({"products": [custom_line(name="x" * 251)]}, "name"),
        ({"products": [custom_line(variant_id=1001)]}, "variant_id"),
        ({"status_id": 15}, "status_id"),
        ({"status_id": "11"}, "status_id"),
        ({"customer_id": 7}, "customer_id"),
        ({"channel_id": 2}, "channel_id"),
        ({"default_currency_code": "EUR"}, "default_currency_code"),
        ({"date_created": "yesterday"}, "date_created"),
        ({"discount_amount": "-0.01"}, "discount_amount"),
        ({"discount_amount": "NaN"}, "discount_amount"),
        ({"total_ex_tax": "much", "total_inc_tax": "1"}, "total_ex_tax"),
        ({"staff_notes": "x" * 65536}, "staff_notes"),
    ],
)
def test_an_invalid_field_is_named(store: SandboxClient, changes: dict[str, Any], field: str) -> None:
    error = refuse(store, order(**changes))
    assert error["message"] == f"The field '{field}' is invalid."
    assert error["details"]["invalid_reason"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**order(), "billing_address": None}, "billing_address"),
        ({"products": [line()]}, "billing_address"),
        ({"billing_address": address()}, "products"),
        (order(products=[{"product_id": 101}]), "quantity"),
        (order(products=[{"quantity": 1, "price_ex_tax": 1, "price_inc_tax": 1}]), "name"),
        (order(products=[{"name": "Gift", "quantity": 1}]), "price_ex_tax"),
        (order(products=[line(price_inc_tax=None)]), "price_inc_tax"),
        (order(products=[line(price_ex_tax=None)]), "price_ex_tax"),
        (order(total_ex_tax="1"), "total_inc_tax"),
        (order(subtotal_inc_tax="1"), "subtotal_ex_tax"),
        (order(shipping_cost_ex_tax="1"), "shipping_cost_inc_tax"),
    ],
)
def test_a_missing_field_is_named(store: SandboxClient, body: dict[str, Any], field: str) -> None:
    message = refuse(store, body)["message"]
    assert f"'{field}'" in message


@pytest.mark.parametrize("field", ["external_id", "id", "status", "total_tax", "date_modified", "is_deleted"])
def test_a_read_only_field_is_refused(store: SandboxClient, field: str) -> None:
    assert f"'{field}' cannot be written to" in refuse(store, order(**{field: "x"}))["message"]


@pytest.mark.parametrize("field", ["colour", "consignments", "fees"])
def test_a_field_that_the_store_does_not_know_is_refused(store: SandboxClient, field: str) -> None:
    assert f"'{field}' is not supported" in refuse(store, order(**{field: []}))["message"]


@pytest.mark.parametrize("body", ["an order", [order()], None])
def test_body_that_is_not_an_object_is_refused(store: SandboxClient, body: Any) -> None:
    refuse(store, body)


def test_the_source_for_migrated_history_is_refused_loudly(
    store: SandboxClient, caplog: pytest.LogCaptureFixture
) -> None:
    error = refuse(store, order(external_source="M-MIG"))
    assert error["message"] == "The field 'external_source' is invalid."
    assert "M-MIG" in caplog.text
    assert "must never be sent" in caplog.text


@pytest.mark.parametrize(
    ("product", "kind"),
    [
        ({"variant_id": 999}, "InvalidProductOption"),
        ({"variant_id": 1003}, "InvalidProductOption"),
        ({"product_id": 7}, "InvalidProduct"),
        ({"variant_id": None}, "MandatoryProductOptions"),
    ],
)
def test_line_with_an_unknown_product_or_variant_is_refused(
    store: SandboxClient, product: dict[str, Any], kind: str
) -> None:
    error = refuse(store, order(products=[line(), line(**product)]))
    assert error["message"] == OPTIONS
    [detail] = error["details"]["errors"]
    assert detail["type"] == kind


def test_a_recreated_variant_is_not_sold_under_its_old_id(visit: Visit) -> None:
    store = visit()
    store.sandbox.settings.stock_is_tracked = False
    [new, _] = store.sandbox.catalogue.recreate_variants(101)
    assert store.send("POST", ORDERS, json=order()).json()[0]["message"] == OPTIONS
    assert store.send("POST", ORDERS, json=order(products=[line(variant_id=new.id)])).status_code == 200


def test_refusal_names_every_line_that_is_out_of_stock(store: SandboxClient) -> None:
    error = refuse(store, order(products=[line(quantity=11), line(variant_id=1002, quantity=10**6)]), 409)
    assert error["message"] == STOCK
    problems = [(each["type"], each["product"]["sku"]) for each in error["details"]["errors"]]
    assert [(kind, sku["id"], sku["inventory_level"]) for kind, sku in problems] == [
        ("OutOfStock", 1001, 10),
        ("OutOfStock", 1002, store.sandbox.catalogue.variant(1002).inventory_level),
    ]


@pytest.mark.parametrize(
    ("limits", "kind", "shown"),
    [
        ({"order_quantity_minimum": 3}, "InsufficientQuantity", {"minimum_quantity": 3}),
        ({"order_quantity_maximum": 1}, "ExceedsMaxQuantity", {"maximum_quantity": 1}),
        (
            {"inventory_tracking": "product", "inventory_level": 1},
            "OutOfStock",
            {"inventory_level": 1},
        ),
    ],
)
def test_quantity_outside_a_products_limits_is_refused_with_the_limit(
    visit: Visit, limits: dict[str, Any], kind: str, shown: dict[str, int]
) -> None:
    store = visit()
    store.sandbox.catalogue.set_stock(1001, 10)
    store.sandbox.catalogue.change_product(101, **limits)
    refused = store.send("POST", ORDERS, json=order())
    [problem] = refused.json()[0]["details"]["errors"]
    assert (refused.status_code, problem["type"]) == (409, kind)
    assert problem["product"]["id"] == 101
    assert problem["product"]["name"] == store.sandbox.catalogue.product(101).name
    assert shown.items() <= problem["product"].items()


@pytest.mark.parametrize(
    ("changes", "country", "state"),
    [
        ({"country": "Nowhere"}, "United States", "Texas"),
        ({"country_iso2": ""}, "United States", "Texas"),
        ({"country_iso2": "us", "state": "new york"}, "United States", "New York"),
        ({"country_iso2": "CA", "state": "Québec"}, "Canada", "Quebec"),
        ({"country_iso2": "BR", "state": "Sao Paulo"}, "Brazil", "São Paulo"),
        ({"country_iso2": "GB", "state": ""}, "United Kingdom", ""),
        ({"country_iso2": "FR", "state": "Île-de-France"}, "France", "Île-de-France"),
    ],
)
def test_country_and_state_come_back_as_the_store_spells_them(
    visit: Visit, changes: dict[str, str], country: str, state: str
) -> None:
    store = visit()
    store.sandbox.settings.stock_is_tracked = False
    made = store.send("POST", ORDERS, json=order(billing_address=address(**changes))).json()
    assert (made["billing_address"]["country"], made["billing_address"]["state"]) == (country, state)


@pytest.mark.parametrize(
    "body", [{"status_id": 99}, {"external_id": "x"}, {"colour": "red"}, {"external_source": "M-MIG"}, []]
)
def test_invalid_change_of_an_order_is_refused(visit: Visit, body: Any) -> None:
    store = visit()
    store.sandbox.settings.stock_is_tracked = False
    made = store.send("POST", ORDERS, json=order()).json()
    assert store.send("PUT", f"{ORDERS}/{made['id']}", json=body).status_code == 400
    assert store.get(f"{ORDERS}/{made['id']}").json() == made
