"""Reading products, and parsing what was read."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.bigcommerce.catalog import Product, ProductsPage, Unusable, parse_products, read_products_page
from include.bigcommerce.client import StoreClient
from include.bigcommerce.errors import UnexpectedResponse
from include.sandbox import Settings
from tests.support.dictated_store import Answer
from tests.support.store_clients import Connect, Dictate, OpenSandbox

GOOD_VARIANT = {"id": 11, "product_id": 1, "sku": "A", "option_values": []}


def page_of(*products: object) -> bytes:
    return json.dumps({"data": products}).encode()


def product_with(variant: object) -> bytes:
    return page_of({"id": 1, "name": "Tea", "variants": [GOOD_VARIANT, variant]})


def only(body: bytes) -> Product | Unusable:
    (item,) = parse_products(body)
    return item


def read_all(client: StoreClient, **arguments: Any) -> list[ProductsPage]:
    pages = [read_products_page(client, **arguments)]
    while pages[-1].has_more:
        pages.append(read_products_page(client, after=pages[-1].product_ids[-1], **arguments))
    return pages


# ---- reading


@pytest.mark.parametrize("page_cap", [250, 7, 1])
def test_the_whole_catalogue_is_read_whatever_page_size_the_store_chooses(
    page_cap: int, connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(products=30, settings=Settings(page_cap=page_cap))
    pages = read_all(connect(sandbox))
    assert [each for page in pages for each in page.product_ids] == sandbox.catalogue.product_ids
    assert len(sandbox.requests) == -(-30 // page_cap)
    assert (pages[0].total, pages[0].listed) == (30, min(30, page_cap))


def test_products_that_come_and_go_are_neither_skipped_nor_read_twice(
    connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(products=30, settings=Settings(page_cap=10))
    stable = sandbox.catalogue.product_ids[1:]
    sandbox.after_products_page(1, lambda catalogue: catalogue.remove_product(catalogue.product_ids[0]))
    sandbox.after_products_page(2, lambda catalogue: catalogue.add_product("New", id=5))
    ids = [each for page in read_all(connect(sandbox)) for each in page.product_ids]
    assert len(ids) == len(set(ids))
    assert set(stable) <= set(ids)


def test_a_range_of_ids_leaves_both_ends_out(connect: Connect, open_sandbox: OpenSandbox) -> None:
    sandbox = open_sandbox(products=10)
    ids = list(sandbox.catalogue.product_ids)
    page = read_products_page(connect(sandbox), after=ids[2], before=ids[6])
    assert page.product_ids == ids[3:6]
    assert not page.has_more


def test_a_page_by_number(connect: Connect, open_sandbox: OpenSandbox) -> None:
    sandbox = open_sandbox(products=10)
    page = read_products_page(connect(sandbox), page=2, limit=4)
    assert page.product_ids == sandbox.catalogue.product_ids[4:8]


def test_an_empty_catalogue_is_one_empty_page(connect: Connect, open_sandbox: OpenSandbox) -> None:
    (page,) = read_all(connect(open_sandbox(products=0)))
    assert (page.product_ids, page.total, page.has_more) == ([], 0, False)


def test_every_awkward_product_of_the_sandbox_is_parsed(connect: Connect, open_sandbox: OpenSandbox) -> None:
    sandbox = open_sandbox(products=40, variants=3, awkward=True)
    items = [item for page in read_all(connect(sandbox)) for item in parse_products(page.body)]
    products = [item for item in items if isinstance(item, Product)]
    assert products == items
    assert sum(len(product.variants) for product in products) == sum(
        len(sandbox.catalogue.variants(product_id)) for product_id in sandbox.catalogue.product_ids
    )
    for product in products:
        for variant in product.variants:
            if variant.price is not None:
                assert str(variant.price) == str(sandbox.catalogue.variant(variant.id).price)


@pytest.mark.parametrize(
    ("pagination", "items", "has_more"),
    [
        ({"total": 2, "per_page": 250, "current_page": 1, "total_pages": 1, "links": {}}, 2, False),
        ({"total": 2, "per_page": 250, "current_page": 1, "total_pages": 1, "links": []}, 2, False),
        ({"total": 2, "per_page": 250}, 2, False),
        ({"total": 9, "per_page": 250}, 2, True),
        ({"total": 2, "per_page": 2, "current_page": 1, "total_pages": 2}, 2, True),
        ({"total": 2, "per_page": 2, "links": {"next": "?page=2"}}, 2, True),
        ({"total": 9, "per_page": 2, "links": {"next": "?page=2"}}, 0, False),
    ],
)
def test_there_is_more_unless_the_page_is_empty_or_the_store_says_no(
    pagination: object, items: int, has_more: bool, connect: Connect, dictate: Dictate
) -> None:
    data = [{"id": number} for number in range(1, items + 1)]
    client = connect(dictate(Answer(body={"data": data, "meta": {"pagination": pagination}})))
    assert read_products_page(client).has_more is has_more


@pytest.mark.parametrize(
    ("answer", "where"),
    [
        ({}, "data at $.data is missing"),
        ([], "$ is a list, not an object"),
        ({"data": {}}, "data at $.data is an object, not a list"),
        ({"data": []}, "meta at $.meta is missing"),
        ({"data": [], "meta": {"pagination": {"total": "2"}}}, "total at $.meta.pagination.total is text"),
        ({"data": [{"id": 9}, {"id": 8}]}, "not in the order"),
        ({"data": [{"id": 9}, {"id": 9}]}, "not in the order"),
        ({"data": [{"id": 5}]}, "or the range that was asked for"),
        ({"data": [{"id": 20}]}, "or the range that was asked for"),
        ({"data": [{"id": "8"}]}, "no product with an id"),
    ],
)
def test_an_answer_that_breaks_the_contract_is_told_by_where(
    answer: Any, where: str, connect: Connect, dictate: Dictate
) -> None:
    if isinstance(answer, dict) and answer.get("data"):
        answer["meta"] = {"pagination": {"total": 1, "per_page": 250}}
    with pytest.raises(UnexpectedResponse) as caught:
        read_products_page(connect(dictate(Answer(body=answer))), after=5, before=20)
    assert where in str(caught.value)
    assert caught.value.path == "/v3/catalog/products"


# ---- parsing


def test_unknown_fields_nulls_and_odd_shapes_beside_what_we_use_do_no_harm() -> None:
    item = only(
        page_of(
            {
                "id": 1,
                "name": "Tee <b>ünï</b>",
                "sku": None,
                "price": None,
                "map_price": {},
                "brand_new_field": [{"x": None}],
                "variants": [{**GOOD_VARIANT, "sku": None, "price": None, "weight": {}, "map_price": {}}],
            }
        )
    )
    assert isinstance(item, Product)
    assert (item.sku, item.price, item.is_visible, item.unusable) == ("", None, True, [])
    (variant,) = item.variants
    assert (variant.sku, variant.price, variant.purchasing_disabled) == ("", None, False)


def test_option_values_keep_their_order() -> None:
    options = [
        {"option_display_name": "Size", "label": "M"},
        {"option_display_name": "Colour", "label": "Rot"},
    ]
    item = only(product_with({**GOOD_VARIANT, "id": 12, "option_values": options}))
    assert isinstance(item, Product)
    values = [(each.option_display_name, each.label) for each in item.variants[1].option_values]
    assert values == [("Size", "M"), ("Colour", "Rot")]


@pytest.mark.parametrize(
    ("variant", "variant_id", "reason"),
    [
        ({"price": "12.50"}, 12, "price at $.variants[1].price is text, not a number"),
        ({"price": "NaN"}, 12, "price at $.variants[1].price is text, not a number"),
        ({"sale_price": True}, 12, "sale_price at $.variants[1].sale_price is true or false, not a number"),
        ({"retail_price": {}}, 12, "retail_price at $.variants[1].retail_price is an object, not a number"),
        ({"id": "12"}, None, "id at $.variants[1].id is text, not a whole number"),
        ({"id": 0}, None, "id at $.variants[1].id is not a whole number >= 1"),
        ({"id": 2**63}, None, "id at $.variants[1].id is not a whole number <= 9223372036854775807"),
        ({"id": None}, None, "id at $.variants[1].id is empty, not a whole number"),
        (
            {"product_id": 1.5},
            12,
            "product_id at $.variants[1].product_id is a number with decimals, not a whole",
        ),
        ({"sku": 5}, 12, "sku at $.variants[1].sku is a whole number, not text"),
        (
            {"option_values": [{"label": "M"}]},
            12,
            "option_display_name at $.variants[1].option_values[0].option_display_name is missing",
        ),
    ],
)
def test_a_variant_that_cannot_be_used_spoils_no_other(
    variant: dict[str, Any], variant_id: int | None, reason: str
) -> None:
    item = only(product_with({**GOOD_VARIANT, "id": 12, **variant}))
    assert isinstance(item, Product)
    assert [each.id for each in item.variants] == [11]
    (unusable,) = item.unusable
    assert (unusable.kind, unusable.product_id, unusable.variant_id) == ("variant", 1, variant_id)
    assert unusable.reason.startswith(reason)


@pytest.mark.parametrize("variant", [None, 3, "text", [], {}])
def test_a_variant_that_is_none_at_all_spoils_no_other(variant: object) -> None:
    item = only(product_with(variant))
    assert isinstance(item, Product)
    assert [each.id for each in item.variants] == [11]
    assert len(item.unusable) == 1


@pytest.mark.parametrize(
    ("product", "product_id", "reason"),
    [
        ({"id": 2, "name": None}, 2, "name at $.name is empty, not text"),
        ({"id": 2}, 2, "name at $.name is missing"),
        ({"name": "Tea"}, None, "id at $.id is missing"),
        ({"id": 2, "name": "Tea", "price": "9"}, 2, "price at $.price is text, not a number"),
        ({"id": 2, "name": "Tea", "variants": {}}, 2, "variants at $.variants is an object, not a list"),
        ([], None, "$ is a list, not an object"),
    ],
)
def test_a_product_that_cannot_be_used_spoils_no_other(
    product: object, product_id: int | None, reason: str
) -> None:
    good = {"id": 1, "name": "Tea", "variants": [GOOD_VARIANT]}
    first, bad, last = parse_products(page_of(good, product, {**good, "id": 3}))
    assert isinstance(first, Product)
    assert isinstance(last, Product)
    assert bad == Unusable("product", product_id, None, reason)


def test_text_that_is_not_utf8_spoils_one_product_only() -> None:
    body = page_of({"id": 1, "name": "XX"}, {"id": 2, "name": "Tea"}).replace(b"XX", b"\xff\xfe")
    bad, good = parse_products(body)
    assert bad == Unusable("product", 1, None, "$ holds text that is not UTF-8")
    assert isinstance(good, Product)


def test_a_number_beyond_all_bounds_spoils_one_product_only() -> None:
    body = page_of({"id": 1, "name": "Tea", "price": 77}, {"id": 2, "name": "Tea"})
    bad, good = parse_products(body.replace(b"77", b"1e99999999999999999999"))
    assert bad == Unusable("product", 1, None, "$ holds a number that is too large or too small")
    assert isinstance(good, Product)


json_numbers = st.one_of(
    st.decimals(allow_nan=False, allow_infinity=False, places=4).map(lambda number: f"{number:f}"),
    st.integers(-(10**30), 10**30).map(str),
    st.from_regex(r"-?(0|[1-9][0-9]{0,20})\.[0-9]{1,20}([eE][-+]?[0-9]{1,3})?", fullmatch=True),
)


@given(json_numbers)
def test_money_is_the_decimal_that_the_text_says_to_the_last_digit(text: str) -> None:
    item = only(page_of({"id": 1, "name": "Tea", "price": 77}).replace(b"77", text.encode()))
    assert isinstance(item, Product)
    assert item.price is not None
    assert item.price.as_tuple() == Decimal(text).as_tuple() or Decimal(text) == 0 == item.price


junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)
variants = st.fixed_dictionaries(
    {},
    optional={
        name: junk | st.integers(1, 99)
        for name in ("id", "product_id", "sku", "price", "calculated_price", "option_values")
    },
)
products = st.fixed_dictionaries(
    {},
    optional={
        "id": junk | st.integers(1, 99),
        "name": junk | st.just("Tea"),
        "price": junk,
        "variants": junk | st.lists(variants, max_size=3),
    },
)


@given(st.lists(products | junk, max_size=4))
def test_any_junk_is_a_product_or_unusable_one_for_one(items: list[object]) -> None:
    parsed = list(parse_products(page_of(*items)))
    assert len(parsed) == len(items)
    for item in parsed:
        assert isinstance(item, Product | Unusable)
        if isinstance(item, Unusable):
            assert "$" in item.reason


@given(st.binary(max_size=60) | junk.map(lambda value: json.dumps(value).encode()))
def test_what_is_no_page_at_all_is_an_unexpected_response(body: bytes) -> None:
    try:
        items = list(parse_products(body))
    except UnexpectedResponse:
        return
    assert items == [], "only an empty page parses"
