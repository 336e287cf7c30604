"""Parsing products: one that cannot be used affects no other, whatever is wrong with it."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from include.bigcommerce.errors import UnexpectedResponse
from include.bigcommerce.product_records import Product, Unusable
from include.bigcommerce.products import parse_product
from include.bigcommerce.unusable_reasons import ENTER_AGAIN, SAVE_AGAIN
from tests.support.catalogues import parse_products

GOOD_VARIANT = {"id": 11, "product_id": 1, "sku": "A", "option_values": []}


def page_of(*products: object) -> bytes:
    return json.dumps({"data": products}).encode()


def product_with(variant: object) -> bytes:
    return page_of({"id": 1, "name": "Tea", "variants": [GOOD_VARIANT, variant]})


def is_for_people(reason: str) -> bool:
    """Whether it names no place in JSON, and says what to do."""
    return "$" not in reason and "sync again" in reason


def only(body: bytes) -> Product | Unusable:
    (item,) = parse_products(body)
    return item


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
        ({"price": "12,50"}, 12, "The variant's price is text, not a number; enter it again"),
        ({"price": "NaN"}, 12, "The variant's price is text, not a number; enter it again"),
        ({"price": True}, 12, "The variant's price is true or false, not a number; enter it"),
        ({"calculated_price": [1]}, 12, "The variant's calculated price is a list, not a number; save"),
        ({"id": "12a"}, None, "The variant's id is text, not a whole number; save the product"),
        ({"id": 0}, None, "The variant's id is not valid; save the product"),
        ({"id": 2**63}, None, "The variant's id is not valid; save the product"),
        ({"id": None}, None, "The variant's id is empty, not a whole number; save"),
        (
            {"product_id": 1.5},
            12,
            "The variant's product id is a number with decimals, not a whole number; save",
        ),
        ({"sku": True}, 12, "The variant's SKU is true or false, not text; enter it again"),
        ({"sku": 10**30}, 12, "The variant's SKU is a"),
        ({"purchasing_disabled": 2}, 12, "The variant's switch for purchases is a whole number, not true"),
        ({"purchasing_disabled": ""}, 12, "The variant's switch for purchases is text, not true or false"),
        ({"option_values": {"a": 1}}, 12, "The variant's list of options is an object, not a list; save"),
        ({"option_values": [7]}, 12, "The variant's list of options is a whole number, not an object; save"),
        (
            {"option_values": [{"label": "M"}]},
            12,
            "The variant's option name is missing; enter it again in BigCommerce and sync again.",
        ),
    ],
)
def test_a_variant_that_cannot_be_used_affects_no_other(
    variant: dict[str, Any], variant_id: int | None, reason: str
) -> None:
    item = only(product_with({**GOOD_VARIANT, "id": 12, **variant}))
    assert isinstance(item, Product)
    assert [each.id for each in item.variants] == [11]
    (unusable,) = item.unusable
    assert (unusable.kind, unusable.product_id, unusable.variant_id) == ("variant", 1, variant_id)
    assert unusable.reason.startswith(reason)


@pytest.mark.parametrize("variant", [None, 3, "text", [], {}])
def test_a_variant_that_is_none_at_all_affects_no_other(variant: object) -> None:
    item = only(product_with(variant))
    assert isinstance(item, Product)
    assert [each.id for each in item.variants] == [11]
    assert len(item.unusable) == 1


@pytest.mark.parametrize(
    ("product", "product_id", "reason"),
    [
        ({"id": 2, "name": None}, 2, "The product's name is empty, not text; " + ENTER_AGAIN),
        ({"id": 2}, 2, "The product's name is missing; " + ENTER_AGAIN),
        ({"name": "Tea"}, None, "The product's id is missing; " + SAVE_AGAIN),
        (
            {"id": 2, "name": "Tea", "price": "9,00"},
            2,
            "The product's price is text, not a number; " + ENTER_AGAIN,
        ),
        (
            {"id": 2, "name": "Tea", "variants": {"first": GOOD_VARIANT}},
            2,
            "The product's list of variants is an object, not a list; " + SAVE_AGAIN,
        ),
        ([], None, "What BigCommerce sends about this product is a list, not an object; " + SAVE_AGAIN),
    ],
)
def test_a_product_that_cannot_be_used_affects_no_other(
    product: object, product_id: int | None, reason: str
) -> None:
    good = {"id": 1, "name": "Tea", "variants": [GOOD_VARIANT]}
    first, bad, last = parse_products(page_of(good, product, {**good, "id": 3}))
    assert isinstance(first, Product)
    assert isinstance(last, Product)
    assert bad == Unusable("product", product_id, None, reason)


@pytest.mark.parametrize(
    ("sku", "shown"),
    [("A-12", "A-12"), (None, ""), (5, "5"), ([5], ""), ("half \ud83d", "half \N{REPLACEMENT CHARACTER}")],
)
def test_what_cannot_be_used_is_known_by_its_sku(sku: object, shown: str) -> None:
    item = only(product_with({**GOOD_VARIANT, "id": 12, "sku": sku, "price": "text"}))
    assert isinstance(item, Product)
    assert [each.sku for each in item.unusable] == [shown]
    whole = only(page_of({"id": 1, "name": None, "sku": sku}))
    assert isinstance(whole, Unusable)
    assert whole.sku == shown


def test_a_variant_in_a_product_that_cannot_be_taken_apart_is_called_a_variant() -> None:
    variants = json.dumps([{**GOOD_VARIANT, "price": "text"}])
    broken = f'{{"id": 1, "name": "Tea", "variants": {variants}, "x": "[" ]}}'.encode()
    reason = parse_product(msgspec.Raw(broken))
    assert isinstance(reason, Unusable)
    assert is_for_people(reason.reason)
    assert "The product's price" not in reason.reason


def test_text_that_is_not_utf8_costs_one_product_only() -> None:
    body = page_of({"id": 1, "name": "XX"}, {"id": 2, "name": "Tea"}).replace(b"XX", b"\xff\xfe")
    bad, good = parse_products(body)
    assert bad == Unusable(
        "product",
        1,
        None,
        f"What BigCommerce sends about this product holds text that is not UTF-8; {SAVE_AGAIN}",
    )
    assert isinstance(good, Product)


def test_a_number_beyond_all_bounds_costs_one_product_only() -> None:
    body = page_of({"id": 1, "name": "Tea", "price": 77}, {"id": 2, "name": "Tea"})
    bad, good = parse_products(body.replace(b"77", b"1e99999999999999999999"))
    assert bad == Unusable(
        "product", 1, None, f"The product's price is a number that is too large or too small; {ENTER_AGAIN}"
    )
    assert isinstance(good, Product)


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
    parsed = parse_products(page_of(*items))
    assert len(parsed) == len(items)
    for item in parsed:
        assert isinstance(item, Product | Unusable)
        if isinstance(item, Unusable):
            assert is_for_people(item.reason)


@given(st.binary(max_size=60) | junk.map(lambda value: json.dumps(value).encode()))
@example(b'{"data":[\x00]}')
def test_what_is_no_page_at_all_is_an_unexpected_response(body: bytes) -> None:
    try:
        items = parse_products(body)
    except UnexpectedResponse:
        return
    assert all(isinstance(item, Unusable) for item in items), "no bytes by chance are a product"


# ---- damaged JSON: only brackets and quotes have to be right

GOOD = {"id": 1, "name": "Tea", "variants": [GOOD_VARIANT]}
DAMAGED_TEXTS = {
    "half an emoji": rb'"Great \ud83d"',
    "the other half of an emoji": rb'"\ude00 great"',
    "half an emoji before a letter": rb'"\ud83d\u0041"',
    "a raw control character": b'"a\x01b"',
    "a raw line break": b'"a\nb"',
    "a raw NUL": b'"a\x00b"',
    "an escape that JSON does not have": rb'"\x41"',
    "an escape cut short": rb'"\u12"',
    "a backslash before an umlaut": '"\\ü"'.encode(),
}
DAMAGED_VALUES = {
    "NaN": b"NaN",
    "infinity": b"-Infinity",
    "a leading zero": b"007",
    "a leading plus": b"+1",
    "a number cut short": b"1.",
    "an integer of 6,000 digits": b"9" * 6_000,
    "a number that is too small": b"1e-20000",
    "a number that is too large": b"1e999999999999999999999",
    "an unknown word": b"undefined",
    "nothing": b"",
    "two values": b"1 2",
    "1,200 lists within each other": b"[" * 1_200 + b"]" * 1_200,
}
UNNEEDED = ["description", "map_price", "sale_price", "weight", "custom_url", "retail_price"]


def with_damage(where: str, damage: bytes) -> bytes:
    """A page of three products; the second, or its second variant, has the damage."""
    damaged = page_of(
        GOOD, {**GOOD, "id": 2, "variants": [GOOD_VARIANT, {**GOOD_VARIANT, "id": 12}]}, {**GOOD, "id": 3}
    )
    field = b'"%b":%b' % (where.rpartition(".")[2].encode(), damage)
    place = b'"id": 12' if where.startswith("variant.") else b'"id": 2'
    assert damaged.count(place) == 1
    return damaged.replace(place, place + b"," + field)


@pytest.mark.parametrize(
    "damage", [*DAMAGED_TEXTS.values(), *DAMAGED_VALUES.values()], ids=[*DAMAGED_TEXTS, *DAMAGED_VALUES]
)
@pytest.mark.parametrize("field", [*UNNEEDED, *(f"variant.{name}" for name in UNNEEDED)])
def test_damage_in_a_field_that_we_do_not_need_costs_nothing(field: str, damage: bytes) -> None:
    first, second, third = parse_products(with_damage(field, damage))
    assert isinstance(first, Product)
    assert isinstance(second, Product)
    assert isinstance(third, Product)
    assert [each.id for each in second.variants] == [11, 12]
    assert second.unusable == []


@pytest.mark.parametrize("damage", DAMAGED_VALUES.values(), ids=DAMAGED_VALUES)
@pytest.mark.parametrize("field", ["price", "calculated_price"])
def test_a_damaged_price_costs_its_own_row(field: str, damage: bytes) -> None:
    _, product, _ = parse_products(with_damage(field, damage))
    assert isinstance(product, Unusable)
    assert (product.kind, product.product_id) == ("product", 2)
    assert is_for_people(product.reason)

    first, whole, third = parse_products(with_damage(f"variant.{field}", damage))
    assert isinstance(first, Product)
    assert isinstance(third, Product)
    assert isinstance(whole, Product)
    assert [each.id for each in whole.variants] == [11]
    (unusable,) = whole.unusable
    assert (unusable.product_id, unusable.variant_id) == (2, 12)
    assert is_for_people(unusable.reason)
    assert "variant" in unusable.reason


@pytest.mark.parametrize("number", [b"NaN", b"-Infinity", b"1.", b"12.50 USD"])
def test_price_that_is_not_even_json_is_named(number: bytes) -> None:
    _, unusable, _ = parse_products(with_damage("price", number))
    _, product, _ = parse_products(with_damage("variant.calculated_price", number))
    assert isinstance(unusable, Unusable)
    assert isinstance(product, Product)
    again = "again in BigCommerce and sync again"
    assert unusable.reason == f"The product's price cannot be read; enter it {again}."
    assert product.unusable[0].reason.startswith(
        f"The variant's calculated price cannot be read; save the product {again}"
    )


@pytest.mark.parametrize("damage", DAMAGED_TEXTS.values(), ids=DAMAGED_TEXTS)
def test_a_damaged_name_is_repaired(damage: bytes) -> None:
    body = page_of(GOOD, {**GOOD, "id": 2}).replace(b'"Tea"', damage, 1)
    first, second = parse_products(body)
    assert isinstance(first, Product)
    assert isinstance(second, Product)
    first.name.encode()
    assert "\x00" not in first.name
    assert "\ufffd" in first.name or first.name == "a b"
    assert second.name == "Tea"


@pytest.mark.parametrize("field", ["price", "calculated_price", "retail_price", "sale_price", "map_price"])
@pytest.mark.parametrize("empty", ["", " ", {}, [], None])
def test_an_empty_price_is_absent(field: str, empty: object) -> None:
    item = only(page_of({**GOOD, field: empty, "variants": [{**GOOD_VARIANT, field: empty}]}))
    assert isinstance(item, Product)
    (variant,) = item.variants
    assert getattr(item, field, None) is None
    assert getattr(variant, field, None) is None


@pytest.mark.parametrize("retail", ["12,50", "n/a", True, {"value": 1}, 10**400])
def test_a_retail_price_that_is_no_number_is_absent_because_no_charge_depends_on_it(retail: object) -> None:
    item = only(page_of({**GOOD, "variants": [{**GOOD_VARIANT, "retail_price": retail, "price": 3}]}))
    assert isinstance(item, Product)
    (variant,) = item.variants
    assert (variant.retail_price, variant.price) == (None, 3)


@pytest.mark.parametrize("piece", [b"{", b"}", b"]", b'{"id":4', b'"', b'{"id":"}', b"[}"])
def test_a_page_whose_brackets_or_quotes_are_wrong_is_an_error(piece: bytes) -> None:
    with pytest.raises(UnexpectedResponse, match="is cut off, or is not JSON"):
        list(parse_products(page_of(GOOD, GOOD).replace(b"}]}, {", b"}]}, " + piece + b", {")))


@pytest.mark.parametrize(
    "piece", [b"", b"{}", b"nonsense", b'{"id" 7}', b'{"id":7 "name":"Tea"}', b"{,}", b"[,]"]
)
def test_a_product_of_broken_syntax_affects_no_other(piece: bytes) -> None:
    first, bad, last = parse_products(page_of(GOOD, GOOD).replace(b"}]}, {", b"}]}, " + piece + b", {"))
    assert isinstance(first, Product)
    assert isinstance(bad, Unusable)
    assert isinstance(last, Product)


# No quote, bracket or backslash: with them nobody can say where the product ends.
scraps = st.binary(max_size=30).map(lambda scrap: bytes(set(scrap) - set(b'"[]{}\\,')))
values = st.one_of(
    scraps,
    scraps.map(lambda scrap: b'"' + scrap + b'"'),
    st.sampled_from([*DAMAGED_TEXTS.values(), b"NaN", b"007", b"1.", b"9" * 500, b"1e-20000", b"undefined"]),
)


@settings(deadline=None)
@given(
    st.integers(0, 4),
    st.sampled_from([b'"Tea"', b'"A"', b"11", b'"id"', b'"variants"', b": ["]),
    values,
)
def test_whatever_happens_within_one_row_all_others_are_parsed_alike(
    row: int, place: bytes, scrap: bytes
) -> None:
    pieces = [json.dumps({**GOOD, "id": 100 + number}).encode() for number in range(5)]
    sound = list(parse_products(b'{"data":[' + b",".join(pieces) + b"]}"))
    pieces[row] = pieces[row].replace(place, scrap + b"[" if place == b": [" else scrap, 1)
    parsed = list(parse_products(b'{"data":[' + b",".join(pieces) + b"]}"))
    assert len(parsed) == 5
    del parsed[row], sound[row]
    assert parsed == sound


@pytest.mark.parametrize(
    "name", ["sku", "price", "retail_price", "calculated_price", "purchasing_disabled", "option_values"]
)
def test_null_in_a_variant_is_as_if_it_were_absent(name: str) -> None:
    variant = {"id": 11, "product_id": 1}
    (given,) = parse_products(page_of({"id": 1, "name": "Tea", "variants": [{**variant, name: None}]}))
    (absent,) = parse_products(page_of({"id": 1, "name": "Tea", "variants": [variant]}))
    assert given == absent


@pytest.mark.parametrize("name", ["sku", "is_visible", "price", "retail_price", "variants"])
def test_null_in_a_product_is_as_if_it_were_absent(name: str) -> None:
    (given,) = parse_products(page_of({"id": 1, "name": "Tea", name: None}))
    (absent,) = parse_products(page_of({"id": 1, "name": "Tea"}))
    assert given == absent


# ---- values whose form is wrong and whose meaning is beyond doubt

SIZE = {"option_display_name": "42", "label": "4.5"}
PLAIN_VARIANT = {
    "id": 11,
    "product_id": 1,
    "sku": "123",
    "price": 12.50,
    "retail_price": 14,
    "calculated_price": 0.5,
    "purchasing_disabled": False,
    "option_values": [SIZE, SIZE],
}
PLAIN: dict[str, Any] = {
    "id": 1,
    "name": "1984",
    "sku": "7",
    "is_visible": True,
    "price": 12.50,
    "variants": [PLAIN_VARIANT],
}


@pytest.mark.parametrize(
    "other_form",
    [
        {"id": "1"},
        {"id": 1.0},
        {"name": 1984},
        {"sku": 7},
        {"is_visible": 1},
        {"is_visible": "1"},
        {"is_visible": "true"},
        {"price": "12.50"},
        {"variants": {"0": PLAIN_VARIANT}},
        {"variants": {"3": PLAIN_VARIANT}},
    ],
)
def test_product_in_another_form_means_the_same(other_form: dict[str, Any]) -> None:
    assert only(page_of({**PLAIN, **other_form})) == only(page_of(PLAIN))


@pytest.mark.parametrize(
    "other_form",
    [
        {"id": "11"},
        {"product_id": "1"},
        {"sku": 123},
        {"price": "12.50"},
        {"price": "12.5000", "retail_price": "14.0000", "calculated_price": "0.5000"},
        {"purchasing_disabled": 0},
        {"purchasing_disabled": "0"},
        {"purchasing_disabled": "false"},
        {"purchasing_disabled": None},
        {"option_values": [{"option_display_name": 42, "label": 4.5}, SIZE]},
        {"option_values": {"0": SIZE, "1": SIZE}},
    ],
)
def test_variant_in_another_form_means_the_same(other_form: dict[str, Any]) -> None:
    assert only(page_of({**PLAIN, "variants": [{**PLAIN_VARIANT, **other_form}]})) == only(page_of(PLAIN))


@pytest.mark.parametrize("field", ["variants", "option_values"])
def test_empty_list_may_be_an_empty_object(field: str) -> None:
    variant = {"id": 11, "product_id": 1}
    given, absent = [
        only(page_of({"id": 1, "name": "Tea", "variants": [{**variant, **more}], **more}))
        for more in ({field: {}}, {field: []})
    ]
    assert given == absent


@pytest.mark.parametrize(
    "price", ["1,250", "12,50", "1e2", "0x10", "007", "+5", ".5", "5.", "$5", " 5 5", "1_000", "٣"]
)
def test_price_that_could_mean_two_things_is_never_guessed(price: str) -> None:
    item = only(page_of({**PLAIN, "variants": [{**PLAIN_VARIANT, "calculated_price": price}]}))
    assert isinstance(item, Product)
    assert (item.variants, len(item.unusable)) == ([], 1)


@pytest.mark.parametrize(
    ("availability", "is_sold"),
    [("available", True), ("preorder", True), ("disabled", False), (None, True), ("", True), (7, True)],
)
def test_product_is_sold_unless_the_store_says_that_it_cannot_be_purchased(
    availability: object, is_sold: bool
) -> None:
    item = only(page_of({**GOOD, "availability": availability}))
    assert isinstance(item, Product)
    assert item.purchasing_disabled is not is_sold
