"""Every route of the sandbox answers as BigCommerce's official OpenAPI files say."""

from __future__ import annotations

import pytest
import requests

from include.sandbox import RecordedRequest
from include.sandbox.catalogue.rendering import INCLUDES
from include.sandbox.store.geography import countries as geography
from tests.support.official_contract import Contract
from tests.support.sandbox_client import BATCH, PRODUCTS, metafield
from tests.support.sandbox_visits import Visit
from tests.support.store_orders import ORDERS, address, custom_line, line, order, shipment

COUNTRIES = "/v2/countries"
US = geography.COUNTRIES["US"].id
TEXAS = next(state.id for state in geography.STATES["US"] if state.name == "Texas")
VARIANT = f"{PRODUCTS}/101/variants/1002"
CUSTOM_FIELDS = f"{PRODUCTS}/101/custom-fields"
NAMED = {"name": "ISBN", "value": "1234567890123"}
FULL_ORDER = order(
    external_order_id="crm-2",
    products=[custom_line(sku="G-1", price_ex_tax=4.5)],
    shipping_addresses=[address(street_2="Back door", company="Acme", phone="1", shipping_method="Post")],
    shipping_cost_ex_tax="1.0000",
    shipping_cost_inc_tax="1.1900",
    discount_amount="0.5000",
    subtotal_ex_tax="4.5000",
    subtotal_inc_tax="5.0000",
    total_ex_tax="5.0000",
    total_inc_tax="5.6900",
    default_currency_code="USD",
    date_created="Tue, 20 Nov 2012 00:00:00 +0000",
    payment_method="Credit Card",
    staff_notes="CRM order 2, cycle 1",
)

CHOICES = [{"id": 501, "value": "701"}, {"id": 502, "value": "For Ann"}, {"id": 503, "value": "703"}]

ACTIONS = "/v3/orders/100/payment_actions"
AMOUNT = {"item_type": "ORDER", "item_id": 100, "amount": 1.5, "reason": "CRM refund 7"}
SHIPPING = {"item_type": "SHIPPING", "item_id": 1000, "amount": 1}
ONE_PIECE = {"item_type": "PRODUCT", "item_id": 1, "quantity": 1}


def outside(amount: float) -> dict[str, object]:
    """A payment that was made outside of the store."""
    return {"provider_id": "custom", "amount": amount, "offline": True}


HOOKS = "/v3/hooks"
FIRST_HOOK = f"{HOOKS}/18048287"


def hook(**changes: object) -> dict[str, object]:
    """A webhook for products."""
    return {"scope": "store/product/*", "destination": "https://example.com/a", **changes}


