"""The GraphQL Storefront API: what a script on a page may read, and its limits."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
import requests

from include.sandbox.catalogue.metafields import ANOTHER_CLIENT
from include.sandbox.storefront.tokens import LIFETIME, RENEWED_AFTER
from tests.support.sandbox_client import metafield
from tests.support.shopper import FIELD_QUERY, Shopper

NAMES = "{ site { products(first: %s) { edges { node { name } } } } }"


def fields(response: requests.Response) -> list[tuple[int, list[str]]]:
    """Each variant with the values of its metafields."""
    assert response.status_code == 200, response.text
    product = response.json()["data"]["site"]["product"]
    nodes = [edge["node"] for edge in product["variants"]["edges"]]
    return [
        (node["entityId"], [edge["node"]["value"] for edge in node["metafields"]["edges"]]) for node in nodes
    ]


def complaint(response: requests.Response) -> str:
    """The first error."""
    message: str = response.json()["errors"][0]["message"]
    return message


def test_a_page_reads_the_fields_of_its_variants(shopper: Shopper) -> None:
    metafields = shopper.sandbox.catalogue.metafields
    metafields.create(metafield(1001, "228.123"))
    metafields.create(metafield(1002, "228.124"))
    answer = shopper.ask(FIELD_QUERY, {"product": 101, "variants": [1001, 1002]})
    assert fields(answer) == [(1001, ["228.123"]), (1002, ["228.124"])]
    assert int(answer.headers["x-bc-graphql-complexity"]) > 0
    assert fields(shopper.ask(FIELD_QUERY, {"product": 101, "variants": [1002]})) == [(1002, ["228.124"])]
    assert fields(shopper.ask(FIELD_QUERY, {"product": 101})) == [(1001, ["228.123"]), (1002, ["228.124"])]


def test_a_page_reads_what_one_of_a_variant_costs(shopper: Shopper) -> None:
    [variant, *_] = shopper.sandbox.catalogue.variants(101)
    shopper.sandbox.catalogue.change_variant(variant.id, sale_price="7.5")
    answer = shopper.ask(
        f"""{{ site {{ product(entityId: 101) {{ variants(entityIds: [{variant.id}]) {{ edges {{ node {{
        prices {{ price {{ value currencyCode }} }} }} }} }} }} }} }}"""
    )
    [edge] = answer.json()["data"]["site"]["product"]["variants"]["edges"]
    assert edge["node"]["prices"] == {"price": {"value": 7.5, "currencyCode": "USD"}}


@pytest.mark.parametrize(
    ("permission_set", "readable"),
    [
        ("app_only", False),
        ("read", False),
        ("write", False),
        ("read_and_sf_access", True),
        ("write_and_sf_access", True),
    ],
)
def test_only_metafields_with_storefront_access_are_readable(
    shopper: Shopper, permission_set: str, readable: bool
) -> None:
    shopper.sandbox.catalogue.metafields.create(metafield(1001, "2.2", permission_set=permission_set))
    answer = shopper.ask(FIELD_QUERY, {"product": 101, "variants": [1001]})
    assert fields(answer) == [(1001, ["2.2"] if readable else [])]


def test_other_namespaces_and_keys_are_left_out_and_other_owners_are_not(shopper: Shopper) -> None:
    metafields = shopper.sandbox.catalogue.metafields
    metafields.create(metafield(1001, "other key", key="else"))
    metafields.create(metafield(1001, "other namespace", namespace="erp"))
    metafields.create(metafield(1001, "theirs"), ANOTHER_CLIENT)
    assert fields(shopper.ask(FIELD_QUERY, {"product": 101, "variants": [1001]})) == [(1001, ["theirs"])]


def test_hidden_and_unknown_products_are_null(shopper: Shopper) -> None:
    shopper.sandbox.catalogue.change_product(101, is_visible=False)
    for product in (101, 7):
        answer = shopper.ask(FIELD_QUERY, {"product": product})
        assert answer.json() == {"data": {"site": {"product": None}}}
    answer = shopper.ask(NAMES % 10).json()
    assert len(answer["data"]["site"]["products"]["edges"]) == 2


def test_aliases_ask_for_several_products_in_one_request(shopper: Shopper) -> None:
    first, second = shopper.sandbox.catalogue.product_ids[:2]
    query = """query ($a: Int, $b: Int) { site {
        a: product(entityId: $a) { entityId } b: product(entityId: $b) { ...F } } }
        fragment F on Product { entityId type }"""
    answer = shopper.ask(query, {"a": first, "b": second}).json()
    assert answer["data"]["site"] == {"a": {"entityId": first}, "b": {"entityId": second, "type": "Physical"}}


@pytest.mark.parametrize("named", ['sku: "P-101-2"', "variantEntityId: 1002", 'id: "UHJvZHVjdDoxMDE="'])
def test_a_product_is_found_by_its_other_names(shopper: Shopper, named: str) -> None:
    answer = shopper.ask(f"{{ site {{ product({named}) {{ entityId path }} }} }}").json()
    assert answer["data"]["site"]["product"] == {"entityId": 101, "path": "/101/"}


def test_variant_shows_its_options_and_no_modifiers(shopper: Shopper) -> None:
    shopper.sandbox.catalogue.add_modifier(101, "Box")
    query = """{ site { product(entityId: 101) { variants(first: 1) { edges { node { options { edges { node {
        displayName values { edges { node { label } } } } } } } } } } } }"""
    [variant] = shopper.ask(query).json()["data"]["site"]["product"]["variants"]["edges"]
    options = [edge["node"] for edge in variant["node"]["options"]["edges"]]
    shown = [(each["displayName"], each["values"]["edges"][0]["node"]["label"]) for each in options]
    assert shown == [("Color", "Beige"), ("Size", "Size 1")]


def test_connections_are_paged_by_cursors(shopper: Shopper) -> None:
    query = """query ($after: String) { site { products(first: 2, after: $after) {
        pageInfo { hasNextPage hasPreviousPage endCursor } edges { cursor node { entityId } } } } }"""
    seen, after = [], None
    for has_next in (True, False):
        found = shopper.ask(query, {"after": after}).json()["data"]["site"]["products"]
        seen += [edge["node"]["entityId"] for edge in found["edges"]]
        after = found["pageInfo"]["endCursor"]
        assert found["pageInfo"]["hasNextPage"] is has_next
    assert seen == shopper.sandbox.catalogue.product_ids
    last = shopper.ask("{ site { products(last: 1) { edges { node { entityId } } } } }").json()
    assert last["data"]["site"]["products"]["edges"][0]["node"]["entityId"] == seen[-1]
    assert "cursor" in complaint(shopper.ask(query, {"after": "!"}))


@pytest.mark.parametrize(
    ("authorization", "message"),
    [
        ("", "GraphQL credentials were missing. No token was sent."),
        ("Bearer {{settings.storefront_api.token}}", "GraphQL invalid credentials. String is not a JWT"),
        ("Bearer", "GraphQL credentials were missing. No token was sent."),
        ("Bearer a.b.c", "GraphQL invalid credentials. JWT signature is invalid"),
    ],
)
def test_a_request_without_a_token_of_the_store_is_refused(
    shopper: Shopper, authorization: str, message: str
) -> None:
    body = {"query": NAMES % 1}
    refused = shopper.visit("POST", "/graphql", json=body, headers={"Authorization": authorization})
    if "settings." in authorization:
        message = "GraphQL invalid credentials. JWT signature is invalid"  # it has two dots
    assert (refused.status_code, complaint(refused)) == (401, message)


def test_an_expired_token_is_refused_and_pages_get_a_new_one(shopper: Shopper) -> None:
    old = shopper.sandbox.storefront_tokens.current()
    assert shopper.sandbox.storefront_tokens.current() == old
    assert shopper.visit("POST", "/_sandbox/storefront_tokens/expire").status_code == 200
    refused = shopper.ask(NAMES % 1, token=old)
    assert (refused.status_code, complaint(refused)) == (401, "GraphQL invalid credentials. JWT is expired")
    assert shopper.sandbox.storefront_tokens.current() != old
    assert shopper.ask(NAMES % 1).status_code == 200


def test_a_token_on_a_page_lives_between_one_and_two_days(
    shopper: Shopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens, clock = shopper.sandbox.storefront_tokens, [1_000_000.0]
    monkeypatch.setattr("include.sandbox.storefront.tokens.time.time", lambda: clock[0])
    first = tokens.current()
    clock[0] += RENEWED_AFTER - 1
    assert tokens.current() == first
    clock[0] += 2
    assert tokens.current() != first
    assert shopper.ask(NAMES % 1, token=first).status_code == 200
    clock[0] += LIFETIME - RENEWED_AFTER
    assert shopper.ask(NAMES % 1, token=first).status_code == 401


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ("{ site { products(first: 51) { edges { node { name } } } } }", "at most 50"),
        (f"{{ site {{ products(entityIds: {[*range(51)]}) {{ edges {{ cursor }} }} }} }}", "at most 50"),
        ("{ site { product(entityId: 101) { variants(first: 251) { edges { cursor } } } } }", "at most 250"),
    ],
)
def test_pages_have_a_largest_size(shopper: Shopper, query: str, part: str) -> None:
    assert part in complaint(shopper.ask(query))


def test_queries_that_are_too_complex_or_too_deep_are_refused(shopper: Shopper) -> None:
    variants = "variants(first: 250) { edges { node { entityId } } }"
    refused = shopper.ask(f"{{ site {{ products(first: 50) {{ edges {{ node {{ {variants} }} }} }} }} }}")
    assert (refused.status_code, "too complex" in complaint(refused)) == (400, True)
    assert "out of 10000" in complaint(refused)
    deep = "{ ofType " * 14 + "{ name }" + " }" * 14
    refused = shopper.ask(f"{{ __schema {{ types {{ fields {{ type {deep} }} }} }} }}")
    assert (refused.status_code, "levels deep" in complaint(refused)) == (400, True)


def test_a_store_without_shoppers_does_not_load_graphql() -> None:
    """Tests start more than a thousand stores, and few of them have a shopper."""
    program = "import sys, include.sandbox; print('graphql' in sys.modules, 'fastapi' in sys.modules)"
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert printed.stdout.split() == ["False", "True"]


@pytest.mark.parametrize("body", ["", "[]", '{"query": 7}', '{"query": "{"}', '{"query": "{ shelf }"}'])
def test_what_is_no_valid_query_is_refused(shopper: Shopper, body: str) -> None:
    headers: dict[str, Any] = {"Authorization": f"Bearer {shopper.sandbox.storefront_tokens.current()}"}
    refused = shopper.visit("POST", "/graphql", data=body, headers=headers)
    assert refused.status_code == 400
    assert complaint(refused)
