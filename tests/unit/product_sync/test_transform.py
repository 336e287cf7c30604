"""What the translation of products into campaign rows promises."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.product_sync.transform import CampaignRows, translate
from tests.support.catalogues import Product, Variant, page_body, parse_products


def rows(*products: Product) -> CampaignRows:
    return translate(parse_products(page_body(products)))


def only_variant(*variants: Variant) -> pd.Series:
    (row,) = [row for _, row in rows(Product(1, variants)).variants.iterrows()]
    return row


def reasons(translated: CampaignRows) -> list[str]:
    return translated.quarantined["reason"].tolist()


@given(st.decimals(0, 10**9, allow_nan=False, allow_infinity=False, places=4))
def test_a_price_is_exactly_the_text_the_store_sent(price: Decimal) -> None:
    taken = only_variant(Variant(11, price=f"{price:f}"))["price"]
    assert isinstance(taken, Decimal)
    assert str(taken) == f"{price:f}"


@pytest.mark.parametrize("text", ["0.1", "19.99", "1e2", "0", "0.30", "1234567.8901", "-0.0"])
def test_odd_but_legal_numbers_are_taken_as_they_are(text: str) -> None:
    assert only_variant(Variant(11, price=text))["price"] == Decimal(text)


def test_a_variant_without_a_price_of_its_own_has_its_products() -> None:
    assert only_variant(Variant(11, price=None))["price"] == Decimal(1)


@pytest.mark.parametrize(
    ("retail", "expected"), [("12.00", Decimal("12.00")), ("10.00", None), (None, None), ("0", None)]
)
def test_the_retail_price_is_compared_with_only_where_it_is_higher(
    retail: str | None, expected: Decimal | None
) -> None:
    assert only_variant(Variant(11, price="10.00", retail_price=retail))["compare_at_price"] == expected


def test_a_name_carries_the_options_and_a_base_variant_just_the_products() -> None:
    assert only_variant(Variant(11, label="Größe L <b>"))["name"] == "Tea - Größe L <b>"
    assert only_variant(Variant(11))["name"] == "Tea"


@pytest.mark.parametrize(("one", "other"), [("10", "10.00"), ("0", "0.00"), ("1.5", "1.50")])
def test_the_same_amount_in_other_digits_is_no_change(one: str, other: str) -> None:
    found = only_variant(Variant(11, price=one))["content_hash"]
    assert found == only_variant(Variant(11, price=other))["content_hash"]
    assert found != only_variant(Variant(11, price="9.99"))["content_hash"]


@pytest.mark.parametrize("price", ["-0.01", "1e13"])
def test_a_variant_whose_price_cannot_be_charged_is_skipped_and_the_rest_goes_on(
    price: str,
) -> None:
    translated = rows(Product(1, (Variant(11, "GOOD"), Variant(12, "BAD", price))))
    assert translated.variants["sku"].tolist() == ["GOOD"]
    assert translated.quarantined["bigcommerce_variant_id"].tolist() == [12]
    assert "sync again" in reasons(translated)[0]


def test_a_product_without_variants_is_skipped() -> None:
    translated = rows(Product(1, ()), Product(2, (Variant(21),)))
    assert translated.products["bigcommerce_product_id"].tolist() == [2]
    assert translated.quarantined["bigcommerce_product_id"].tolist() == [1]


def test_a_variant_listed_twice_counts_once() -> None:
    translated = rows(Product(1, (Variant(11), Variant(11))))
    assert len(translated.variants) == 1
    assert "listed twice" in reasons(translated)[0]


def test_a_variant_that_names_another_product_is_skipped() -> None:
    body = page_body([Product(1, (Variant(11), Variant(12)))]).replace(
        b'"id": 12, "product_id": 1', b'"id": 12, "product_id": 0'
    )
    translated = translate(parse_products(body))
    assert translated.variants["bigcommerce_variant_id"].tolist() == [11]
    assert "another product" in reasons(translated)[0]


def test_a_row_with_a_character_that_the_database_cannot_hold_is_skipped() -> None:
    translated = rows(
        Product(1, (Variant(11),), name="nul\x00"), Product(2, (Variant(21, "sku\x00"), Variant(22)))
    )
    assert translated.variants["bigcommerce_variant_id"].tolist() == [22]
    assert len(translated.quarantined) == 2


def test_text_that_only_looks_like_a_nul_character_in_json_is_text() -> None:
    translated = rows(Product(1, (Variant(11, "A", label="\\u0000"), Variant(12, "B", label="\x00"))))
    assert translated.variants["name"].tolist() == ["Tea - \\u0000"]
    assert translated.quarantined["bigcommerce_variant_id"].tolist() == [12]


def test_variant_that_names_no_product_belongs_to_the_one_below_which_it_is_listed() -> None:
    body = page_body([Product(1, (Variant(11), Variant(12)))])
    body = body.replace(b'"id": 11, "product_id": 1', b'"id": 11, "product_id": null')
    body = body.replace(b'"id": 12, "product_id": 1', b'"id": 12')
    assert len(translate(parse_products(body)).variants) == 2


def test_an_empty_page_gives_no_rows() -> None:
    translated = rows()
    assert translated.products.empty
    assert translated.variants.empty
    assert translated.quarantined.empty


def test_the_hash_changes_with_every_column_a_reader_can_see() -> None:
    base = Variant(11, "A", "10", "S", "20")
    hashes = {only_variant(base)["content_hash"]}
    for other in (
        Variant(11, "B", "10", "S", "20"),
        Variant(11, "A", "11", "S", "20"),
        Variant(11, "A", "10", "L", "20"),
        Variant(11, "A", "10", "S", "21"),
        Variant(11, "A", "10", "S", "20", purchasing_disabled=True),
    ):
        hashes.add(only_variant(other)["content_hash"])
    assert len(hashes) == 6


def test_variant_whose_sku_no_index_could_hold_is_skipped_and_the_others_are_not() -> None:
    translated = rows(Product(1, (Variant(11, "A" * 256), Variant(12, "\N{GRINNING FACE}" * 255))))
    assert reasons(translated) == [
        "The SKU has more than 255 characters; shorten it in BigCommerce and sync again."
    ]
    assert translated.variants["bigcommerce_variant_id"].tolist() == [12]
    assert len(translated.quarantined["sku"][0]) == 255


def test_names_are_bounded() -> None:
    translated = rows(Product(1, (Variant(11, label="L" * 10**6),), name="N" * 10**6))
    (product,) = translated.products.to_dict("records")
    (variant,) = translated.variants.to_dict("records")
    assert product["name"] == variant["name"] == "N" * 999 + "…"
    assert len(variant["options"]) < 1_100