Sent = tuple[str, str, object, int]
CONVERSATIONS: dict[str, list[Sent]] = {
    "store information": [("GET", "/v2/store", None, 200), ("GET", "/v2/time", None, 200)],
    "countries and states": [
        ("GET", f"{COUNTRIES}?limit=250", None, 200),
        ("GET", f"{COUNTRIES}?limit=250&page=2", None, 204),
        ("GET", f"{COUNTRIES}?country_iso2=XK", None, 200),
        ("GET", f"{COUNTRIES}?country=Kosovo&country_iso3=XKX", None, 200),
        ("GET", f"{COUNTRIES}/count", None, 200),
        ("GET", f"{COUNTRIES}/states?limit=250&page=2", None, 200),
        ("GET", f"{COUNTRIES}/states/count", None, 200),
        ("GET", f"{COUNTRIES}/{US}", None, 200),
        ("GET", f"{COUNTRIES}/9999", None, 404),
        ("GET", f"{COUNTRIES}/{US}/states?limit=250", None, 200),
        ("GET", f"{COUNTRIES}/{US}/states?state=Virgin Islands&state_abbreviation=VI", None, 200),
        ("GET", f"{COUNTRIES}/{US}/states/{TEXAS}", None, 200),
        ("GET", f"{COUNTRIES}/{US}/states/9999", None, 404),
    ],
    "products": [
        ("GET", f"{PRODUCTS}?limit=250&include=variants", None, 200),
        ("GET", f"{PRODUCTS}?limit=250&include={','.join(INCLUDES)}", None, 200),
        ("GET", f"{PRODUCTS}?limit=3&page=2&sort=name&direction=desc&is_visible=true", None, 200),
        ("GET", f"{PRODUCTS}?id:in=101,102&include_fields=name,price", None, 200),
        ("GET", f"{PRODUCTS}/101?include=variants,options,images", None, 200),
        ("GET", f"{PRODUCTS}/1", None, 404),
        ("GET", "/v3/catalog/summary", None, 200),
    ],
    "modifiers": [
        ("GET", f"{PRODUCTS}/101/modifiers?limit=2&page=2", None, 200),
        ("GET", f"{PRODUCTS}/101/modifiers?include_fields=required,type", None, 200),
        ("GET", f"{PRODUCTS}/101/modifiers/502", None, 200),
        ("GET", f"{PRODUCTS}/101/modifiers/1", None, 404),
        ("GET", f"{PRODUCTS}?include=modifiers&id:in=101,102", None, 200),
        ("POST", ORDERS, order(), 400),
        ("POST", ORDERS, order(products=[line(product_options=CHOICES)]), 200),
        ("GET", f"{ORDERS}/100/products", None, 200),
    ],
    "variants": [
        ("GET", "/v3/catalog/variants?limit=250", None, 200),
        ("GET", "/v3/catalog/variants?product_id:in=101&sku=P-101-1", None, 200),
        ("GET", f"{PRODUCTS}/101/variants?limit=2&page=2", None, 200),
        ("GET", f"{PRODUCTS}/1/variants", None, 404),
        ("GET", VARIANT, None, 200),
        ("GET", f"{PRODUCTS}/101/variants/1", None, 404),
    ],
    "batches of metafields": [
        ("POST", BATCH, [metafield(1001), metafield(1002)], 200),
        ("POST", BATCH, [metafield(1001), metafield(1003)], 422),
        ("GET", f"{BATCH}?namespace=crm&key=campaign_product&limit=2&page=2", None, 200),
        ("PUT", BATCH, [{"id": 1, "value": "2.2"}], 200),
        ("PUT", BATCH, [{"id": 1, "value": "3.3"}, {"id": 99, "value": "3.3"}], 422),
        ("DELETE", BATCH, [1, 99], 422),
        ("DELETE", BATCH, [2], 200),
    ],
    "single metafields": [
        ("POST", f"{VARIANT}/metafields", metafield(1002), 200),
        ("POST", f"{VARIANT}/metafields", metafield(1002), 409),
        ("GET", f"{VARIANT}/metafields?namespace=crm", None, 200),
        ("GET", f"{VARIANT}/metafields/1", None, 200),
        ("PUT", f"{VARIANT}/metafields/1", metafield(1002, "2.2"), 200),
        ("DELETE", f"{VARIANT}/metafields/1", None, 204),
        ("GET", f"{VARIANT}/metafields/1", None, 404),
    ],
    "custom fields": [
        ("POST", CUSTOM_FIELDS, NAMED, 200),
        ("POST", CUSTOM_FIELDS, NAMED, 422),
        ("GET", CUSTOM_FIELDS, None, 200),
        ("GET", f"{CUSTOM_FIELDS}/1001", None, 200),
        ("PUT", f"{CUSTOM_FIELDS}/1001", {"value": "9"}, 200),
        ("DELETE", f"{CUSTOM_FIELDS}/1001", None, 204),
        ("GET", f"{CUSTOM_FIELDS}/1001", None, 404),
    ],
    "orders": [
        ("GET", f"{ORDERS}?external_order_id=crm-1&limit=250&page=1", None, 204),
        ("POST", ORDERS, order(), 200),
        ("POST", ORDERS, FULL_ORDER, 200),
        ("POST", ORDERS, order(products=[line(variant_id=1)]), 400),
        ("POST", ORDERS, order(products=[line(quantity=10**6)]), 409),
        ("GET", f"{ORDERS}?min_date_created=yesterday", None, 400),
        ("GET", f"{ORDERS}?external_order_id=crm-1&min_id=1&max_id=900", None, 200),
        ("GET", f"{ORDERS}?sort=id:desc&status_id=11&customer_id=0&min_total=1&max_total=900", None, 200),
        ("GET", f"{ORDERS}?min_date_created=2026-01-01T00:00:00%2B00:00&channel_id=1", None, 200),
        ("GET", f"{ORDERS}/count?status_id=11", None, 200),
        ("GET", f"{ORDERS}/100", None, 200),
        ("GET", f"{ORDERS}/100/products?limit=250", None, 200),
        ("GET", f"{ORDERS}/101/shipping_addresses", None, 200),
        ("PUT", f"{ORDERS}/100", {"status_id": 2}, 200),
        ("DELETE", f"{ORDERS}/100", None, 204),
        ("GET", f"{ORDERS}/1", None, 404),
    ],
    "refunds": [
        ("POST", ORDERS, FULL_ORDER, 200),
        ("POST", f"{ACTIONS}/refund_quotes", {"items": [ONE_PIECE]}, 422),
        ("POST", f"{ACTIONS}/refund_quotes", {"items": [AMOUNT, SHIPPING]}, 201),
        ("POST", f"{ACTIONS}/refunds", {"items": [AMOUNT], "payments": [outside(2)]}, 422),
        ("POST", f"{ACTIONS}/refunds", {"items": [AMOUNT], "payments": [outside(1.5)]}, 201),
        ("GET", f"{ACTIONS}/refunds", None, 200),
        ("GET", "/v3/orders/payment_actions/refunds?order_id:in=100,101&id:in=1&page=1&limit=5", None, 200),
        ("GET", "/v3/orders/payment_actions/refunds?created:min=2026-01-01T00:00:00%2B00:00", None, 200),
        ("GET", "/v3/orders/payment_actions/refunds/1", None, 200),
    ],
    "shipments": [
        ("POST", ORDERS, order(), 200),
        ("GET", f"{ORDERS}/100/shipments?limit=250", None, 204),
        ("POST", f"{ORDERS}/100/shipments", shipment(1), 201),
        ("POST", f"{ORDERS}/100/shipments", shipment(2), 400),
        ("POST", f"{ORDERS}/100/shipments", shipment(1, tracking_link="https://example.com/1"), 201),
        ("GET", f"{ORDERS}/100/shipments?limit=1&page=2", None, 200),
        ("GET", f"{ORDERS}/100/shipments/count", None, 200),
        ("GET", f"{ORDERS}/100/shipments/1", None, 200),
        ("PUT", f"{ORDERS}/100/shipments/1", {"tracking_number": "1Z", "shipping_provider": "ups"}, 200),
        ("DELETE", f"{ORDERS}/100/shipments/1", None, 204),
        ("GET", f"{ORDERS}/100/shipments/1", None, 404),
        ("DELETE", f"{ORDERS}/100/shipments", None, 204),
        ("GET", f"{ORDERS}?sort=date_modified:desc&min_date_modified=2026-01-01T00:00:00Z", None, 200),
    ],
    "webhooks": [
        ("POST", HOOKS, hook(headers={"X-Own": "1"}), 200),
        ("POST", HOOKS, hook(scope="store/order/*"), 200),
        ("POST", HOOKS, hook(destination="http://example.com"), 422),
        ("GET", f"{HOOKS}?page=1&limit=1", None, 200),
        ("GET", f"{HOOKS}?is_active=true&scope=store/order/*&destination=https://example.com/a", None, 200),
        ("GET", FIRST_HOOK, None, 200),
        ("PUT", FIRST_HOOK, {"is_active": False}, 200),
        ("DELETE", FIRST_HOOK, None, 200),
        ("GET", FIRST_HOOK, None, 404),
    ],
    "order statuses": [
        ("GET", "/v2/order_statuses", None, 200),
        ("GET", "/v2/order_statuses/11", None, 200),
    ],
}


