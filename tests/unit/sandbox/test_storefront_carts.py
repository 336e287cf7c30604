"""The shopper's cart, by the storefront's REST API."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from include.sandbox.store.sandbox import Sandbox
from tests.support.official_contract import Contract
from tests.support.shopper import CARTS, CERTIFICATE, OPTIONS, Shopper

SIMPLE = {"lineItems": [{"productId": 101, "variantId": 1001, "quantity": 2}]}


def lines(cart: dict[str, Any], kind: str = "physicalItems") -> list[tuple[int, int]]:
    """Variant and quantity of each item."""
    return [(item["variantId"], item["quantity"]) for item in cart["lineItems"][kind]]


def digital(sandbox: Sandbox) -> tuple[int, int]:
    """The download, and its first variant."""
    product_id = sandbox.catalogue.product_ids[-1]
    return product_id, sandbox.catalogue.variants(product_id)[0].id


def test_every_answer_matches_the_official_file(shopper: Shopper, contract: Contract) -> None:
    empty = shopper.visit("GET", CARTS)
    made = shopper.visit("POST", CARTS, json={**SIMPLE, "giftCertificates": [CERTIFICATE]}, params=OPTIONS)
    product_id, variant_id = digital(shopper.sandbox)
    cart = made.json()
    items = f"{CARTS}/{cart['id']}/items"
    download = {"productId": product_id, "variantId": variant_id, "quantity": 1}
    added = shopper.visit("POST", items, json={"lineItems": [download], "version": 1}, params=OPTIONS)
    shopper.sandbox.carts.add_custom_item(cart["id"], "Engraving")
    item = cart["lineItems"]["physicalItems"][0]["id"]
    changed = {"lineItem": {"productId": 101, "variantId": 1001, "quantity": 5}}
    answers = [
        (empty, 200),
        (made, 200),
        (added, 200),
        (shopper.visit("GET", CARTS, params=OPTIONS), 200),
        (shopper.visit("PUT", f"{items}/{item}", json=changed), 200),
        (shopper.visit("PUT", f"{items}/{item}", json={**changed, "version": 1}), 409),
        (shopper.visit("DELETE", f"{items}/{item}"), 200),
        (shopper.visit("DELETE", f"{CARTS}/{cart['id']}"), 204),
    ]
    for response, status in answers:
        assert (response.request.method, response.status_code) == (response.request.method, status)
        contract.check_response(response)
    contract.check_requests(each for each in shopper.sandbox.visits if each.body or each.method == "GET")
    assert empty.json() == []


def test_two_variants_of_one_product_are_two_lines_and_one_variant_twice_is_one(shopper: Shopper) -> None:
    shopper.add(101, 1001)
    shopper.add(101, 1002, quantity=3)
    cart = shopper.add(101, 1001)
    assert lines(cart) == [(1001, 2), (1002, 3)]
    first = cart["lineItems"]["physicalItems"][0]
    assert first["extendedSalePrice"] == pytest.approx(2 * first["salePrice"])
    assert (first["productId"], first["sku"]) == (101, "P-101-1")


def test_downloads_gift_certificates_and_custom_items_have_lists_of_their_own(shopper: Shopper) -> None:
    product_id, variant_id = digital(shopper.sandbox)
    shopper.add(product_id, variant_id)
    cart = shopper.put_in({"giftCertificates": [{**CERTIFICATE, "quantity": 2}]})
    shopper.sandbox.carts.add_custom_item(cart["id"], "Engraving", "12", 2)
    [cart] = shopper.carts()
    assert lines(cart, "digitalItems") == [(variant_id, 1)]
    assert lines(cart) == []
    assert [each["amount"] for each in cart["lineItems"]["giftCertificates"]] == [25, 25]
    assert [each["extendedListPrice"] for each in cart["lineItems"]["customItems"]] == [24]
    download = cart["lineItems"]["digitalItems"][0]["salePrice"]
    assert cart["cartAmount"] == pytest.approx(download + 50 + 24)


def test_options_are_sent_only_where_they_are_asked_for(shopper: Shopper) -> None:
    shopper.add(101, 1001)
    plain = shopper.visit("GET", CARTS).json()[0]["lineItems"]["physicalItems"][0]
    full = shopper.carts()[0]["lineItems"]["physicalItems"][0]
    assert "options" not in plain
    assert [option["name"] for option in full["options"]] == ["Color", "Size"]


def test_option_values_name_a_variant_as_its_id_does(shopper: Shopper) -> None:
    values = shopper.sandbox.catalogue.variant(1002).option_values
    chosen = [{"optionId": each.option_id, "optionValue": each.id} for each in values]
    cart = shopper.put_in({"lineItems": [{"productId": 101, "quantity": 1, "optionSelections": chosen}]})
    assert lines(cart) == [(1002, 1)]


def test_a_required_modifier_has_to_be_chosen_and_is_shown_as_an_option(shopper: Shopper) -> None:
    box = shopper.sandbox.catalogue.add_modifier(101, "Box")
    assert shopper.visit("POST", CARTS, json=SIMPLE).status_code == 422
    choice = {"optionId": box.id, "optionValue": box.option_values[1].id}
    shopper.put_in({"lineItems": [{**SIMPLE["lineItems"][0], "optionSelections": [choice]}]})
    [item] = shopper.carts()[0]["lineItems"]["physicalItems"]
    assert item["options"][-1] == {
        "name": "Box",
        "nameId": box.id,
        "value": "Large",
        "valueId": choice["optionValue"],
    }


@pytest.mark.parametrize(
    "line",
    [
        {"productId": 7, "quantity": 1},
        {"productId": 101, "quantity": 1},
        {"productId": 101, "variantId": 1, "quantity": 1},
        {"productId": 101, "variantId": 1001, "quantity": 0},
        {"productId": 101, "variantId": 1001},
    ],
)
def test_what_cannot_be_sold_is_refused_and_makes_no_cart(shopper: Shopper, line: dict[str, int]) -> None:
    assert shopper.visit("POST", CARTS, json={"lineItems": [line]}).status_code == 422
    assert shopper.visit("POST", CARTS, json={}).status_code == 422
    assert shopper.carts() == []


def test_unavailable_products_and_missing_stock_are_refused(shopper: Shopper) -> None:
    shopper.sandbox.settings.stock_is_tracked = True
    shopper.sandbox.catalogue.set_stock(1001, 3)
    cart = shopper.add(101, 1001, quantity=3)
    items = f"{CARTS}/{cart['id']}/items"
    assert shopper.visit("POST", items, json=SIMPLE).status_code == 422
    path = f"{items}/{cart['lineItems']['physicalItems'][0]['id']}"
    assert shopper.visit("PUT", path, json={"lineItem": {"productId": 101, "quantity": 4}}).status_code == 422
    assert lines(shopper.carts()[0]) == [(1001, 3)]
    shopper.sandbox.catalogue.change_variant(1002, purchasing_disabled=True)
    line = {"productId": 101, "variantId": 1002, "quantity": 1}
    assert shopper.visit("POST", items, json={"lineItems": [line]}).status_code == 422


def test_a_cart_outlives_its_product(shopper: Shopper) -> None:
    shopper.add(101, 1001)
    shopper.sandbox.catalogue.remove_product(101)
    shopper.add(shopper.sandbox.catalogue.product_ids[0], shopper.sandbox.catalogue.variants(102)[0].id)
    assert len(lines(shopper.carts()[0])) == 2


def test_removing_the_last_item_deletes_the_cart(shopper: Shopper) -> None:
    cart = shopper.add(101, 1001)
    item = cart["lineItems"]["physicalItems"][0]["id"]
    assert shopper.visit("DELETE", f"{CARTS}/{cart['id']}/items/{item}").status_code == 204
    assert shopper.carts() == []


def test_another_shopper_sees_another_cart(shopper: Shopper) -> None:
    cart = shopper.add(101, 1001)
    with Shopper(shopper.sandbox) as other:
        assert other.carts() == []
        assert other.visit("DELETE", f"{CARTS}/{cart['id']}").status_code == 404
        assert other.visit("POST", f"{CARTS}/{cart['id']}/items", json=SIMPLE).status_code == 404
    assert len(shopper.carts()) == 1


def test_a_custom_item_can_be_added_from_another_process(shopper: Shopper) -> None:
    cart = shopper.add(101, 1001)
    address = f"{shopper.sandbox.base_url}/_sandbox/carts/add_custom_item"
    added = requests.post(address, json={"cart_id": cart["id"], "name": "Engraving"}, timeout=10)
    assert added.status_code == 200, added.text
    assert shopper.carts()[0]["lineItems"]["customItems"][0]["name"] == "Engraving"


def test_a_headless_storefront_has_neither_the_rest_api_nor_graphql(shopper: Shopper) -> None:
    shopper.sandbox.settings.is_hosted = False
    assert shopper.visit("GET", CARTS).status_code == 404
    assert shopper.ask("{ site { settings { storeName } } }").status_code == 404
