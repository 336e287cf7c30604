"""The generated catalogue is repeatable, has the requested size, and contains awkward cases on request."""

from __future__ import annotations

import time
from decimal import Decimal

import msgspec
import pytest

from include.sandbox.catalogue.generator import AWKWARD_CASES, generate
from include.sandbox.catalogue.records import CatalogueEntry, Product, Variant
from include.sandbox.encoding import to_json


def as_bytes(entries: list[CatalogueEntry]) -> list[bytes]:
    return [to_json((entry.product, entry.variants, entry.custom_fields)) for entry in entries]


@pytest.fixture(scope="module")
def awkward() -> list[CatalogueEntry]:
    return list(generate(1, len(AWKWARD_CASES), 5, awkward=True))


@pytest.fixture(scope="module")
def products(awkward: list[CatalogueEntry]) -> list[Product]:
    return [entry.product for entry in awkward]


@pytest.fixture(scope="module")
def variants(awkward: list[CatalogueEntry]) -> list[Variant]:
    return [variant for entry in awkward for variant in entry.variants]


@pytest.mark.parametrize("awkward", [True, False])
def test_the_same_seed_gives_the_same_catalogue_and_another_seed_another(awkward: bool) -> None:
    first = as_bytes(list(generate(1, 40, 3, awkward=awkward)))
    assert as_bytes(list(generate(1, 40, 3, awkward=awkward))) == first
    assert as_bytes(list(generate(2, 40, 3, awkward=awkward))) != first


def test_a_larger_catalogue_begins_with_the_smaller_one() -> None:
    assert as_bytes(list(generate(1, 60, 3)))[:40] == as_bytes(list(generate(1, 40, 3)))


@pytest.mark.parametrize("variants", [1, 5])
def test_plain_products_have_exactly_the_requested_variants(variants: int) -> None:
    entries = list(generate(3, 50, variants))
    assert [len(entry.variants) for entry in entries] == [variants] * 50


def test_ids_ascend_with_gaps_and_are_unique() -> None:
    entries = list(generate(1, 200, 3))
    product_ids = [entry.product.id for entry in entries]
    variant_ids = [variant.id for entry in entries for variant in entry.variants]
    assert product_ids == sorted(set(product_ids))
    assert variant_ids == sorted(set(variant_ids))
    assert product_ids[-1] - product_ids[0] > len(product_ids)


def test_fifty_thousand_products_take_seconds() -> None:
    began = time.process_time()
    assert sum(len(entry.variants) for entry in generate(1, 50_000, 5)) == 250_000
    assert time.process_time() - began < 15


def test_awkward_names_have_unicode_markup_and_the_greatest_length(products: list[Product]) -> None:
    names = [product.name for product in products]
    assert any("抹茶" in name for name in names)
    assert any("<script>" in name for name in names)
    assert max(len(name) for name in names) == 250


def test_awkward_products_are_simple_hidden_disabled_or_have_600_variants(
    awkward: list[CatalogueEntry], products: list[Product]
) -> None:
    sizes = [len(entry.variants) for entry in awkward]
    assert max(sizes) == 600
    assert 1 in sizes
    assert any(not product.is_visible for product in products)
    assert any(product.availability == "disabled" for product in products)
    for entry in awkward:
        simple = len(entry.variants) == 1
        assert entry.product.base_variant_id == (entry.variants[0].id if simple else None)
        assert all(bool(variant.option_values) != simple for variant in entry.variants)


def test_one_awkward_product_is_a_download(products: list[Product]) -> None:
    assert [product.weight for product in products if product.type == "digital"] == [0]


def test_awkward_skus_are_blank_or_the_same_within_and_across_products(variants: list[Variant]) -> None:
    same = [variant.product_id for variant in variants if variant.sku == "SAME-SKU"]
    assert len(same) == 3
    assert len(set(same)) == 2
    assert {"", "   "} <= {variant.sku for variant in variants}
    assert max(len(variant.sku) for variant in variants) == 255


def test_awkward_prices_are_null_zero_and_odd_and_a_map_price_is_an_empty_object(
    variants: list[Variant],
) -> None:
    prices = {variant.price for variant in variants}
    assert {None, Decimal(0), Decimal("0.1"), Decimal("19.999"), Decimal("10.3333")} <= prices
    assert [variant for variant in variants if variant.map_price == {}]
    assert [variant for variant in variants if variant.map_price is None]
    assert [variant for variant in variants if variant.map_price == Decimal("9.5")]


def test_awkward_variants_are_disabled_or_orphans(variants: list[Variant], products: list[Product]) -> None:
    assert any(variant.purchasing_disabled for variant in variants)
    listed = {product.id for product in products}
    assert {variant.product_id for variant in variants} - listed == {0, 99_999_999}


def test_calculated_prices_follow_sale_price_then_price_then_the_product(
    awkward: list[CatalogueEntry],
) -> None:
    for entry in [*awkward, *generate(5, 50, 2)]:
        product = entry.product
        for variant in entry.variants:
            price = product.price if variant.price is None else variant.price
            sale_price = product.sale_price if variant.sale_price is None else variant.sale_price
            assert variant.calculated_price == (sale_price if sale_price > 0 else price)


def test_money_is_written_with_exactly_its_own_digits(awkward: list[CatalogueEntry]) -> None:
    text = b"".join(as_bytes(awkward)).decode()
    assert '"price":19.9,' in text
    assert '"price":19.999,' in text
    assert '"retail_price":1234567.8912,' in text
    written = msgspec.json.decode(to_json(awkward[0].product), type=dict[str, object])
    assert Decimal(str(written["price"])) == awkward[0].product.price