@pytest.mark.parametrize("conversation", CONVERSATIONS.values(), ids=CONVERSATIONS.keys())
def test_every_answer_matches_the_official_file(
    visit: Visit, contract: Contract, conversation: list[Sent]
) -> None:
    store = visit(products=30, awkward=True)
    if conversation is CONVERSATIONS["modifiers"]:
        store.sandbox.settings.stock_is_tracked = False
        store.sandbox.catalogue.add_modifier(101, "Box")
        store.sandbox.catalogue.add_modifier(101, "Engraving", type="text")
        store.sandbox.catalogue.add_modifier(101, "Insurance", type="checkbox")
    for method, path, body, status in conversation:
        response = store.send(method, path, json=body)
        assert (path, response.status_code) == (path, status)
        contract.check_response(response)
    contract.check_requests(store.sandbox.requests)


@pytest.mark.parametrize(
    ("query", "body", "complaint"),
    [
        ("colour=red", b"[]", "colour"),
        ("", b'{"not": "a list"}', "array"),
        ("", b'[{"resource_id": 1, "key": "k", "value": "v", "permission_set": "read"}]', "namespace"),
        ("", b'[{"resource_id": "1"}]', "integer"),
    ],
)
def test_a_request_that_the_official_file_does_not_allow_is_found(
    contract: Contract, query: str, body: bytes, complaint: str
) -> None:
    headers = {"accept": "application/json", "content-type": "application/json", "x-auth-token": "-"}
    with pytest.raises(AssertionError, match=complaint):
        contract.check_request(RecordedRequest("POST", BATCH, query, headers, body))


def test_a_request_without_a_token_or_to_an_unknown_path_is_found(contract: Contract) -> None:
    accept = {"accept": "application/json"}
    with pytest.raises(AssertionError, match="Security"):
        contract.check_request(RecordedRequest("GET", "/v2/store", "", accept, b""))
    with pytest.raises(AssertionError, match="none of"):
        contract.check_request(RecordedRequest("GET", "/v3/catalog/shelves", "", accept, b""))


def test_a_query_parameter_with_a_value_that_the_official_file_does_not_allow_is_found(
    contract: Contract,
) -> None:
    headers = {"accept": "application/json", "x-auth-token": "-"}
    with pytest.raises(AssertionError, match="limit"):
        contract.check_request(RecordedRequest("GET", PRODUCTS, "page=1&limit=many", headers, b""))


def test_an_answer_that_the_official_file_does_not_know_is_found(visit: Visit, contract: Contract) -> None:
    store = visit()
    response: requests.Response = store.get(PRODUCTS, include="variants")
    response._content = response.content.replace(b'"calculated_price":', b'"calculated_price":"x","y":')
    with pytest.raises(AssertionError, match=r"variants\[0\].calculated_price"):
        contract.check_response(response)
