"""Modifiers: listed with the product, and chosen by an order's lines."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.sandbox_client import PRODUCTS, SandboxClient
from tests.support.sandbox_visits import Visit
from tests.support.store_orders import ORDERS, custom_line, line, order


@pytest.fixture
def store(visit: Visit) -> SandboxClient:
    """Its first product has one modifier to choose and one to type, both required."""
    opened = visit(products=30)
    opened.sandbox.settings.stock_is_tracked = False
    opened.sandbox.catalogue.add_modifier(101, "Size of the box", default="Small")
    opened.steer("POST", "/catalogue/add_modifier", product_id=101, display_name="Engraving", type="text")
    opened.sandbox.catalogue.add_modifier(101, "Insurance", type="checkbox", required=False)
    return opened


BOX = {"id": 501, "value": "702"}
ENGRAVING = {"id": 502, "value": "For Zoë"}


def refuse(store: SandboxClient, *choices: dict[str, Any]) -> list[tuple[str, Any]]:
    refused = store.send("POST", ORDERS, json=order(products=[line(product_options=list(choices))]))
    assert refused.status_code == 400, refused.text
    [error] = refused.json()
    assert error["message"] == "The options of one or more products are invalid."
    assert len(store.sandbox.orders) == 0
    return [(each["type"], each["product"]) for each in error["details"]["errors"]]


def test_modifiers_are_listed_with_their_values(store: SandboxClient) -> None:
    listed = store.get(f"{PRODUCTS}/101/modifiers").json()["data"]
    assert [(each["display_name"], each["type"], each["required"]) for each in listed] == [
        ("Size of the box", "dropdown", True),
        ("Engraving", "text", True),
        ("Insurance", "checkbox", False),
    ]
    values = [[(value["id"], value["label"]) for value in each["option_values"]] for each in listed]
    assert values == [[(701, "Small"), (702, "Large")], [], [(703, "Yes"), (704, "No")]]
    assert [value["is_default"] for value in listed[0]["option_values"]] == [True, False]
    assert store.get(f"{PRODUCTS}/102/modifiers").json()["data"] == []
    assert store.get(f"{PRODUCTS}/1/modifiers").status_code == 404
    assert store.get(f"{PRODUCTS}/101/modifiers/502").json()["data"]["display_name"] == "Engraving"
    assert store.get(f"{PRODUCTS}/102/modifiers/502").status_code == 404


def test_modifiers_in_include_cap_the_page_at_ten(store: SandboxClient) -> None:
    page = store.get(PRODUCTS, limit=250, include="variants,modifiers").json()
    assert (page["meta"]["pagination"]["per_page"], len(page["data"])) == (10, 10)
    assert [each["id"] for each in page["data"][0]["modifiers"]] == [501, 502, 503]
    assert page["data"][1]["modifiers"] == []
    assert len(store.get(PRODUCTS, limit=250, include="variants").json()["data"]) == 30


def test_a_line_that_chooses_nothing_is_refused_by_the_names_of_what_is_missing(store: SandboxClient) -> None:
    [(kind, product)] = refuse(store)
    assert (kind, product["id"]) == ("MandatoryProductOptions", 101)
    assert product["name"] == store.sandbox.catalogue.product(101).name
    lacking = [(each["id"], each["display_name"]) for each in product["required_product_options"]]
    assert lacking == [(501, "Size of the box"), (502, "Engraving")]


def test_only_what_is_still_missing_is_named(store: SandboxClient) -> None:
    [(_, product)] = refuse(store, BOX)
    assert [each["id"] for each in product["required_product_options"]] == [502]


@pytest.mark.parametrize("value", ["703", "Large", "", "0"])
def test_a_value_that_the_modifier_does_not_have_is_refused(store: SandboxClient, value: str) -> None:
    [(kind, product)] = refuse(store, {"id": 501, "value": value}, ENGRAVING)
    assert kind == "InvalidProductOptionValue"
    assert product["product_option"]["display_name"] == "Size of the box"
    assert product["product_option"]["value"] == value


def test_a_modifier_that_the_product_does_not_have_is_refused(store: SandboxClient) -> None:
    [(kind, product)] = refuse(store, BOX, ENGRAVING, {"id": 999, "value": "1"})
    assert (kind, product["value"]) == ("InvalidProductOption", 999)


def test_an_order_with_every_choice_keeps_what_was_chosen(store: SandboxClient) -> None:
    body = order(products=[line(product_options=[BOX, ENGRAVING])])
    made = store.send("POST", ORDERS, json=body)
    assert made.status_code == 200, made.text
    [kept] = store.get(f"{ORDERS}/{made.json()['id']}/products").json()
    shown = [(each["product_option_id"], each["display_value"]) for each in kept["product_options"]]
    assert shown == [(501, "Large"), (502, "For Zoë")]


def test_custom_line_cannot_choose_modifiers(store: SandboxClient) -> None:
    refused = store.send("POST", ORDERS, json=order(products=[custom_line(product_options=[BOX])]))
    assert refused.json()[0]["message"] == "The field 'product_options' is invalid."
    assert store.send("POST", ORDERS, json=order(products=[custom_line()])).status_code == 200


def test_a_product_without_required_modifiers_is_sold_as_before(store: SandboxClient) -> None:
    store.steer("POST", "/catalogue/remove_modifiers", product_id=101)
    assert store.send("POST", ORDERS, json=order()).status_code == 200


@pytest.mark.parametrize(
    ("kind", "value", "status"),
    [
        ("text", "abc", 200),
        ("text", " ", 400),
        ("numbers_only_text", "12.5", 200),
        ("numbers_only_text", "twelve", 400),
        ("date", "2026-11-25", 200),
        ("date", "2026-11-25T10:00:00+01:00", 200),
        ("date", "25.11.2026", 400),
        ("file", "x.png", 400),
        ("product_list", "701", 400),
    ],
)
def test_accepted_choices_depend_on_the_modifiers_type(
    visit: Visit, kind: Any, value: str, status: int
) -> None:
    store = visit()
    store.sandbox.settings.stock_is_tracked = False
    modifier = store.sandbox.catalogue.add_modifier(101, "Choice", type=kind)
    body = order(products=[line(product_options=[{"id": modifier.id, "value": value}])])
    assert store.send("POST", ORDERS, json=body).status_code == status
