"""Content, page sizes and batch statuses as odd as real stores have sent them."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
import requests

from include.sandbox.faults.order_refusals import ORDER_REFUSALS
from tests.support.sandbox_client import BATCH, PRODUCTS, SandboxClient, metafield
from tests.support.sandbox_visits import Visit
from tests.support.store_orders import ORDERS, order


def listed(store: SandboxClient) -> dict[int, dict[str, Any]]:
    page = store.get(PRODUCTS, limit=250, include="variants")
    return {each["id"]: each for each in json.loads(page.text, strict=False)["data"]}


# ---- content


@pytest.mark.parametrize(
    ("field", "raw"),
    [
        ("description", '"Great \\ud83d"'),
        ("name", '"bell \x07"'),
        ("name", '"line\nbreak"'),
        ("price", '"10.0000"'),
        ("price", "12.989999999999998"),
        ("price", "1e-20000"),
        ("price", "9" * 6000),
        ("sale_price", '""'),
        ("retail_price", "{}"),
        ("name", "null"),
    ],
)
def test_a_field_of_one_product_goes_out_exactly_as_it_is_given(visit: Visit, field: str, raw: str) -> None:
    store = visit()
    before = store.get(PRODUCTS, limit=250, include="variants").text
    store.steer("POST", "/invalid_content/spoil_product", product_id=103, field=field, raw=raw)
    text = store.get(PRODUCTS, limit=250, include="variants").text
    assert text.count(f'"{field}":{raw},') == 1
    assert f'"{field}":{raw},' in store.get(f"{PRODUCTS}/103").text
    store.sandbox.catalogue.invalid_content.clear()
    assert store.get(PRODUCTS, limit=250, include="variants").text == before


def test_a_control_character_breaks_strict_json_for_the_whole_page(visit: Visit) -> None:
    store = visit()
    store.sandbox.catalogue.invalid_content.spoil_product(103, "name", '"bell \x07"')
    page = store.get(PRODUCTS, limit=250)
    with pytest.raises(requests.exceptions.JSONDecodeError):
        page.json()
    assert len(json.loads(page.text, strict=False)["data"]) == 10


def test_a_field_of_one_variant_is_spoilt_wherever_the_variant_is_shown(visit: Visit) -> None:
    store = visit()
    store.sandbox.catalogue.invalid_content.spoil_variant(1003, "price", '"much"')
    variants = {each["id"]: each for product in listed(store).values() for each in product["variants"]}
    assert variants[1003]["price"] == "much"
    assert [number for number, each in variants.items() if each["price"] == "much"] == [1003]
    assert store.get(f"{PRODUCTS}/102/variants/1003").json()["data"]["price"] == "much"
    assert store.get(f"{PRODUCTS}/102/variants").json()["data"][0]["price"] == "much"


def test_every_price_can_be_text(visit: Visit) -> None:
    store = visit()
    assert store.steer("POST", "/invalid_content/spoil_prices").status_code == 200
    for product in listed(store).values():
        assert isinstance(product["price"], str)
        assert Decimal(product["price"]) == store.sandbox.catalogue.product(product["id"]).price
        for variant in product["variants"]:
            assert isinstance(variant["calculated_price"], str)
            assert variant["price"] is None or isinstance(variant["price"], str)


def test_only_what_is_there_can_be_spoilt(visit: Visit) -> None:
    arguments: dict[str, Any] = {"field": "name", "raw": "1"}
    assert (
        visit().steer("POST", "/invalid_content/spoil_product", product_id=1, **arguments).status_code == 422
    )


# ---- pages


def test_a_page_heavier_than_the_gateway_waits_is_answered_504(visit: Visit) -> None:
    store = visit(products=12)
    store.steer("PATCH", "/settings", heaviest_page=5)
    refused = store.get(PRODUCTS, limit=250, include="variants")
    assert (refused.status_code, refused.headers["Content-Type"]) == (504, "text/html; charset=utf-8")
    assert store.get(PRODUCTS, limit=6).status_code == 504
    pages = [store.get(PRODUCTS, limit=5, page=number) for number in (1, 2, 3)]
    assert [len(each.json()["data"]) for each in pages] == [5, 5, 2]


# ---- batches of metafields


def written(store: SandboxClient) -> list[tuple[int, str]]:
    return [(each.resource_id, each.value) for each in store.sandbox.catalogue.metafields.find({})]


@pytest.mark.parametrize("status", [400, 404, 409, 500])
def test_a_batch_that_names_one_item_is_refused_as_a_whole(visit: Visit, status: int) -> None:
    store = visit()
    store.steer("POST", "/faults/play/refuse_batches_with", item=1002, status=status)
    batch = [metafield(1001), metafield(1002), metafield(1003)]
    assert store.send("POST", BATCH, json=batch).status_code == status
    assert store.send("POST", BATCH, json=batch[1:2]).status_code == status
    assert written(store) == []
    assert store.send("POST", BATCH, json=[batch[0], batch[2]]).status_code == 200
    assert [variant_id for variant_id, _ in written(store)] == [1001, 1003]


def test_an_item_is_meant_as_a_whole_number_not_as_a_part_of_another(visit: Visit) -> None:
    store = visit()
    store.sandbox.faults.refuse_batches_with(100, 500)
    assert (
        store.send("POST", BATCH, json=[metafield(1001, "100"), metafield(1002, "1.100")]).status_code == 200
    )


@pytest.mark.parametrize(
    ("status", "method", "item"),
    [
        (409, "POST", metafield(1001, "again")),
        (404, "POST", metafield(9999)),
        (422, "POST", metafield(1003, namespace="")),
        (403, "PUT", {"id": 2, "value": "ours now"}),
        (404, "PUT", {"id": 99, "value": "x"}),
        (403, "DELETE", 2),
        (404, "DELETE", 99),
    ],
)
def test_one_wrong_item_can_fail_its_whole_batch_and_nothing_is_written(
    visit: Visit, status: int, method: str, item: Any
) -> None:
    store = visit()
    store.send("POST", BATCH, json=[metafield(1001, "first")])
    store.sandbox.catalogue.metafields.add_foreign(1001)
    before = written(store)
    good: dict[str, Any] = {"POST": metafield(1002), "PUT": {"id": 1, "value": "new"}, "DELETE": 1}
    store.steer("PATCH", "/settings", whole_batch_statuses=[status])
    assert store.send(method, BATCH, json=[good[method], item]).status_code == status
    assert written(store) == before
    store.steer("PATCH", "/settings", whole_batch_statuses=[])
    assert store.send(method, BATCH, json=[good[method], item]).status_code == 422
    assert written(store) != before


def test_a_batch_sent_again_after_its_answer_was_lost_is_refused_as_a_whole(visit: Visit) -> None:
    store = visit()
    store.steer("PATCH", "/settings", whole_batch_statuses=[409])
    store.sandbox.faults.add("status_after_write", method="POST", path="metafields")
    batch = [metafield(1001), metafield(1002)]
    assert [store.send("POST", BATCH, json=batch).status_code for _ in range(2)] == [500, 409]
    assert [variant_id for variant_id, _ in written(store)] == [1001, 1002]


def test_third_parties_remove_metafields_and_add_their_own(visit: Visit) -> None:
    store = visit()
    store.send("POST", BATCH, json=[metafield(1001), metafield(1002)])
    store.steer("POST", "/metafields/remove", metafield_id=1)
    assert [variant_id for variant_id, _ in written(store)] == [1002]
    store.steer("POST", "/metafields/remove_of_variant", variant_id=1002)
    assert written(store) == []
    theirs = store.steer("POST", "/metafields/add_foreign", variant_id=1001).json()
    assert theirs["owner_client_id"] == "another-client"
    one = f"{PRODUCTS}/101/variants/1001/metafields/{theirs['id']}"
    assert store.get(one).status_code == 200
    assert store.send("PUT", one, json={"value": "ours"}).status_code == 403
    assert store.send("DELETE", one).status_code == 403
    assert store.send("POST", BATCH, json=[metafield(1001)]).status_code == 200


# ---- refusals of orders without their cause


@pytest.mark.parametrize("sample", ORDER_REFUSALS)
def test_a_refusal_can_be_chosen(visit: Visit, sample: str) -> None:
    store = visit()
    assert store.steer("POST", "/faults/play/refuse_orders_as", sample=sample).json()["times"] == 1
    refused = store.send("POST", ORDERS, json=order())
    assert (refused.status_code, refused.json()) == ORDER_REFUSALS[sample]
    assert len(store.sandbox.orders) == 0
    assert store.steer("POST", "/faults/play/refuse_orders_as", sample="nothing such").status_code == 422


@pytest.mark.parametrize("sample", ["out_of_stock", "exceeds_max_quantity", "mandatory_options"])
def test_a_chosen_refusal_has_the_shape_of_one_that_came_about(visit: Visit, sample: str) -> None:
    store = visit()
    catalogue = store.sandbox.catalogue
    catalogue.set_stock(1001, 1 if sample == "out_of_stock" else 9)
    if sample == "exceeds_max_quantity":
        catalogue.change_product(101, order_quantity_maximum=1)
    if sample == "mandatory_options":
        catalogue.add_modifier(101, "CPU")
    refused = store.send("POST", ORDERS, json=order())
    status, answer = ORDER_REFUSALS[sample]
    assert refused.status_code == status
    assert _shape(refused.json()) == _shape(answer)


def _shape(value: Any) -> Any:
    """Names and types, whatever the values; of a list its first item."""
    if isinstance(value, dict):
        return {name: _shape(each) for name, each in value.items()}
    return [_shape(value[0])] if isinstance(value, list) else type(value)


# ---- the store itself


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "x" * 2001), ("name", ""), ("name", "a\x00b"), ("currency", "usd"), ("currency", None)],
)
def test_store_information_can_be_overridden(visit: Visit, field: str, value: Any) -> None:
    store = visit()
    store.steer("PATCH", "/settings", information={field: value})
    information = store.get("/v2/store").json()
    assert information[field] == value
    assert information["plan_name"] == "Pro"


def test_every_metafield_can_be_refused_one_by_one(visit: Visit) -> None:
    store = visit()
    store.steer("PATCH", "/settings", metafield_refusal="Metafields are switched off.")
    refused = store.send("POST", BATCH, json=[metafield(1001), metafield(1002)])
    assert (refused.status_code, refused.json()["meta"]["failed"]) == (422, 2)
    assert set(refused.json()["errors"][0]["errors"].values()) == {"Metafields are switched off."}
    assert written(store) == []


def test_a_variant_can_return_under_its_old_id_without_its_metafield(visit: Visit) -> None:
    store = visit()
    store.send("POST", BATCH, json=[metafield(1001)])
    sku = store.sandbox.catalogue.variant(1001).sku
    store.steer("POST", "/catalogue/remove_variant", variant_id=1001)
    back = store.steer("POST", "/catalogue/add_variant", product_id=101, id=1001, sku=sku).json()
    assert (back["id"], back["sku"]) == (1001, sku)
    assert written(store) == []


def test_products_come_and_go_while_the_catalogue_is_read(visit: Visit) -> None:
    store = visit(products=6)
    for number, change, arguments in (
        (1, "remove_product", {"product_id": 104}),
        (3, "add_product", {"name": "Late", "variants": [{"sku": "LATE"}]}),
    ):
        store.steer("POST", "/after_products_page", number=number, change=change, arguments=arguments)
    seen: list[int] = []
    totals = []
    while True:
        page = store.get(PRODUCTS, limit=2, sort="id", **{"id:greater": seen[-1] if seen else 0}).json()
        totals.append(page["meta"]["pagination"]["total"])
        if not page["data"]:
            break
        seen += [each["id"] for each in page["data"]]
    assert seen == [101, 102, 103, 105, 106, 107]
    assert totals[0] == 6
